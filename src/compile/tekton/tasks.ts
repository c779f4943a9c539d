import { enterBundle, writeBundle } from '../bootstrap';
import type { IPreparedPipeline, IPreparedStep } from '../prepared-pipeline';

export const WORKSPACE = 'run';
const FILES = `$(workspaces.${WORKSPACE}.path)`;
/** Several runs may share one claim. */
export const RUNS = 'mlops-runs';
const RUN = `${FILES}/${RUNS}/$(params.run)`;
const BUNDLE = `${RUN}/bundle.zip`;

/** What Pod Security "restricted" asks of a container. */
const SECURITY = {
  allowPrivilegeEscalation: false,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' }
};

/** Steps that an earlier run has done, in the pipeline's order. */
export interface ITakenSteps {
  /** Name of that run's folder on the claim. */
  run: string;
  steps: string[];
}

/** Writes the archive into the workspace and lays out what it holds. */
export function prepareTask(
  { prepare, image, bundle, required }: IPreparedPipeline,
  taken?: ITakenSteps
): unknown {
  return {
    name: prepare,
    ...task(
      [],
      [],
      [
        container('write', image, writeBundle, [BUNDLE, ...bundle]),
        container('unpack', image, enterBundle, [
          BUNDLE,
          'tekton',
          'prepare',
          '--run',
          RUN,
          ...(required.length > 0 ? ['--required', FILES] : []),
          ...(taken
            ? [
                '--taken-from',
                `${FILES}/${RUNS}/${taken.run}`,
                '--taken',
                ...taken.steps
              ]
            : [])
        ])
      ]
    )
  };
}

/** Runs the cells of a step in the run's folder. */
export function stepTask(prepared: IPreparedStep, whole: IPreparedPipeline): unknown {
  const { step, image, request, parameters, secrets } = prepared;
  const { cpu, memory } = step.resources ?? {};
  const names = parameters.map(({ name }) => name);
  const limits = { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}) };
  const direct = new Set([...step.after, ...step.inputs.map(({ from }) => from)]);
  const run = {
    ...container('step', image, enterBundle, [
      BUNDLE,
      'tekton',
      'step',
      '--run',
      RUN,
      '--metrics-out',
      '$(results.metrics.path)',
      ...(whole.input.live ? ['--live'] : []),
      ...names.flatMap(name => ['--parameter', `${name}=$(params.${name})`]),
      '--request',
      ...request
    ]),
    ...(step.resources ? { computeResources: { limits } } : {}),
    ...(secrets.length > 0
      ? {
          env: secrets.map(([name, { secret, key }]) => ({
            name,
            valueFrom: { secretKeyRef: { name: secret, key } }
          }))
        }
      : {})
  };
  return {
    name: step.id,
    displayName: step.title,
    runAfter: [whole.prepare, ...whole.steps.flatMap(other => idIn(other, direct))],
    ...(step.retries > 0 ? { retries: step.retries } : {}),
    // The runner's own limit comes first, and says which step it was.
    ...(step.timeoutSeconds === undefined
      ? {}
      : { timeout: `${Math.ceil(step.timeoutSeconds) + 60}s` }),
    ...task(
      names,
      [{ name: 'metrics', description: 'Numbers that the step found, as JSON.' }],
      [run]
    )
  };
}

/** Puts the executed notebook together, also where a step has failed. */
export function notebookTask({ notebook, image }: IPreparedPipeline): unknown {
  return {
    name: notebook,
    ...task(
      [],
      [],
      [
        container('assemble', image, enterBundle, [
          BUNDLE,
          'tekton',
          'notebook',
          '--run',
          RUN
        ])
      ]
    )
  };
}

function idIn({ step: { id } }: IPreparedStep, wanted: Set<string>): string[] {
  return wanted.has(id) ? [id] : [];
}

/** @param names Parameters of the pipeline that the task takes, beside the run's name. */
function task(names: string[], results: object[], steps: object[]): object {
  return {
    params: [
      { name: 'run', value: '$(context.pipelineRun.name)' },
      ...names.map(name => ({ name, value: `$(params.${name})` }))
    ],
    workspaces: [{ name: WORKSPACE, workspace: WORKSPACE }],
    taskSpec: {
      params: ['run', ...names].map(name => ({ name, type: 'string' })),
      workspaces: [{ name: WORKSPACE }],
      ...(results.length > 0 ? { results } : {}),
      steps
    }
  };
}

function container(
  name: string,
  image: string,
  command: string[],
  args: string[]
): object {
  return { name, image, command, args, securityContext: SECURITY };
}
