import type { Parameter } from '../../contract/pipeline';
import type { ICompiled, ICompileInput, ITarget } from '../compile-input';
import { finish } from '../finish';
import { preparePipeline, type IPreparedPipeline } from '../prepared-pipeline';
import { pipelineRun } from './pipeline-run';
import { notebookTask, prepareTask, stepTask, WORKSPACE } from './tasks';

/** A TaskRun holds its task twice, and nothing it holds may exceed etcd's limit. */
const TARGET: ITarget = {
  name: 'Tekton',
  bundleBytes: 512 * 1024,
  requestBytes: 512 * 1024
};

/** A pipeline as Tekton's `Pipeline`, and a `PipelineRun` that starts it. */
export function compileTekton(input: ICompileInput): ICompiled {
  const prepared = preparePipeline(input, TARGET);
  return finish(prepared, TARGET, () => [pipeline(prepared), pipelineRun(input)]);
}

function pipeline(prepared: IPreparedPipeline): unknown {
  const { name, parameters } = prepared.input.pipeline;
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Pipeline',
    metadata: { name },
    spec: {
      ...(parameters.length > 0 ? { params: parameters.map(parameter) } : {}),
      workspaces: [{ name: WORKSPACE }],
      tasks: [
        prepareTask(prepared),
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
