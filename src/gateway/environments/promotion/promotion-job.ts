import { MlopsError } from '../../../contract/mlops-error';
import type { IJob } from '../../jobs/jobs';
import type { Progress } from '../endpoint/live-endpoint';
import type { IDeclaredRelease } from '../manifests/release-reader';
import { withdrawalBranchOf, type PromotionCommits } from './promotion-commits';
import type { PromotionRecord } from './promotion-record';

/** What brings declared releases about. */
export interface IDeployer {
  /** Sees what was committed and waits until the release serves, cannot serve, or was replaced. */
  deploy(release: IDeclaredRelease, signal: AbortSignal): Promise<Progress>;
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
  await job.step('deploy', async state => ({
    failure: failureOf(state, await deployer.deploy(releaseOf(state), job.signal))
  }));
  if (job.state.failure) {
    await job.step('withdraw', async state => ({
      withdrawal: await commits.withdraw(job.id, state)
    }));
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

function releaseOf(state: PromotionRecord): IDeclaredRelease {
  const { environment, model, digest, app, baseline } = state;
  return { environment, model, digest, app, baseline };
}

function failureOf(
  { environment, model }: PromotionRecord,
  progress: Progress
): PromotionRecord['failure'] {
  switch (progress.state) {
    case 'served':
      return null;
    case 'failed':
      return progress.error;
    default:
      return {
        code: 'promotion-superseded',
        message: `Another commit changed ${model} in ${environment} before this version served.`
      };
  }
}

/** @param branch Where the commit that takes it back waits to be merged; null where it has landed. */
function failed(
  { model, version, environment, failure, withdrawal }: PromotionRecord,
  branch: string | null
): MlopsError {
  if (failure?.code === 'promotion-superseded') {
    return new MlopsError('failed', failure);
  }
  const reason = [failure?.message, failure?.cause].filter(Boolean).join(' ');
  return new MlopsError('failed', {
    code: 'promotion-failed',
    message: `${model} v${version} did not come to serve in ${environment} on this computer; what served before goes on.`,
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
