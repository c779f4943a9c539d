import { writeBundle } from '../bootstrap';
import { finish } from '../finish';
import type { ICompiled, ICompileInput, ITarget } from '../compile-input';
import {
  preparePipeline,
  type IPreparedPipeline,
  type IPreparedStep
} from '../prepared-pipeline';
import { notebookContainer, outputPath, platformOf, stepContainer } from './executor';
import { inputParameter } from './parameters';

/** The driver is handed a container as one argument, and Linux takes none above 128 KiB. */
const TARGET: ITarget = {
  name: 'Kubeflow Pipelines',
  bundleBytes: 116 * 1024,
  requestBytes: 104 * 1024
};

interface IUnit {
  id: string;
  component: object;
  task: object;
  container: unknown;
  platform: object | null;
}

/** A pipeline as IR YAML of Kubeflow Pipelines v2, and its `PlatformSpec` where there is need. */
export function compileKfp(input: ICompileInput): ICompiled {
  const prepared = preparePipeline(input, TARGET);
  return finish(prepared, TARGET, () => documents(prepared));
}

function documents(prepared: IPreparedPipeline): unknown[] {
  const { pipeline } = prepared.input;
  const units = [
    prepareUnit(prepared),
    ...prepared.steps.map(step => stepUnit(step, prepared)),
    notebookUnit(prepared)
  ];
  const parameters = Object.fromEntries(
    pipeline.parameters.map(parameter => [parameter.name, inputParameter(parameter)])
  );
  const platforms = units.flatMap(({ id, platform }) =>
    platform ? [[`exec-${id}`, platform]] : []
  );
  const spec = {
    pipelineInfo: { name: pipeline.name },
    sdkVersion: 'jupyterlab-mlops',
    schemaVersion: '2.1.0',
    components: Object.fromEntries(
      units.map(({ id, component }) => [
        `comp-${id}`,
        { executorLabel: `exec-${id}`, ...component }
      ])
    ),
    deploymentSpec: {
      executors: Object.fromEntries(
        units.map(({ id, container }) => [`exec-${id}`, { container }])
      )
    },
    root: {
      dag: { tasks: Object.fromEntries(units.map(({ id, task }) => [id, task])) },
      ...(pipeline.parameters.length > 0 ? { inputDefinitions: { parameters } } : {})
    }
  };
  return platforms.length > 0
    ? [
        spec,
        {
          platforms: {
            kubernetes: {
              deploymentSpec: { executors: Object.fromEntries(platforms) }
            }
          }
        }
      ]
    : [spec];
}

function prepareUnit({ prepare, image, bundle }: IPreparedPipeline): IUnit {
  return {
    id: prepare,
    component: outputs(['bundle']),
    task: task(prepare, { cache: true }),
    container: {
      image,
      command: writeBundle,
      args: [outputPath('bundle'), ...bundle]
    },
    platform: null
  };
}

function stepUnit(prepared: IPreparedStep, whole: IPreparedPipeline): IUnit {
  const { step, from, ancestors, parameters } = prepared;
  const inputs: Producer[] = [
    ['bundle', whole.prepare, 'bundle'],
    ...from.map((id): Producer => [`values-${id}`, id, 'values']),
    ...ancestors.map((id): Producer => [`files-${id}`, id, 'files'])
  ];
  const made = [...(step.outputs.length > 0 ? ['values'] : []), 'files', 'record'];
  const declared = Object.fromEntries(
    parameters.map(parameter => [parameter.name, inputParameter(parameter)])
  );
  const given = Object.fromEntries(
    parameters.map(({ name }) => [name, { componentInputParameter: name }])
  );
  const hasParameters = parameters.length > 0;
  return {
    id: step.id,
    component: {
      inputDefinitions: {
        ...(hasParameters ? { parameters: declared } : {}),
        artifacts: artifacts(inputs.map(([key]) => key))
      },
      ...outputs(made, true)
    },
    task: {
      ...task(step.id, {
        cache: step.cache,
        title: step.title,
        after: [whole.prepare, ...ancestors]
      }),
      ...(step.retries > 0
        ? {
            retryPolicy: {
              maxRetryCount: step.retries,
              backoffDuration: '0s',
              backoffFactor: 2,
              backoffMaxDuration: '3600s'
            }
          }
        : {}),
      inputs: {
        ...(hasParameters ? { parameters: given } : {}),
        artifacts: produced(inputs)
      }
    },
    container: stepContainer(prepared, whole),
    platform: platformOf(prepared, whole)
  };
}

function notebookUnit(whole: IPreparedPipeline): IUnit {
  const ids = whole.steps.map(({ step }) => step.id);
  const inputs: Producer[] = [
    ['bundle', whole.prepare, 'bundle'],
    ...ids.map((id): Producer => [`record-${id}`, id, 'record'])
  ];
  return {
    id: whole.notebook,
    component: {
      inputDefinitions: { artifacts: artifacts(inputs.map(([key]) => key)) },
      ...outputs(['notebook'])
    },
    task: {
      ...task(whole.notebook, { cache: true, after: [whole.prepare, ...ids] }),
      inputs: { artifacts: produced(inputs) }
    },
    container: notebookContainer(whole),
    platform: null
  };
}

/** Name of an input, the task that makes it, and what that task calls it. */
type Producer = [key: string, task: string, output: string];

function produced(inputs: Producer[]): object {
  return Object.fromEntries(
    inputs.map(([key, producerTask, outputArtifactKey]) => [
      key,
      { taskOutputArtifact: { producerTask, outputArtifactKey } }
    ])
  );
}

function task(
  name: string,
  options: { cache: boolean; title?: string; after?: string[] }
): object {
  return {
    taskInfo: { name: options.title ?? name },
    componentRef: { name: `comp-${name}` },
    cachingOptions: options.cache ? { enableCache: true } : {},
    ...(options.after ? { dependentTasks: options.after } : {})
  };
}

function outputs(names: string[], hasMetrics = false): object {
  return {
    outputDefinitions: {
      artifacts: {
        ...artifacts(names),
        ...(hasMetrics ? artifacts(['metrics'], 'system.Metrics') : {})
      }
    }
  };
}

function artifacts(names: string[], schemaTitle = 'system.Artifact'): object {
  return Object.fromEntries(
    names.map(name => [name, { artifactType: { schemaTitle, schemaVersion: '0.0.1' } }])
  );
}
