import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { basename, normalize } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import { Notebook } from '../../contract/notebook';
import type { Actor } from '../../contract/identifier';
import type { Conversion, Diagnostic, Pipeline, Split } from '../../contract/pipeline';
import { type Run, type RunCause, RunRequest } from '../../contract/run';
import {
  keptParameters,
  secretsOf,
  withoutSecrets
} from '../../contract/secret-parameter';
import type { LaunchContext } from '../launch-context';
import { findKernel, kernelNameOf } from '../notebooks/kernel';
import { readNotebook } from '../notebooks/read-notebook';
import { readProject } from '../project/read-project';
import { convertedNotebook, type Converter } from './converted-notebook';
import { missingNeeds } from './missing-needs';
import { planRunWork } from './run-preparation';
import type { RunPlan } from './run-plan';
import { checkReplaced } from './work-folder';

export interface IPlannedRun {
  run: Omit<Run, 'number'>;
  plan: RunPlan;
  /** The notebook's JSON. */
  content: unknown;
  /** Values of parameters that the run itself must not carry. */
  secrets: Record<string, unknown>;
}

/** Decides what a run will be, or says why there will be none. Changes nothing. */
export class RunStarter {
  constructor(
    private readonly _context: LaunchContext,
    private readonly _convert: Converter,
    private readonly _never: string[],
    private readonly _engines: string[]
  ) {}

  /** @param path Absolute path of the notebook. */
  convert(path: string, content: unknown, split?: Split): Conversion {
    const known = content ?? readNotebook(path);
    return convertedNotebook(this._convert, path, known, split);
  }

  /** @throws MlopsError `refused` or `not-found`: nothing was written or executed. */
  async plan(
    input: RunRequest,
    actor: Actor,
    cause: RunCause,
    id: string
  ): Promise<IPlannedRun> {
    const request = RunRequest.parse(input);
    // Whoever repeats a run has only the placeholder of a secret: the notebook's own value counts.
    const parameters = keptParameters(request.parameters);
    const path = request.notebook;
    const content = request.content ?? readNotebook(path);
    const { project } = readProject(path);
    const engine = request.engine ?? project.engine;
    this._checkEngine(engine);
    const conversion = this.convert(path, content, request.split);
    const { pipeline, diagnostics } = conversion;
    const checked = checkConversion(basename(path), pipeline, diagnostics);
    const kernel = findKernel(kernelNameOf(content), this._context);
    checkParameters(checked, parameters);
    await checkReplaced(request.files);
    const given = { parameters, files: request.files };
    const all = await missingNeeds(path, conversion, kernel, given);
    // Packages and variables of this computer are not those of a pod.
    const missing = all.filter(
      ({ need }) => engine === 'local' || need.kind === 'file'
    );
    const plan: RunPlan = {
      pipeline: { ...checked, kernel: kernel.name },
      diagnostics: [
        ...diagnostics,
        ...this._leftOut(path, { pipeline: checked }, request.files),
        ...missing.map(({ diagnostic }) => diagnostic)
      ],
      python: kernel.python,
      files: request.files,
      cache: request.cache,
      retryOf: null,
      modelVariable: project.model.variable ?? null,
      timeColumn: project.model.time ?? null,
      tolerant: tolerantCells(content),
      unsaved: request.content === undefined ? null : unsavedDigest(path, content)
    };
    return {
      run: newRun({ id, path, plan, engine, actor, cause, parameters }),
      plan,
      content,
      secrets: secretsOf(parameters)
    };
  }

  /** The same run once more, going on from what succeeded. */
  async again(
    run: Run,
    plan: RunPlan,
    actor: Actor,
    id: string
  ): Promise<Pick<IPlannedRun, 'run' | 'plan'>> {
    const kernel = findKernel(plan.pipeline.kernel, this._context);
    await checkReplaced(plan.files);
    const next: RunPlan = { ...plan, python: kernel.python, retryOf: run.id };
    const cause: RunCause =
      run.cause.kind === 'retraining' ? run.cause : { kind: 'retry', run: run.id };
    const { notebook: path, parameters, engine } = run;
    return {
      run: newRun({ id, path, plan: next, engine, actor, cause, parameters }),
      plan: next
    };
  }

