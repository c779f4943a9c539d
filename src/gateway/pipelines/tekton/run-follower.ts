import type { Logger } from 'pino';

import type { RunStep } from '../../../contract/run';
import type { KubeClient } from '../../kube/kube-client';
import type { RunFolder } from '../run-folder';
import type { RunProgress } from '../run-progress';
import { isDone } from '../run-summary';
import { PodLog, STEP_CONTAINER } from './pod-log';
import type { ISeenRun } from './run-failure';
import { RunObjects } from './run-objects';
import { hasLog, seenStep } from './step-changes';
import { writeEarlyResult } from './step-results';
import type { TektonPlan } from './tekton-plan';

export interface IRunFollowerOptions {
  client: KubeClient;
  plan: TektonPlan;
  progress: RunProgress;
  folder: RunFolder;
  log: Logger;
  /** Aborted when this gateway lets go of the run. */
  signal: AbortSignal;
}

/** Follows a PipelineRun to its end: writes down how its steps stand, and what they print. */
export class RunFollower {
  constructor(private readonly _options: IRunFollowerOptions) {
    const { client, plan, log, signal } = _options;
    const { namespace, name } = plan;
    const changed = (): void => this.wake();
    this._objects = new RunObjects({ client, namespace, name, changed, log });
    signal.addEventListener('abort', changed, { once: true });
  }

  /** The PipelineRun was deleted by somebody. */
  get isLost(): boolean {
    return this._isLost;
  }

  /** The claim of the run, where it is known. */
  get claim(): string | null {
    return this._objects.taskRuns.find(({ claim }) => claim)?.claim ?? null;
  }

  /** Whether a step has begun, so that there is something to fetch. */
  get hasResults(): boolean {
    return this._options.progress.run.steps.some(
      ({ attempt, startedAt, state }) =>
        attempt > 0 && startedAt !== null && state !== 'cached'
    );
  }

  get seen(): ISeenRun {
    const { progress, plan } = this._options;
    const { steps } = progress.run;
    const prepare = this._objects.taskRun(plan.prepare);
    return {
      pipelineRun: this._objects.pipelineRun,
      prepare,
      preparePod: this._objects.pod(prepare),
      stepEnded: steps.some(({ state }) =>
        ['failed', 'stopped', 'lost'].includes(state)
      ),
      stepsDone: steps.every(isDone)
    };
  }

  /** Something may have changed. */
  wake(): void {
    this._changed = true;
    this._wake();
  }

  /** @param each Called at every look, before the steps are looked at. */
  async follow(each: () => Promise<void>): Promise<void> {
    const { signal } = this._options;
    await Promise.race([this._objects.ready(), aborted(signal)]);
    for (;;) {
      signal.throwIfAborted();
      this._changed = false;
      await each();
      this._tellProblem();
      const { pipelineRun } = this._objects;
      if (!pipelineRun && !this._objects.problem) {
        this._lose();
        return;
      }
      await this._look();
      const { status } = pipelineRun?.condition ?? {};
      if ((status === 'True' || status === 'False') && this._isQuiet) {
        return;
      }
      await this._next();
    }
  }

  async close(): Promise<void> {
    this._closed.abort();
    await Promise.all([...this._logs.values()].map(({ log }) => log.done));
    await this._objects.close();
  }

  private async _look(): Promise<void> {
    const { progress, folder } = this._options;
    const before = progress.run.steps;
    const after: RunStep[] = [];
    for (const step of before) {
      const taskRun = this._objects.taskRun(step.id);
      const pod = this._objects.pod(taskRun);
      if (taskRun && pod && hasLog(pod)) {
        this._followLog(step.id, pod.name);
      }
      const seen = seenStep(step, taskRun, pod);
      // Its last lines come first.
      const open = this._logs.get(step.id)?.open && seen.state !== 'running';
      after.push(open ? step : await this._withWords(seen, step));
      if (
        taskRun &&
        seen.state === 'succeeded' &&
        !open &&
        step.state !== 'succeeded'
      ) {
        await writeEarlyResult(taskRun, folder.step(step.id));
      }
    }
    if (JSON.stringify(after) !== JSON.stringify(progress.run.steps)) {
      progress.change({ steps: withCells(after, progress.run.steps) });
    }
  }

  /** What the container itself had to say where its step could not. */
  private async _withWords(seen: RunStep, before: RunStep): Promise<RunStep> {
    const words = this._logs.get(seen.id)?.log.words;
    if (
      seen.error?.code !== 'step-failed-in-pod' ||
      before.state === 'failed' ||
      !words
    ) {
      return before.state === 'failed' && seen.state === 'failed' ? before : seen;
    }
    return { ...seen, error: { ...seen.error, cause: words } };
  }

  private _followLog(step: string, pod: string): void {
    const known = this._logs.get(step);
    if (known?.pod === pod) {
      return;
    }
    const { client, plan, folder, progress, signal } = this._options;
    const log = new PodLog({
      client,
      namespace: plan.namespace,
      pod,
      folder: folder.step(step),
      cells: done => progress.noteCells(step, done),
      isOver: () => this._isOver(step, pod),
      signal: AbortSignal.any([signal, this._closed.signal])
    });
    const followed = { pod, log, open: true };
    this._logs.set(step, followed);
    void log.done.then(() => {
      followed.open = false;
      this.wake();
    });
  }

  private _isOver(step: string, pod: string): boolean {
    const taskRun = this._objects.taskRun(step);
    const seen = this._objects.pod(taskRun);
    const ended = seen?.containers.some(
      ({ name, terminated }) => name === STEP_CONTAINER && terminated
    );
    return seen?.name !== pod || Boolean(ended);
  }

  private get _isQuiet(): boolean {
    return [...this._logs.values()].every(({ open }) => !open);
  }

  /** While the cluster cannot be asked, the run says so, and goes on. */
  private _tellProblem(): void {
    const { progress } = this._options;
    const { problem } = this._objects;
    if (problem?.code !== progress.run.error?.code) {
      progress.change({ error: problem });
    }
  }

  private _lose(): void {
    const { progress, plan } = this._options;
    this._isLost = true;
    const error = {
      code: 'run-deleted',
      message: `The PipelineRun ${plan.name} in ${plan.namespace} was deleted by somebody else.`,
      action: 'Run the notebook again.'
    };
    const endedAt = new Date().toISOString();
    const first = progress.run.steps.find(({ state }) =>
      ['running', 'waiting'].includes(state)
    );
    progress.change({
      steps: progress.run.steps.map(step =>
        step.state === 'running' || step === first
          ? { ...step, state: 'lost', endedAt, error }
          : step
      )
    });
  }

  private async _next(): Promise<void> {
    if (!this._changed) {
      await new Promise<void>(resolve => {
        this._wake = resolve;
      });
    }
  }

  private readonly _objects: RunObjects;
  private readonly _logs = new Map<
    string,
    { pod: string; log: PodLog; open: boolean }
  >();
  private readonly _closed = new AbortController();
  private _isLost = false;
  private _changed = false;
  private _wake: () => void = () => undefined;
}

/** Cells are counted while the steps are looked at. */
function withCells(steps: RunStep[], now: RunStep[]): RunStep[] {
  const byId = new Map(now.map(step => [step.id, step]));
  return steps.map(step => {
    const cellsDone =
      step.state === 'succeeded'
        ? step.cells
        : Math.max(step.cellsDone, byId.get(step.id)?.cellsDone ?? 0);
    return { ...step, cellsDone };
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
