import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { ApiError } from '../../../contract/error';
import { MlopsError } from '../../../contract/mlops-error';
import type { RunStep } from '../../../contract/run';
import { toApiError } from '../../jobs/jobs';
import { Backoff } from '../../kube/backoff';
import type { Clusters } from '../../kube/clusters';
import type { KubeClient } from '../../kube/kube-client';
import type { IRunExecution } from '../run-engine';
import { endRun, isLeaseLost, noteSource, type IEndingRun } from '../run-end';
import type { IRunOptions } from '../run-execution';
import { fetchResults } from './fetch-results';
import { runFailure } from './run-failure';
import { RunFollower } from './run-follower';
import { applyResults } from './step-results';
import { cancelRun, submitRun } from './submit-run';
import {
  readSubmitted,
  readTektonPlan,
  type TektonPlan,
  writeSubmitted
} from './tekton-plan';

export interface ITektonServices {
  clusters: Clusters;
  log: Logger;
}

/** What may be over soon: the same is tried again until it is. */
const PASSING = new Set([
  'cluster-session-expired',
  // Until the user has accepted who that is now.
  'cluster-identity-changed',
  'cluster-exec-broken'
]);
/** The results of a run that has ended are fetched again for so long. */
const FETCH_PATIENCE = 15 * 60_000;

/**
 * One run in pods. What it has to do next follows from the run's state and files, and from what the
 * cluster holds under names that follow from the run's id: a gateway that takes over goes on.
 */
export class TektonRun implements IRunExecution {
  readonly done: Promise<void>;

  constructor(
    private readonly _services: ITektonServices,
    private readonly _options: IRunOptions
  ) {
    this._stopRequested = _options.stopRequested;
    this.done = this._run();
  }

  stop(): void {
    this._stopRequested = true;
    this._wishes.abort();
  }

  async close(): Promise<void> {
    this._letGo.abort(new Error('The gateway ends.'));
    this._wishes.abort();
    await this.done;
    this._options.progress.close();
  }

  private async _run(): Promise<void> {
    // The caller gets the run before anything happens.
    await Promise.resolve();
    let failure: ApiError | null = null;
    try {
      failure = await this._walk();
    } catch (error) {
      if (this._letGo.signal.aborted || isLeaseLost(error)) {
        return;
      }
      this._services.log.warn({ run: this._id, err: error }, 'run failed');
      failure = toApiError(error);
    }
    if (!this._letGo.signal.aborted) {
      this._settle(failure);
      const { _stopRequested: stopRequested } = this;
      await endRun(this._ending, { failure, failedStep: null, stopRequested });
    }
  }

  /** @returns What the run failed for where that is no step's error. */
  private async _walk(): Promise<ApiError | null> {
    const { progress, folder } = this._options;
    const { clusters, log } = this._services;
    const plan = readTektonPlan(folder);
    const cluster = await clusters.get(plan.cluster, plan.project);
    const { client } = cluster;
    let source = Promise.resolve();
    if (progress.run.state === 'pending') {
      source = noteSource(this._ending);
      progress.change({ state: 'running', startedAt: new Date().toISOString() });
    }
    const submitted =
      readSubmitted(folder) ??
      (await this._patiently(() =>
        submitRun(client, plan, folder, () => this._stopRequested)
      ));
    if (!submitted) {
      await source;
      return null;
    }
    const follower = new RunFollower({
      client,
      plan,
      progress,
      folder,
      log,
      signal: this._letGo.signal
    });
    this._wishes.signal.addEventListener('abort', () => follower.wake());
    try {
      await follower.follow(() => this._cancelWhereAsked(client, plan));
      await source;
      this._letGo.signal.throwIfAborted();
      const { claim } = follower;
      if (follower.isLost || claim === null || !follower.hasResults) {
        // Where it was stopped before its files lay there, that is no failure.
        return follower.isLost || this._cancelled
          ? null
          : await runFailure(client, plan, follower.seen);
      }
      const whole = { ...submitted, claim };
      // A retry goes on there.
      await writeSubmitted(folder, whole);
      const { signal } = this._letGo;
      await this._patiently(
        () => fetchResults(client, plan, whole, folder, signal),
        FETCH_PATIENCE
      );
      progress.change({ steps: applyResults(progress.run.steps, folder) });
      return await runFailure(client, plan, follower.seen);
    } finally {
      await follower.close();
    }
  }

  private async _cancelWhereAsked(client: KubeClient, plan: TektonPlan): Promise<void> {
    if (this._stopRequested && !this._cancelled) {
      await this._patiently(() => cancelRun(client, plan));
      this._cancelled = true;
    }
  }

  /** Tries again what failed for a reason that passes; the run says why it waits. */
  private async _patiently<T>(work: () => Promise<T>, limit = Infinity): Promise<T> {
    const { progress } = this._options;
    const backoff = new Backoff(500, 15_000);
    const until = Date.now() + limit;
    for (;;) {
      this._letGo.signal.throwIfAborted();
      try {
        const result = await work();
        if (progress.run.error) {
          progress.change({ error: null });
        }
        return result;
      } catch (error) {
        if (this._letGo.signal.aborted || !passes(error) || Date.now() > until) {
          throw error;
        }
        progress.change({ error: toApiError(error) });
      }
      const { signal } = this._letGo;
      await sleep(backoff.next(), undefined, { signal });
    }
  }

  /** No step stays under way where the run has ended. */
  private _settle(failure: ApiError | null): void {
    const { progress } = this._options;
    const endedAt = new Date().toISOString();
    const settled = (step: RunStep): RunStep => {
      if (step.state !== 'running') {
        return step;
      }
      return this._stopRequested && !failure
        ? { ...step, state: 'stopped', endedAt, error: null }
        : { ...step, state: failure ? 'failed' : 'lost', endedAt };
    };
    if (progress.run.steps.some(({ state }) => state === 'running')) {
      progress.change({ steps: progress.run.steps.map(settled) });
    }
  }

  private get _ending(): IEndingRun {
    const { progress, plan, folder } = this._options;
    const { log } = this._services;
    return { progress, plan, folder, log, signal: this._letGo.signal };
  }

  private get _id(): string {
    return this._options.progress.run.id;
  }

  private readonly _letGo = new AbortController();
  private readonly _wishes = new AbortController();
  private _stopRequested: boolean;
  private _cancelled = false;
}

function passes(error: unknown): boolean {
  return (
    error instanceof MlopsError &&
    (error.kind === 'unavailable' || PASSING.has(error.body.code))
  );
}
