import type { Logger } from 'pino';

import { MlopsError } from '../../../contract/mlops-error';
import type { Cluster } from '../../kube/cluster';
import type { IGitRepository } from '../git/port';
import { releaseFolder } from '../manifests/layout';
import type { IApplied, IReconciler, IWantedCommit } from '../reconciler/port';
import { CommitFollower } from './commit-follower';
import { KnownRevisions } from './known-revisions';
import { missingApplication } from './offered-application';
import { readablePlaces } from './readable-places';
import { APPLICATIONS } from './resources';
import { TIME_LIMITS, type ITimeLimits } from './time-limits';

/**
 * Has Argo CD bring about what the branch declares: finds the Applications that take a release's
 * folder, asks them to look, and follows them to the commit. It never syncs, and changes nothing of an
 * Application but that request.
 */
export class ArgocdReconciler implements IReconciler {
  readonly name = 'argocd';

  constructor(private readonly _options: ArgocdReconciler.IOptions) {}

  async reached(
    wanted: IWantedCommit,
    { signal, onNews }: Parameters<IReconciler['reached']>[1]
  ): Promise<IApplied> {
    const { cluster, repository, settings, log } = this._options;
    const { client } = cluster;
    await this._assertInstalled();
    const places = await readablePlaces(client, settings.namespace);
    const follower = new CommitFollower({
      client,
      places,
      place: {
        repository: settings.repository,
        branch: settings.branch,
        folder: releaseFolder(wanted.environment, wanted.model)
      },
      revisions: new KnownRevisions(repository, wanted.revision),
      limits: { ...TIME_LIMITS, ...this._options.limits },
      signal,
      log,
      onNews: onNews ?? (() => undefined),
      missing: set => this._missing(wanted, places, set)
    });
    try {
      return await follower.follow();
    } finally {
      await follower.close();
    }
  }

  private async _assertInstalled(): Promise<void> {
    const { cluster } = this._options;
    if (!(await cluster.discovery.serves(APPLICATIONS))) {
      const { cluster: name } = await cluster.identity();
      throw new MlopsError('refused', {
        code: 'argocd-not-installed',
        message: `Argo CD is not installed on the cluster ${name}.`,
        action:
          'Ask for OpenShift GitOps or Argo CD there, or take ‘argocd’ out of ‘gitops’ in mlops.yaml.'
      });
    }
  }

  private _missing(
    { environment, namespace: destination, model }: IWantedCommit,
    places: (string | undefined)[],
    set: string | null
  ): MlopsError {
    const { settings } = this._options;
    const { branch } = settings;
    const { looked, manifest } = missingApplication(
      { ...settings, environment, destination: destination ?? environment },
      places
    );
    return new MlopsError('not-found', {
      code: 'argocd-application-missing',
      message: `No Application of Argo CD in ${looked} takes ${releaseFolder(environment, model)} from the branch ${branch} of the repository.`,
      cause:
        set === null
          ? undefined
          : `The ApplicationSet ${set} reads the repository, and has made none.`,
      action: `Have this one made, and its project allow it:\n${manifest}`,
      details: { manifest }
    });
  }
}

export namespace ArgocdReconciler {
  export interface IOptions {
    cluster: Pick<Cluster, 'client' | 'discovery' | 'identity'>;
    repository: Pick<IGitRepository, 'has' | 'isAncestor' | 'refresh'>;
    settings: {
      /** Address under which Argo CD knows the repository. */
      repository: string;
      branch: string;
      /** The only namespace to look at. */
      namespace?: string;
    };
    log: Logger;
    limits?: Partial<ITimeLimits>;
  }
}
