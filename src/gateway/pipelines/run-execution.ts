import type { Logger } from 'pino';

import type { ApiError } from '../../contract/error';
import type { Step } from '../../contract/pipeline';
import { toApiError } from '../jobs/jobs';
import { endRun, type IEndingRun, isLeaseLost, noteSource } from './run-end';
import type { IRunExecution } from './run-engine';
import type { RunFolder } from './run-folder';
import type { RunProgress } from './run-progress';
import type { RunPlan } from './run-plan';
import type { RunPreparation } from './run-preparation';
import { isDone } from './run-summary';
import { withSecrets } from './secret-file';
import type { Slots } from './slots';
import { type IStepServices, StepExecution } from './step-execution';

export interface IRunServices extends IStepServices {
  preparation: RunPreparation;
  slots: Slots;
  log: Logger;
}

export interface IRunOptions {
  progress: RunProgress;
  plan: RunPlan;
  folder: RunFolder;
  /** Variables of the kernel's own specification, read when a step starts. */
  environment(): Record<string, string>;
  stopRequested: boolean;
}

/** One run under way in this gateway: prepares it, runs steps whose predecessors are done, ends it. */
export class RunExecution implements IRunExecution {
  /** Resolves when the run has ended, or this gateway has let go of it. */
  readonly done: Promise<void>;

  constructor(
    private readonly _services: IRunServices,
    private readonly _options: IRunOptions
  ) {
    this._stopRequested = _options.stopRequested;
    this.done = this._run();
  }

  /** Ends all steps; nothing more is started. The wish must have been written down before. */
  stop(): void {
    this._stopRequested = true;
    this._waiting.abort(new Error('The run was stopped.'));
    this._active.forEach((_, id) => void this._stopStep(id));
  }

  /** Lets go: processes go on, and the next gateway finds them. */
  async close(): Promise<void> {
    // One reason for all, so that it is told from a failure; a stop may have come before.
    this._waiting.abort(new Error('The gateway ends.'));
    this._letGo.abort(this._waiting.signal.reason);
    await this.done;
    this._options.progress.close();
  }

  private async _run(): Promise<void> {
    // The caller gets the run before anything happens.
    await Promise.resolve();
    let failure: ApiError | null = null;
    try {
      await this._walk();
    } catch (error) {
      if (this._letGo.signal.aborted || isLeaseLost(error)) {
        return;
      }
      this._services.log.warn({ run: this._id, err: error }, 'run failed');
      failure = toApiError(error);
    } finally {
      this._services.engine.endRun(this._options.folder.path);
    }
    if (!this._letGo.signal.aborted) {
      await endRun(this._ending, {
        failure,
        failedStep: this._failedStep,
        stopRequested: this._stopRequested
      });
    }
  }

  private async _walk(): Promise<void> {
    const { progress, plan, folder } = this._options;
    let source = Promise.resolve();
    if (progress.run.state === 'pending') {
      // Only now: after a restart the folder may stand at another commit.
      // Beside the first steps, as it may take long.
      source = noteSource(this._ending);
      if (!this._stopRequested) {
        await this._services.preparation.prepare(progress.run.notebook, plan, folder);
      }
      progress.change({ state: 'running', startedAt: new Date().toISOString() });
    }
    await this._steps();
    this._letGo.signal.throwIfAborted();
    await source;
  }

  private async _steps(): Promise<void> {
    for (;;) {
      if (!this._stopRequested && !this._letGo.signal.aborted && !this._broken) {
        this._ready().forEach(step => this._launch(step));
      }
      // What an earlier gateway started is followed to its end in any case.
      this._resumable().forEach(step => this._launch(step));
      if (this._active.size === 0) {
        break;
      }
      await Promise.race(this._active.values());
    }
    if (this._failure) {
      throw this._failure;
    }
  }

  private get _broken(): boolean {
    return (
      this._failure !== null ||
      this._options.progress.run.steps.some(step =>
        ['failed', 'stopped', 'lost'].includes(step.state)
      )
    );
  }

  private _ready(): Step[] {
    const { progress, plan } = this._options;
    return plan.pipeline.steps.filter(
      step =>
        progress.step(step.id).state === 'waiting' &&
        !this._active.has(step.id) &&
        step.after.every(id => isDone(progress.step(id)))
    );
  }

  private _resumable(): Step[] {
    const { progress, plan } = this._options;
    return plan.pipeline.steps.filter(
      step =>
        progress.step(step.id).state === 'running' &&
        !this._active.has(step.id) &&
        !this._letGo.signal.aborted &&
        this._failure === null
    );
  }

  private _launch(step: Step): void {
    const work = this._runStep(step)
      .catch((error: unknown) => {
        const { reason } = this._waiting.signal;
        if (reason !== undefined && error === reason) {
          return;
        }
        this._failure ??= error;
        this._failedStep ??= step.id;
      })
      .finally(() => this._active.delete(step.id));
    this._active.set(step.id, work);
    if (this._stopRequested) {
      void this._stopStep(step.id);
    }
  }

  private async _runStep(step: Step): Promise<void> {
    const giveBack = await this._services.slots.take(
      this._options.progress.step(step.id).state === 'running'
        ? this._letGo.signal
        : this._waiting.signal
    );
    try {
      await new StepExecution(
        this._services,
        {
          run: this._id,
          plan: this._options.plan,
          parameters: withSecrets(
            this._options.progress.run.parameters,
            this._options.folder.secrets
          ),
          folder: this._options.folder,
          environment: this._options.environment,
          progress: this._options.progress,
          signal: this._letGo.signal,
          stopRequested: () => this._stopRequested
        },
        step
      ).run();
    } finally {
      giveBack();
    }
  }

  private async _stopStep(id: string): Promise<void> {
    try {
      await this._services.engine.stopStep(this._options.folder.step(id));
    } catch (error) {
      this._services.log.error({ run: this._id, step: id, err: error }, 'stop failed');
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
  private readonly _waiting = new AbortController();
  private readonly _active = new Map<string, Promise<void>>();
  private _stopRequested: boolean;
  private _failure: unknown = null;
  private _failedStep: string | null = null;
}
