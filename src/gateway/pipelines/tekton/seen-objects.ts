import { z } from 'zod';

import type { KubeObject } from '../../kube/kube-object';
import { Condition, Ended, Running, Waiting, many } from '../../kube/object-parts';
import { TASK_LABEL } from './resources';

const ContainerState = z.looseObject({
  name: z.string(),
  running: Running.optional(),
  waiting: Waiting.optional(),
  terminated: Ended.extend({ finishedAt: z.string().nullish() }).optional()
});
export type ContainerState = z.infer<typeof ContainerState>;

const RunStatus = z.looseObject({
  conditions: many(Condition),
  startTime: z.string().nullish(),
  completionTime: z.string().nullish()
});

const PipelineRun = z.looseObject({
  status: RunStatus.prefault({})
});

const TaskRun = z.looseObject({
  spec: z
    .looseObject({
      workspaces: many(
        z.looseObject({
          persistentVolumeClaim: z.looseObject({ claimName: z.string() }).optional()
        })
      )
    })
    .prefault({}),
  status: RunStatus.extend({
    podName: z.string().default(''),
    steps: many(ContainerState),
    results: many(z.looseObject({ name: z.string(), value: z.unknown() })),
    retriesStatus: many(z.unknown())
  }).prefault({})
});

const Pod = z.looseObject({
  status: z
    .looseObject({
      phase: z.string().default(''),
      reason: z.string().default(''),
      message: z.string().default(''),
      conditions: many(Condition),
      containerStatuses: many(
        z.looseObject({ name: z.string(), state: z.looseObject({}).default({}) })
      ),
      initContainerStatuses: many(
        z.looseObject({ name: z.string(), state: z.looseObject({}).default({}) })
      )
    })
    .prefault({})
});

export interface ISeenPipelineRun {
  name: string;
  uid: string;
  /** `Succeeded`, where Tekton has said anything yet. */
  condition: Condition | null;
  completedAt: string | null;
}

export interface ISeenTaskRun {
  name: string;
  /** Its name in the pipeline: a step's id. */
  task: string;
  pod: string;
  condition: Condition | null;
  startedAt: string | null;
  completedAt: string | null;
  /** Counts from 1. */
  attempt: number;
  containers: ContainerState[];
  results: Record<string, unknown>;
  claim: string | null;
}

export interface ISeenPod {
  name: string;
  task: string;
  phase: string;
  reason: string;
  message: string;
  conditions: Condition[];
  containers: ContainerState[];
}

export function seenPipelineRun(object: KubeObject): ISeenPipelineRun {
  const { status } = lenient(PipelineRun, object);
  return {
    name: object.metadata.name,
    uid: object.metadata.uid,
    condition: succeeded(status.conditions),
    completedAt: status.completionTime ?? null
  };
}

export function seenTaskRun(object: KubeObject): ISeenTaskRun {
  const { spec, status } = lenient(TaskRun, object);
  const claims = spec.workspaces.flatMap(one => one.persistentVolumeClaim ?? []);
  return {
    name: object.metadata.name,
    task: object.metadata.labels?.[TASK_LABEL] ?? '',
    pod: status.podName,
    condition: succeeded(status.conditions),
    startedAt: status.startTime ?? null,
    completedAt: status.completionTime ?? null,
    attempt: status.retriesStatus.length + 1,
    containers: status.steps,
    results: Object.fromEntries(status.results.map(one => [one.name, one.value])),
    claim: claims[0]?.claimName ?? null
  };
}

export function seenPod(object: KubeObject): ISeenPod {
  const { status } = lenient(Pod, object);
  const all = [...status.initContainerStatuses, ...status.containerStatuses];
  return {
    name: object.metadata.name,
    task: object.metadata.labels?.[TASK_LABEL] ?? '',
    phase: status.phase,
    reason: status.reason,
    message: status.message,
    conditions: status.conditions,
    containers: all.map(({ name, state }) =>
      lenient(ContainerState, { name, ...state }, name)
    )
  };
}

function succeeded(conditions: Condition[]): Condition | null {
  return conditions.find(({ type }) => type === 'Succeeded') ?? null;
}

/** What is not as Tekton and Kubernetes write it is as if it were not there yet. */
function lenient<T>(schema: z.ZodType<T>, value: unknown, name = ''): T {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : schema.parse({ name });
}
