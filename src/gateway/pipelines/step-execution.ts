import { statfs } from 'node:fs/promises';

import type { Logger } from 'pino';

import type { ApiError } from '../../contract/error';
import type { Step } from '../../contract/pipeline';
import { toApiError } from '../jobs/jobs';
import { followStep } from './follow-step';
import type { IPipelineEngine } from './port';
import type { RunProgress } from './run-progress';
import type { StepCache } from './step-cache';
import { readResult, type StepResult } from './step-files';
import { stepKey } from './step-key';
import { INTERPRETER } from '../../compile/step-request';
import { type IStepContext, writeStepRequest } from './step-request';

export interface IStepServices {
  engine: IPipelineEngine;
  cache: StepCache;
  log: Logger;
}

export interface IStepOptions extends IStepContext {
  progress: RunProgress;
  /** Variables of the kernel's own specification: given to the process, never stored. */
  environment(): Record<string, string>;
  /** Aborted when this gateway lets go of the run. The step goes on. */
  signal: AbortSignal;
  stopRequested(): boolean;
}

/** Takes one step from waiting to its end: from the cache, or by its process, again where it may. */
export class StepExecution {
  constructor(
    private readonly _services: IStepServices,
    private readonly _options: IStepOptions,
    private readonly _step: Step
  ) {}

  async run(): Promise<void> {
    const { progress } = this._options;
    if (progress.step(this._step.id).state === 'running') {
      await this._resume();
      return;
    }
    const key = await this._key();
    const hit = key && (await this._restore(key));
    if (hit) {
      const now = new Date().toISOString();
      progress.changeStep(this._step.id, {
        state: 'cached',
        cellsDone: this._step.cells.length,
        startedAt: now,
        endedAt: now
      });
      this._remember(key, hit);
      return;
    }
    await this._attempts(key);
  }

  /** A step that an earlier gateway started. */
  private async _resume(): Promise<void> {
    const { engine } = this._services;
    const state = await engine.stepState(this._options.folder.step(this._step.id));
    const key = await this._key();
    if (state === 'waiting') {
      // Written down, but never started.
      await this._attempts(key, false);
    } else if (!(await this._follow(key))) {
      await this._attempts(key);
    }
  }

  private async _attempts(key: string | null, counted = true): Promise<void> {
    const { progress, stopRequested } = this._options;
    let count = counted;
    do {
      if (stopRequested()) {
        progress.changeStep(this._step.id, { state: 'stopped', endedAt: now() });
        return;
      }
      const { attempt, startedAt } = progress.step(this._step.id);
      progress.changeStep(this._step.id, {
        state: 'running',
        attempt: count ? attempt + 1 : attempt,
        startedAt: startedAt ?? now(),
        cellsDone: 0,
        error: null
      });
      count = true;
      await this._start();
    } while (!(await this._follow(key)));
  }

  private async _start(): Promise<void> {
    const { plan, environment, folder } = this._options;
    await writeStepRequest(this._step, this._options);
    await this._services.engine.startStep({
      run: folder.path,
      folder: folder.step(this._step.id),
      python: plan.python,
      environment: { ...environment(), ...INTERPRETER }
    });
    if (this._options.stopRequested()) {
      // The wish came while it was being started.
      await this._services.engine.stopStep(folder.step(this._step.id));
    }
  }

  /** Follows the process to its end. False where another attempt is due. */
  private async _follow(key: string | null): Promise<boolean> {
    const { folder, progress, signal, stopRequested } = this._options;
    const path = folder.step(this._step.id);
    const { id } = this._step;
    const end = await followStep(this._services.engine, path, signal, cells =>
      progress.noteCells(id, cells)
    );
    const result = end === 'ended' ? readResult(path) : null;
    if (!result) {
      await this._services.engine.stopStep(path);
      progress.changeStep(id, {
        endedAt: now(),
        ...(stopRequested()
          ? { state: 'stopped' as const }
          : await vanished(this._step, folder.path))
      });
      return true;
    }
    const { attempt } = progress.step(id);
    const again =
      result.state === 'failed' && attempt <= this._step.retries && !stopRequested();
    if (again) {
      this._services.log.info(
        { run: this._options.run, step: id, attempt },
        'step fails'
      );
      return false;
    }
    progress.changeStep(id, {
      state: result.state,
      endedAt: now(),
      error: result.error ? toStepError(result.error) : null
    });
    this._remember(key, result);
    return true;
  }

  private async _key(): Promise<string | null> {
    const { plan, parameters, folder } = this._options;
    return stepKey(this._step, plan, parameters, folder);
  }

  private async _restore(key: string): Promise<StepResult | null> {
    const { plan, folder } = this._options;
    const may = (plan.cache && this._step.cache) || plan.retryOf !== null;
    return may
      ? this._services.cache.restore(key, this._step.id, folder, plan.retryOf)
      : null;
  }

  private _remember(key: string | null, result: StepResult): void {
    if (key && result.state === 'succeeded') {
      const shared = this._step.cache;
      this._services.cache.remember(key, this._options.run, this._step.id, shared);
    }
  }
}

function now(): string {
  return new Date().toISOString();
}

/** What the runner says, as the one error shape: where it happened stands in the details. */
export function toStepError(error: NonNullable<StepResult['error']>): ApiError {
  const { code, message, cause, action, details, ...place } = error;
  const full = [message, cause, ...(error.traceback ?? [])].some(text =>
    /\[Errno 28\]|No space left on device/.test(text ?? '')
  );
  return {
    code: full ? 'disk-full' : code,
    message,
    cause,
    action: full ? 'Free some space and retry from the failed step.' : action,
    details: { ...details, ...place }
  };
}

async function vanished(
  step: Step,
  folder: string
): Promise<{ state: 'lost' | 'failed'; error: ApiError }> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < 64 * 1024) {
    const full = Object.assign(new Error('The step could not write its result.'), {
      code: 'ENOSPC'
    });
    return { state: 'failed', error: toApiError(full) };
  }
  return {
    state: 'lost',
    error: {
      code: 'step-lost',
      message: `The process of the step “${step.title}” is gone, and nobody saw how it ended.`,
      cause:
        'It was killed from outside together with its supervisor, or the computer was restarted.',
      action: 'Retry the run: it goes on from this step.'
    }
  };
}
