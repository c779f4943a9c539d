import type { ApiError } from '../../../contract/error';

/** A commit that declares a release, and is to be brought about. */
export interface IWantedCommit {
  environment: string;
  /** Where its objects go on a cluster; named as the environment where absent. */
  namespace?: string;
  model: string;
  revision: string;
}

/** How far it is, for people. */
export interface IReconcileNews {
  message: string;
  /** What stands in the way at the moment, or makes it slower; null where nothing does. */
  trouble: ApiError | null;
}

/**
 * What has been applied. It proves nothing about the model: whether that answers, and which one, only
 * its endpoint can tell.
 */
export interface IApplied {
  /** The wanted commit, or one that builds upon it; where several places apply, of the first. */
  revision: string;
  /** Who applied it, as a sentence names it; several where the release goes to several places. */
  by: string[];
  /** What Git does not declare any more and is still there, as `Kind namespace/name`. */
  leftovers: string[];
}

/** Brings about what the branch declares, whoever commits to it. */
export interface IReconciler {
  /** What `doctor` and messages call it. */
  readonly name: string;
  /**
   * Waits until the commit, or one that builds upon it, is applied.
   *
   * @throws MlopsError where that will not happen, or did not in time
   * @throws whatever aborted the signal
   */
  reached(
    wanted: IWantedCommit,
    options: { signal: AbortSignal; onNews?(news: IReconcileNews): void }
  ): Promise<IApplied>;
}
