import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Actor } from '../../contract/identifier';
import type { Notebook } from '../../contract/notebook';
import { MlopsError } from '../../contract/mlops-error';
import type { Conversion } from '../../contract/pipeline';
import type {
  LogLine,
  RunCause,
  RunDetail,
  RunRequest,
  RunSummary
} from '../../contract/run';
import type { ICore } from '../core';
import { findKernel } from '../notebooks/kernel';
import { readNotebook } from '../notebooks/read-notebook';
import { executedNotebook } from './executed-notebook';
import type { IPipelineEngine, IRuns } from './port';
import type { IEnginePlan, IRunEngine, IRunExecution } from './run-engine';
import { RunFolder } from './run-folder';
import { writeRunFiles } from './run-files';
import { RunProgress } from './run-progress';
import { runDetail } from './run-results';
import type { IPlannedRun, RunStarter } from './run-starter';
import { readSecrets } from './secret-file';
import type { IStoredRun, RunStore } from './run-store';
import { isEnded, summarise } from './run-summary';
import { LOG } from './step-files';

/** A stop answers when the processes are gone, or after this time while they are being ended. */
const STOP_ANSWER = 15_000;
const LOCAL = 'local';

export interface IRunServiceParts {
  store: RunStore;
  /** Reads the logs of steps, wherever they ran. */
  engine: IPipelineEngine;
  starter: RunStarter;
  /** By name; the first is taken for runs of engines that are no more. */
  engines: IRunEngine[];
}

/** Pipeline runs of this data home: starts, follows, stops and shows them. */
export class RunService implements IRuns {
  constructor(
    private readonly _core: ICore,
    private readonly _parts: IRunServiceParts
  ) {}

  convert(notebook: string, content: unknown, split?: RunRequest['split']): Conversion {
    return this._parts.starter.convert(notebook, content, split);
  }

  async start(request: RunRequest, actor: Actor, cause: RunCause): Promise<RunDetail> {
    const id = randomUUID();
    const planned = await this._parts.starter.plan(request, actor, cause, id);
    const { notebook, engine } = planned.run;
    const more = await this._engine(engine).plan(planned, null);
    await this._begin(planned, more, actor, 'run.start', { notebook, engine });
    return this.get(id);
  }

  get(id: string): RunDetail {
    const { run, plan } = this._current(id);
    const place = this._engine(run.engine).place(run);
    return { ...runDetail(run, plan, this._folder(run.id)), place };
  }

  list(limit: number, before?: number): RunSummary[] {
    return this._parts.store.list(limit, before).map(summary => {
      const execution = this._executions.get(summary.id);
      return execution ? summarise(execution.progress.run) : summary;
    });
  }

  async stop(id: string, actor: Actor): Promise<RunDetail> {
    const { run } = this._current(id);
    const execution = this._executions.get(run.id);
    if (execution && !isEnded(run.state)) {
      this._parts.store.requestStop(run.id);
      this._audit(actor, 'run.stop', run.id);
      execution.run.stop();
      const patience = AbortSignal.timeout(STOP_ANSWER);
      await Promise.race([execution.run.done, aborted(patience)]);
    }
    return this.get(run.id);
  }

  async retry(id: string, actor: Actor): Promise<RunDetail> {
    const { run, plan } = this._current(id);
    if (!isEnded(run.state)) {
      throw new MlopsError('conflict', {
        code: 'run-not-ended',
        message: `Run ${run.number} has not ended yet.`,
        action: 'Wait for its end, or stop it first.'
      });
    }
    if (run.state === 'succeeded') {
      throw new MlopsError('refused', {
        code: 'run-succeeded',
        message: `Run ${run.number} has succeeded: there is no failed step to go on from.`,
        action: 'Run the notebook again instead.'
      });
    }
    const content = readNotebook(this._folder(run.id).notebook);
    const again = await this._parts.starter.again(run, plan, actor, randomUUID());
    const secrets = readSecrets(this._folder(run.id).secrets);
    const planned = { ...again, content, secrets };
    const more = await this._engine(run.engine).plan(planned, {
      run,
      plan,
      stopRequested: false
    });
    await this._begin(planned, more, actor, 'run.retry', { of: run.id });
    return this.get(again.run.id);
  }

  async ended(id: string, signal?: AbortSignal): Promise<RunDetail> {
    const { run } = this._current(id);
    const execution = this._executions.get(run.id);
    if (execution) {
      await Promise.race([execution.run.done, ...(signal ? [aborted(signal)] : [])]);
      signal?.throwIfAborted();
    }
    const detail = this.get(run.id);
    if (!isEnded(detail.state)) {
      throw new MlopsError('unavailable', {
        code: 'gateway-ends',
        message: `This gateway ends; run ${run.number} goes on.`,
        action: 'Ask again: another gateway takes over.'
      });
    }
    return detail;
  }

