import type { ApiError } from '../../../contract/error';
import { MlopsError } from '../../../contract/mlops-error';
import type { IJob } from '../../jobs/jobs';
import { withdrawalBranchOf, type PromotionCommits } from './promotion-commits';
import type { PromotionRecord } from './promotion-record';

/** What became of a release that Git declares. */
export type Deployed =
  | { state: 'served' | 'superseded' }
  /** It does not come to serve. */
  | { state: 'failed'; error: ApiError }
  /** It was not seen to serve, and may still come to: the commit stays. */
  | { state: 'undecided'; error: ApiError };

/** How far a target is with a release. */
export interface IDeployNews {
  message: string;
  trouble: ApiError | null;
}

/** What brings declared releases about. */
export interface IDeployer {
  /** Makes sure that everything the commit will name can be fetched by the target. */
  publish(record: Readonly<PromotionRecord>, signal: AbortSignal): Promise<void>;
  /** Sees what was committed and waits until that is decided. */
  deploy(
    record: Readonly<PromotionRecord>,
    options: { signal: AbortSignal; onNews(news: IDeployNews): void }
  ): Promise<Deployed>;
  /** Writes down that the release serves. */
  released(record: PromotionRecord): void;
}

export interface IPromotionWork {
  commits: PromotionCommits;
  deployer: IDeployer;
  /** Resolves when the promotion was approved often enough, or closed. */
  decided(job: IJob<PromotionRecord>): Promise<'approved' | 'closed'>;
}

/** Walks a promotion through its states. Each transition may run again after a crash. */
export async function runPromotion(
  job: IJob<PromotionRecord>,
  { commits, deployer, decided }: IPromotionWork
): Promise<void> {
  if (job.state.images.length > 0) {
    await job.step('publish', async state => {
      await deployer.publish(state, job.signal);
      return {};
    });
  }
  if (job.state.approvalsNeeded > 0 || commits.mergedElsewhere) {
    await job.step('propose', async state => ({
      ...(await commits.propose(job.id, state)),
      phase: 'waiting' as const
    }));
    if ((await decided(job)) === 'closed') {
      await closeBranch(job, commits);
      return;
    }
  }
  await job.step('commit', async state => ({
    ...(await commits.land(job.id, state)),
    phase: 'deploying' as const
  }));
  await closeBranch(job, commits);
  await job.step('deploy', async state => {
    const onNews = ({ message, trouble }: IDeployNews): void =>
      job.note({ progress: message, trouble });
    const deployed = await deployer.deploy(state, { signal: job.signal, onNews });
    return {
      failure: failureOf(state, deployed),
      stays: deployed.state === 'undecided',
      progress: null,
      trouble: null
    };
  });
  if (job.state.failure && !job.state.stays) {
    await job.step('withdraw', async state => ({
      withdrawal: await commits.withdraw(job.id, state)
    }));
  }
  if (job.state.failure) {
    throw failed(
      job.state,
      commits.mergedElsewhere ? withdrawalBranchOf(job.id) : null
    );
  }
  await job.step('release', async state => {
    deployer.released(state);
    return {};
  });
}

async function closeBranch(
  job: IJob<PromotionRecord>,
  commits: PromotionCommits
): Promise<void> {
  const { branch } = job.state;
  if (branch) {
    await job.step('close-branch', async () => {
      await commits.closeBranch(branch);
      return {};
    });
  }
}

function failureOf(
  { environment, model }: PromotionRecord,
  deployed: Deployed
): PromotionRecord['failure'] {
  switch (deployed.state) {
    case 'served':
      return null;
    case 'superseded':
      return {
        code: 'promotion-superseded',
        message: `Another commit changed ${model} in ${environment} before this version served.`
      };
    default:
      return deployed.error;
  }
}

/** @param branch Where the commit that takes it back waits to be merged; null where it has landed. */
function failed(state: PromotionRecord, branch: string | null): MlopsError {
  const { model, version, environment, failure, withdrawal, target } = state;
  if (failure?.code === 'promotion-superseded') {
    return new MlopsError('failed', failure);
  }
  const reason = [failure?.message, failure?.cause].filter(Boolean).join(' ');
  return state.stays
    ? new MlopsError('failed', {
        code: 'promotion-undecided',
        message: `${environment} declares ${model} v${version}, and it was not seen to serve on ${target.name}.`,
        cause: reason || undefined,
        action: `Commit ${(state.revision ?? '').slice(0, 7)} stays: it may still come about. ${failure?.action ?? 'Look at the environment again later.'}`,
        details: { failure }
      })
    : new MlopsError('failed', {
        code: 'promotion-failed',
        message: `${model} v${version} did not come to serve in ${environment} on ${target.name}; what served before goes on.`,
        cause: reason || undefined,
        action: withdrawal
          ? `${
              branch
                ? `Merge the branch ${branch}: it restores what Git declared before.`
                : `Commit ${withdrawal.slice(0, 7)} restored what Git declared before.`
            } ${failure?.action ?? 'Remove the cause and promote again.'}`
          : (failure?.action ?? 'Remove the cause and promote again.'),
        details: { failure, withdrawal }
      });
}
