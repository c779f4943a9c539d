import type { Logger } from 'pino';

import { MlopsError } from '../../../contract/mlops-error';
import type { Cluster } from '../../kube/cluster';
import type { Clusters } from '../../kube/clusters';
import {
  collectorPlace,
  type ICollectorPlace
} from '../../monitoring/collected/collector-place';
import { readProject, rootProject } from '../../project/read-project';
import { KServeModelServer } from '../../serving/kserve/kserve-model-server';
import type { IModelServer } from '../../serving/port';
import { ArgocdReconciler } from '../argocd/argocd-reconciler';
import type { IGitRepository } from '../git/port';
import type { IServingImages } from '../manifests/release-reader';
import type { ClusterTarget } from '../manifests/target';
import type { IReconciler } from '../reconciler/port';

/** Where Argo CD takes the environments from. */
export interface IArgocdPlace {
  /** Address under which Argo CD knows the repository. */
  repository: string;
  branch: string;
  /** The only namespace with Applications to look at. */
  namespace?: string;
}

/**
 * The cluster that serves environments: the one of the project in whose folder Jupyter or the command
 * line was started. Its `mlops.yaml` is read anew each time, so that what is mended there counts.
 */
export class ClusterTargets {
  constructor(private readonly _options: ClusterTargets.IOptions) {}

  /** @throws MlopsError `target-not-reachable` where the project names no cluster */
  async cluster(target: ClusterTarget): Promise<Cluster> {
    const project = this._project;
    const cluster = await this._options.clusters.of(project);
    if (!cluster) {
      throw new MlopsError('refused', {
        code: 'target-not-reachable',
        message: `${target.name} is a cluster, and no cluster is named here.`,
        cause: `What is under ‘cluster’ is read from ${project}, or the mlops.yaml above it.`,
        action:
          'Name the context of your kubeconfig under ‘cluster’ in mlops.yaml, in the folder where Jupyter or the command is started.'
      });
    }
    return cluster;
  }

  /** What follows a release there until it answers. */
  modelServer(target: ClusterTarget, images: IServingImages): IModelServer {
    return {
      serve: async (version, options) => {
        const { log, readyWithin } = this._options;
        const { namespace } = target;
        const cluster = await this.cluster(target);
        const server = new KServeModelServer({
          cluster,
          namespace,
          images,
          readyWithin,
          log
        });
        return server.serve(version, options);
      }
    };
  }

  /**
   * The collectors of these environments, where the project has any.
   *
   * @throws MlopsError where the cluster cannot be asked who acts there
   */
  async collectors(
    environments: { name: string; target: ClusterTarget }[]
  ): Promise<ICollectorPlace[]> {
    const { monitoring } = readProject(this._project).project;
    if (!monitoring.collector) {
      return [];
    }
    const places = Map.groupBy(environments, ({ target }) => target.namespace);
    return Promise.all(
      [...places].map(async ([namespace, served]) =>
        collectorPlace(
          await this.cluster(served[0].target),
          namespace,
          served.map(({ name }) => name)
        )
      )
    );
  }

  /** Null where the project names no Argo CD: somebody else applies what Git declares. */
  get argocd(): IArgocdPlace | null {
    const { gitops } = readProject(this._project).project;
    return gitops?.argocd
      ? {
          repository: gitops.argocd.repository ?? gitops.repository,
          branch: gitops.branch,
          namespace: gitops.argocd.namespace
        }
      : null;
  }

  /** Who applies what Git declares; null where nobody can be followed. */
  async reconciler(target: ClusterTarget): Promise<IReconciler | null> {
    const { repository, log } = this._options;
    const settings = this.argocd;
    return settings === null
      ? null
      : new ArgocdReconciler({
          cluster: await this.cluster(target),
          repository,
          settings,
          log
        });
  }

  private get _project(): string {
    return rootProject(this._options.rootDir);
  }
}

export namespace ClusterTargets {
  export interface IOptions {
    clusters: Pick<Clusters, 'of'>;
    /** Where Jupyter or the command line was started. */
    rootDir: string | null;
    repository: IGitRepository;
    log: Logger;
    /** Milliseconds that a declared model may take to get ready. */
    readyWithin?: number;
  }
}