  folder(id: string): string {
    return this._folder(this._parts.store.get(id).run.id).path;
  }

  async log(
    id: string,
    step: string,
    after: number,
    limit: number
  ): Promise<{ lines: LogLine[]; end: boolean }> {
    const { run } = this._current(id);
    const found = run.steps.find(other => other.id === step);
    if (!found) {
      throw new MlopsError('not-found', {
        code: 'step-unknown',
        message: `Run ${run.number} has no step ${JSON.stringify(step)}.`,
        cause: `Its steps are: ${run.steps.map(other => other.id).join(', ')}.`
      });
    }
    const folder = this._folder(run.id);
    if (!folder.holds(join(folder.step(found.id), LOG))) {
      throw new MlopsError('refused', {
        code: 'not-in-run',
        message: `The log of ${found.title} was replaced by a link that leads out of the run's folder.`
      });
    }
    const page = await this._parts.engine.log(folder.step(found.id), after, limit);
    // An earlier attempt's end is not the step's.
    const over = !['waiting', 'running'].includes(found.state);
    const never = found.state === 'skipped' && page.lines.length === 0;
    // Elsewhere a step may end without a result of its own.
    const whole = run.engine !== LOCAL && page.lines.length < limit;
    return { ...page, end: over && (page.end || never || whole) };
  }

  /** The notebook with this run's outputs; also while it goes on. */
  notebook(id: string): { name: string; content: Notebook } {
    const { run, plan } = this._current(id);
    const folder = this._folder(run.id);
    return {
      name: plan.pipeline.notebook,
      content: executedNotebook(readNotebook(folder.notebook), run, plan, folder)
    };
  }

  /** Goes on with what the last gateway left under way, and removes what it never wrote down. */
  async resume(): Promise<void> {
    for (const id of this._parts.store.underWay()) {
      this._launch(this._parts.store.get(id));
    }
    for (const name of readdirSync(this._core.home.runs)) {
      if (/^[0-9a-f-]{36}$/.test(name) && !this._parts.store.has(name)) {
        await rm(join(this._core.home.runs, name), { recursive: true, force: true });
      }
    }
  }

  /** Lets go of all runs; their processes go on. */
  async close(): Promise<void> {
    await Promise.all([...this._executions.values()].map(({ run }) => run.close()));
  }

  /** Writes a new run down and starts it. */
  private async _begin(
    { run, plan, content, secrets }: IPlannedRun,
    { done, diagnostics, write }: IEnginePlan,
    actor: Actor,
    action: string,
    details: Record<string, unknown>
  ): Promise<void> {
    const folder = this._folder(run.id);
    const known = new Map(done.map(step => [step.id, step]));
    const steps = run.steps.map(step => known.get(step.id) ?? step);
    const whole = { ...plan, diagnostics: [...plan.diagnostics, ...diagnostics] };
    // Before the row: a run that is in the list has its notebook.
    await writeRunFiles(folder, content, plan.pipeline, secrets);
    try {
      await write(folder);
    } catch (error) {
      await rm(folder.path, { recursive: true, force: true });
      throw error;
    }
    const numbered = this._parts.store.add({ ...run, steps }, whole);
    this._audit(actor, action, run.id, details);
    this._launch({ run: numbered, plan: whole, stopRequested: false });
  }

  private _launch({ run, plan, stopRequested }: IStoredRun): void {
    const progress = new RunProgress(this._parts.store, run, changed =>
      this._core.events.publish({ type: 'run', data: summarise(changed) })
    );
    const execution = this._engine(run.engine).execute({
      progress,
      plan,
      folder: this._folder(run.id),
      environment: () =>
        findKernel(plan.pipeline.kernel, this._core.context).environment,
      stopRequested
    });
    this._executions.set(run.id, { progress, run: execution });
    void execution.done.finally(() => this._executions.delete(run.id));
  }

  private _engine(name: string): IRunEngine {
    const { engines } = this._parts;
    return engines.find(engine => engine.name === name) ?? engines[0];
  }

  /** As it stands now: newer than the database while it is under way here. */
  private _current(id: string): IStoredRun {
    const stored = this._parts.store.get(id);
    const execution = this._executions.get(stored.run.id);
    return execution ? { ...stored, run: execution.progress.run } : stored;
  }

  private _folder(id: string): RunFolder {
    return new RunFolder(join(this._core.home.runs, id));
  }

  private _audit(
    actor: Actor,
    action: string,
    object: string,
    details?: Record<string, unknown>
  ): void {
    this._core.audit.add({ actor, action, object, result: 'done', details });
  }

  private readonly _executions = new Map<
    string,
    { progress: RunProgress; run: IRunExecution }
  >();
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) {
      resolve();
    }
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
