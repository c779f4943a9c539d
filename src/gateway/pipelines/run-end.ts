import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { ApiError } from '../../contract/error';
import { MlopsError } from '../../contract/mlops-error';
import type { Run, RunState } from '../../contract/run';
import type { RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import type { RunProgress } from './run-progress';
import { isDone } from './run-summary';
import { removeSecrets } from './secret-file';
import { sourceCommit } from './source-commit';

/** Where the end of a run cannot be written (disk full), it is tried again so often. */
const WRITE_AGAIN = 1000;

export interface IEndingRun {
  progress: RunProgress;
  plan: RunPlan;
  folder: RunFolder;
  log: Logger;
  /** Aborted when this gateway lets go of the run. */
  signal: AbortSignal;
}

export interface IHowEnded {
  failure: ApiError | null;
  /** The step that the failure belongs to. */
  failedStep: string | null;
  stopRequested: boolean;
}

/** Writes the commit down that the run started from, as soon as it is known. */
export async function noteSource(run: IEndingRun): Promise<void> {
  const { progress, plan, signal, log } = run;
  try {
    const source = await sourceCommit(dirname(progress.run.notebook), plan.unsaved);
    if (source && !signal.aborted) {
      progress.change({ source });
    }
  } catch (error) {
    log.warn({ run: progress.run.id, err: error }, 'commit not found');
  }
}

/** Writes a run's end down, again and again until it can be written. */
export async function endRun(run: IEndingRun, how: IHowEnded): Promise<void> {
  const { progress, log, signal } = run;
  for (;;) {
    try {
      writeEnd(run, how);
      return;
    } catch (error) {
      if (isLeaseLost(error)) {
        return;
      }
      log.error({ run: progress.run.id, err: error }, 'end not written');
    }
    await sleep(WRITE_AGAIN, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) {
      return;
    }
  }
}

function writeEnd({ progress, folder }: IEndingRun, how: IHowEnded): void {
  const { failure, failedStep, stopRequested } = how;
  const endedAt = new Date().toISOString();
  const steps: Run['steps'] = progress.run.steps.map(step => {
    if (step.id === failedStep && failure) {
      return { ...step, state: 'failed', endedAt, error: failure };
    }
    return step.state === 'waiting' ? { ...step, state: 'skipped' } : step;
  });
  const worst = steps.find(step => step.error !== null);
  const state = endState(steps, failure, stopRequested);
  progress.change({
    steps,
    state,
    endedAt,
    error: state === 'succeeded' ? null : (failure ?? worst?.error ?? null)
  });
  if (state === 'succeeded') {
    // Any other run may be retried.
    removeSecrets(folder.secrets);
  }
}

function endState(
  steps: Run['steps'],
  failure: ApiError | null,
  stopRequested: boolean
): RunState {
  const has = (state: Run['steps'][number]['state']): boolean =>
    steps.some(step => step.state === state);
  if (failure || has('failed')) {
    return 'failed';
  }
  if (has('lost')) {
    return 'lost';
  }
  if (has('stopped') || (stopRequested && !steps.every(isDone))) {
    return 'stopped';
  }
  return 'succeeded';
}

export function isLeaseLost(error: unknown): boolean {
  return error instanceof MlopsError && error.body.code === 'lease-lost';
}
