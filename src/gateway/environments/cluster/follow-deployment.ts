import { setTimeout as sleep } from 'node:timers/promises';

import type { ApiError } from '../../../contract/error';
import { toApiError } from '../../jobs/jobs';
import type { LiveEndpoint } from '../endpoint/live-endpoint';
import type { IDeclaredRelease } from '../manifests/release-reader';
import type { Deployed, IDeployNews } from '../promotion/promotion-job';
import type { IReconciler, IWantedCommit } from '../reconciler/port';
import { isUnknown } from './unknown-state';

/** Where nobody can be followed who applies what Git declares, that may take so long. */
const APPLIED_WITHIN = 30 * 60_000;
/** Milliseconds after which somebody is asked again who could not be. */
const ASK_AGAIN = 5_000;

export interface IFollowedDeployment {
  release: IDeclaredRelease;
  wanted: IWantedCommit;
  endpoint: Pick<LiveEndpoint, 'reached'>;
  /** Who applies the commit; null where nobody can be followed. */
  reconciler: IReconciler | null;
  signal: AbortSignal;
  onNews(news: IDeployNews): void;
  /** Milliseconds, as those of the constants above where absent. */
  appliedWithin?: number;
  askAgain?: number;
}

/**
 * Waits until a commit is applied on a cluster and the version that it declares answers there. The
 * model's own failure is told before that of whoever applies: it is the reason of the other.
 */
export async function followDeployment(
  followed: IFollowedDeployment
): Promise<Deployed> {
  const { release, endpoint, signal, onNews } = followed;
  const end = new AbortController();
  const either = AbortSignal.any([signal, end.signal]);
  const news = new News(onNews);
  const served = endpoint.reached(release, either, told => news.ofModel(told));
  const applied = appliedOf(followed, { served, signal: either, news });
  try {
    const first = await Promise.race([
      applied.then(outcome => outcome ?? served),
      served.then(outcome => (outcome.state === 'served' ? applied : outcome))
    ]);
    return first ?? (await served);
  } finally {
    end.abort(new Error('It is decided.'));
    await Promise.allSettled([applied, served]);
  }
}

interface IApplying {
  served: Promise<Deployed>;
  signal: AbortSignal;
  news: News;
}

/**
 * Null once it is applied; else why it will not be. While nobody can be asked, as without the right to
 * read Applications, or while the API server starts, only the model can tell.
 */
async function appliedOf(
  followed: IFollowedDeployment,
  { served, signal, news }: IApplying
): Promise<Deployed | null> {
  const { wanted, reconciler, appliedWithin = APPLIED_WITHIN } = followed;
  const told: Promise<Deployed | null> = Promise.race([
    served.then(() => null),
    expired(wanted, signal, appliedWithin)
  ]);
  // It may end when nobody waits for it any more.
  told.catch(() => undefined);
  if (reconciler === null) {
    return told;
  }
  for (;;) {
    const outcome = await attempt(reconciler, wanted, { signal, news });
    if (!('unknown' in outcome)) {
      return outcome.decided;
    }
    const { askAgain = ASK_AGAIN } = followed;
    news.ofCommit({ message: outcome.unknown.message, trouble: outcome.unknown });
    const first = await Promise.race([
      told,
      sleep(askAgain, undefined, { ref: false })
    ]);
    if (first !== undefined) {
      return first;
    }
  }
}

async function attempt(
  reconciler: IReconciler,
  wanted: IWantedCommit,
  { signal, news }: Omit<IApplying, 'served'>
): Promise<{ decided: Deployed | null } | { unknown: ApiError }> {
  try {
    await reconciler.reached(wanted, { signal, onNews: told => news.ofCommit(told) });
    news.isApplied();
    return { decided: null };
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    const body = toApiError(error);
    if (isUnknown(error)) {
      return { unknown: body };
    }
    const state = body.code === 'argocd-sync-failed' ? 'failed' : 'undecided';
    return { decided: { state, error: body } };
  }
}

async function expired(
  { environment, model }: IWantedCommit,
  signal: AbortSignal,
  milliseconds: number
): Promise<Deployed> {
  await sleep(milliseconds, undefined, { signal, ref: false });
  return {
    state: 'undecided',
    error: {
      code: 'commit-not-applied',
      message: `What Git declares for ${model} in ${environment} was not applied within ${Math.round(milliseconds / 60_000)} minutes.`,
      action: 'Ask who applies what the repository declares.'
    }
  };
}

/** What is told last about the commit and about the model, as one line. */
class News {
  constructor(private readonly _tell: (news: IDeployNews) => void) {}

  ofCommit(news: IDeployNews): void {
    this._commit = news;
    this._publish();
  }

  isApplied(): void {
    this._commit = null;
    this._publish();
  }

  ofModel(news: IDeployNews): void {
    this._model = news;
    this._publish();
  }

  private _publish(): void {
    const { _commit: commit, _model: model } = this;
    const message = [commit?.message, model?.message].filter(Boolean).join(' ');
    const trouble: ApiError | null = model?.trouble ?? commit?.trouble ?? null;
    const text = JSON.stringify([message, trouble]);
    if (message !== '' && text !== this._told) {
      this._told = text;
      this._tell({ message, trouble });
    }
  }

  private _commit: IDeployNews | null = null;
  private _model: IDeployNews | null = null;
  private _told = '';
}
