import type { Diagnostic, Parameter } from '../../contract/pipeline';
import type { ICompiled, ICompileInput, ITarget } from '../compile-input';
import { finish } from '../finish';
import { preparePipeline, type IPreparedPipeline } from '../prepared-pipeline';
import { pipelineRun } from './pipeline-run';
import { startedRun, type IStartedRun } from './started-run';
import {
  notebookTask,
  prepareTask,
  stepTask,
  WORKSPACE,
  type ITakenSteps
} from './tasks';

/** A TaskRun holds its task twice, and nothing it holds may exceed etcd's limit. */
const TARGET: ITarget = {
  name: 'Tekton',
  bundleBytes: 512 * 1024,
  requestBytes: 512 * 1024
};

/** A pipeline as Tekton's `Pipeline`, and a `PipelineRun` that starts it. */
export function compileTekton(input: ICompileInput): ICompiled {
  const prepared = preparePipeline(input, TARGET);
  const { name } = input.pipeline;
  return finish(prepared, TARGET, () => [
    pipeline(prepared, { name }),
    pipelineRun(input)
  ]);
}

/** The two objects of one run, with names and labels of their own. */
export interface ITektonObjects {
  pipeline: ReturnType<typeof pipeline>;
  pipelineRun: ReturnType<typeof startedRun>;
  /** Names of the tasks before and after the steps. */
  prepare: string;
  notebook: string;
}

/** The same for a run that is started and followed by its name; null where an error was found. */
export function compileTektonRun(
  input: ICompileInput,
  run: IStartedRun
): { objects: ITektonObjects | null; diagnostics: Diagnostic[] } {
  const prepared = preparePipeline({ ...input, live: true }, TARGET);
  const { name, labels, taken } = run;
  const objects = {
    pipeline: pipeline(prepared, { name, labels }, taken),
    pipelineRun: startedRun(input, run),
    prepare: prepared.prepare,
    notebook: prepared.notebook
  };
  const { yaml, diagnostics } = finish(prepared, TARGET, () => [
    objects.pipeline,
    objects.pipelineRun
  ]);
  return { objects: yaml === null ? null : objects, diagnostics };
}

function pipeline(
  whole: IPreparedPipeline,
  metadata: { name: string; labels?: Record<string, string> },
  taken?: ITakenSteps
) {
  const { parameters } = whole.input.pipeline;
  const done = new Set(taken?.steps);
  const prepared = {
    ...whole,
    steps: whole.steps.filter(({ step }) => !done.has(step.id))
  };
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata,
    spec: {
      ...(parameters.length > 0 ? { params: parameters.map(parameter) } : {}),
      workspaces: [{ name: WORKSPACE }],
      tasks: [
        prepareTask(prepared, taken),
        ...prepared.steps.map(step => stepTask(step, prepared))
      ],
      finally: [notebookTask(prepared)],
      results: prepared.steps.map(({ step: { id } }) => ({
        name: `metrics-${id}`,
        value: `$(tasks.${id}.results.metrics)`
      }))
    }
  };
}

function parameter({ name, type, default: value }: Parameter): unknown {
  return {
    name,
    type: 'string',
    description: type === 'str' ? 'Text.' : `JSON of type ${type}.`,
    default: typeof value === 'string' ? value : JSON.stringify(value)
  };
}