  private _checkEngine(engine: string): void {
    if (!this._engines.includes(engine)) {
      throw new MlopsError('refused', {
        code: 'engine-unknown',
        message: `There is no engine ${JSON.stringify(engine)}; runs can go to: ${this._engines.join(', ')}.`,
        action: 'Choose one of these engines.'
      });
    }
  }

  /** What is too large to be copied and not named by the code. */
  private _leftOut(
    path: string,
    plan: Pick<RunPlan, 'pipeline'>,
    files: Record<string, string>
  ): Diagnostic[] {
    const [first] = plan.pipeline.steps[0]?.cells ?? [];
    if (!first) {
      return [];
    }
    return planRunWork(path, plan, this._never)
      .omitted.filter(
        sentence => !Object.keys(files).some(file => sentence.startsWith(file))
      )
      .map(message => ({
        cell: first.index,
        id: first.id,
        line: 1,
        column: 1,
        code: 'file-left-out',
        severity: 'warning' as const,
        message
      }));
  }
}

/** Positions of the cells that may fail. */
export function tolerantCells(content: unknown): number[] {
  return Notebook.parse(content).cells.flatMap(({ metadata }, index) =>
    metadata.tags?.includes('raises-exception') ? [index] : []
  );
}

function newRun(parts: {
  id: string;
  path: string;
  plan: RunPlan;
  engine: string;
  actor: Actor;
  cause: RunCause;
  parameters: Record<string, unknown>;
}): Omit<Run, 'number'> {
  const { id, path, plan, engine, actor, cause, parameters } = parts;
  return {
    id,
    name: plan.pipeline.name,
    notebook: normalize(path),
    engine,
    state: 'pending',
    cause,
    actor,
    parameters: withoutSecrets(parameters),
    split: plan.pipeline.split,
    steps: plan.pipeline.steps.map(step => ({
      id: step.id,
      title: step.title,
      state: 'waiting',
      cellsDone: 0,
      cells: step.cells.length,
      startedAt: null,
      endedAt: null,
      attempt: 0,
      error: null
    })),
    source: null,
    createdAt: new Date().toISOString(),
    startedAt: null,
    endedAt: null,
    error: null
  };
}

function checkConversion(
  name: string,
  pipeline: Pipeline | null,
  diagnostics: Diagnostic[]
): Pipeline {
  const [first] = diagnostics.filter(({ severity }) => severity === 'error');
  if (first || !pipeline || pipeline.steps.length === 0) {
    throw new MlopsError('refused', {
      code: 'notebook-refused',
      message: first
        ? `${placeOf(name, first)}: ${first.message}`
        : `${name} has no code to run.`,
      action:
        first?.fix ?? 'Correct the notebook and run it again; nothing was executed.',
      details: { diagnostics }
    });
  }
  return pipeline;
}

/** A problem of the whole notebook has no cell. */
function placeOf(name: string, { id, cell, line }: Diagnostic): string {
  return id === '' ? name : `${name}, cell ${cell + 1}, line ${line}`;
}

function checkParameters(pipeline: Pipeline, given: Record<string, unknown>): void {
  const names = pipeline.parameters.map(({ name }) => name);
  const unknown = Object.keys(given).find(name => !names.includes(name));
  if (unknown !== undefined) {
    throw new MlopsError('refused', {
      code: 'parameter-unknown',
      message: `The notebook has no parameter ${JSON.stringify(unknown)}.`,
      cause: names.length
        ? `Its parameters are: ${names.join(', ')}.`
        : 'No cell of it is tagged `parameters`.',
      action: 'Give one of its parameters, or tag the cell that sets it.'
    });
  }
}

/** Null where the content is what the file holds. */
function unsavedDigest(path: string, content: unknown): string | null {
  const text = JSON.stringify(content);
  if (existsSync(path)) {
    try {
      if (JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))) === text) {
        return null;
      }
    } catch {
      // What is no JSON differs from what is run.
    }
  }
  return createHash('sha256').update(text).digest('hex');
}
