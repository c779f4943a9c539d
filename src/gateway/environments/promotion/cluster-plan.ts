import { MlopsError } from '../../../contract/mlops-error';
import type { ModelVersion } from '../../../contract/model';
import type { MonitoringSettings } from '../../../contract/project';
import type { Check } from '../../../contract/promotion';
import type { IFoundProject } from '../../project/read-project';
import { clusterChecks, registryCheck } from '../cluster/cluster-checks';
import type { ClusterTargets } from '../cluster/cluster-targets';
import { prometheusServed } from '../cluster/prometheus';
import type { IClusterParts } from '../manifests/release-parts';
import type { ClusterTarget } from '../manifests/target';
import { collectorOf } from './collector-of';

/** What a promotion to a cluster adds to its plan. */
export interface IClusterPlan {
  parts: IClusterParts;
  checks: Check[];
}

/** Works out what a release on a cluster is made of, and whether it can get there. Changes nothing. */
export class PlanCluster {
  constructor(
    private readonly _targets: ClusterTargets,
    private readonly _environment: NodeJS.ProcessEnv
  ) {}

  /**
   * @param found The project that the version was trained in.
   * @param registered What its registration said of monitoring.
   * @throws MlopsError `repository-missing`, `serving-image-missing`, `model-image-missing`, and where the
   *   cluster cannot be asked
   */
  async release(
    target: ClusterTarget,
    environment: string,
    version: ModelVersion,
    found: IFoundProject,
    registered: MonitoringSettings | null
  ): Promise<IClusterPlan> {
    const { repository } = found.project.image;
    const settings = found.project.serving;
    if (repository === undefined) {
      throw missing(
        'repository-missing',
        `${target.name} pulls models from a registry, and mlops.yaml names none.`,
        'Set image.repository there, such as registry.example.com/team/models.'
      );
    }
    if (settings === undefined) {
      throw missing(
        'serving-image-missing',
        `mlops.yaml does not say which image serves models on ${target.name}.`,
        'Name one with MLServer by its digest under serving.image there.'
      );
    }
    if (version.image === null) {
      throw missing(
        'model-image-missing',
        `${version.model} v${version.version} has no model image, which KServe needs.`,
        'Name a base image with a shell under image.base in mlops.yaml, and register the model again.',
        'It was registered without a base image.'
      );
    }
    const { namespace } = target;
    const cluster = await this._targets.cluster(target);
    return {
      parts: {
        namespace,
        repository,
        image: version.image,
        settings,
        prometheus: await prometheusServed(cluster),
        collector: collectorOf(found.project, registered)
      },
      checks: [
        await registryCheck(found, this._environment),
        ...(await this.checks(target, environment, version.model))
      ]
    };
  }

  /** What must hold on the cluster for whatever is released there. */
  async checks(
    target: ClusterTarget,
    environment: string,
    model: string
  ): Promise<Check[]> {
    const { argocd } = this._targets;
    const cluster = await this._targets.cluster(target);
    return clusterChecks({ environment, model, target, cluster, argocd });
  }
}

function missing(
  code: string,
  message: string,
  action: string,
  cause?: string
): MlopsError {
  return new MlopsError('refused', { code, message, cause, action });
}
