import { z } from 'zod';

import type { KubeObject } from '../../kube/kube-object';
import { Condition, Ended, Running, Waiting, many } from '../../kube/object-parts';

const State = z.looseObject({
  running: Running.optional(),
  waiting: Waiting.optional(),
  terminated: Ended.optional()
});

const Container = z.looseObject({
  name: z.string(),
  restartCount: z.number().default(0),
  state: State.prefault({}),
  lastState: State.prefault({})
});
export type SeenContainer = z.infer<typeof Container>;

const Pod = z.looseObject({
  spec: z
    .looseObject({
      containers: many(z.looseObject({ image: z.string().default('') })),
      initContainers: many(z.looseObject({ image: z.string().default('') })),
      // An image volume, where KServe mounts the model's image itself
      volumes: many(
        z.looseObject({
          image: z.looseObject({ reference: z.string().default('') }).optional()
        })
      )
    })
    .prefault({}),
  status: z
    .looseObject({
      phase: z.string().default(''),
      reason: z.string().default(''),
      message: z.string().default(''),
      conditions: many(Condition),
      containerStatuses: many(Container),
      initContainerStatuses: many(Container)
    })
    .prefault({})
});

const InferenceService = z.looseObject({
  spec: z
    .looseObject({
      predictor: z
        .looseObject({
          minReplicas: z.number().nullish(),
          logger: z.looseObject({ url: z.string().nullish() }).nullish(),
          model: z.looseObject({ storageUri: z.string().default('') }).prefault({})
        })
        .prefault({})
    })
    .prefault({}),
  status: z
    .looseObject({
      url: z.string().nullish(),
      conditions: many(Condition),
      modelStatus: z
        .looseObject({
          transitionStatus: z.string().default(''),
          lastFailureInfo: z
            .looseObject({
              reason: z.string().default(''),
              message: z.string().default('')
            })
            .nullish()
        })
        .prefault({})
    })
    .prefault({})
});

export interface ISeenService {
  name: string;
  /** The digest that it names; null where it names none. */
  digest: string | null;
  /** Pods that it asks for at least. */
  minReplicas: number;
  url: string | null;
  /** Where it sends its requests and answers; null where nowhere. */
  logger: string | null;
  conditions: Condition[];
  transition: string;
  /** KServe keeps the last one for ever: it counts only while the transition has failed. */
  lastFailure: { reason: string; message: string } | null;
}

export interface ISeenPod {
  name: string;
  /** Digests of every image that it names. */
  digests: string[];
  /** Pods of one template have the same; empty where nothing says so. */
  template: string;
  createdAt: string;
  ready: boolean;
  leaving: boolean;
  phase: string;
  reason: string;
  message: string;
  conditions: Condition[];
  containers: SeenContainer[];
}

export function seenService(object: KubeObject): ISeenService {
  const parsed = InferenceService.safeParse(object);
  const { spec, status } = parsed.success ? parsed.data : InferenceService.parse({});
  const { lastFailureInfo, transitionStatus } = status.modelStatus;
  return {
    name: object.metadata.name,
    digest: digestOf(spec.predictor.model.storageUri),
    minReplicas: spec.predictor.minReplicas ?? 1,
    url: status.url ?? null,
    logger: spec.predictor.logger?.url ?? null,
    conditions: status.conditions,
    transition: transitionStatus,
    lastFailure: lastFailureInfo
      ? { reason: lastFailureInfo.reason, message: lastFailureInfo.message }
      : null
  };
}

export function seenPod(object: KubeObject): ISeenPod {
  const parsed = Pod.safeParse(object);
  const { spec, status } = parsed.success ? parsed.data : Pod.parse({});
  const images = [
    ...spec.containers.map(({ image }) => image),
    ...spec.initContainers.map(({ image }) => image),
    ...spec.volumes.map(({ image }) => image?.reference ?? '')
  ];
  return {
    name: object.metadata.name,
    digests: [...new Set(images.map(digestOf))].filter(digest => digest !== null),
    template: object.metadata.labels?.['pod-template-hash'] ?? '',
    createdAt: object.metadata.creationTimestamp ?? '',
    ready: holds(status.conditions, 'Ready'),
    leaving: Boolean(object.metadata.deletionTimestamp),
    phase: status.phase,
    reason: status.reason,
    message: status.message,
    conditions: status.conditions,
    containers: [...status.initContainerStatuses, ...status.containerStatuses]
  };
}

/** Whether a condition is true. */
export function holds(conditions: Condition[], type: string): boolean {
  return conditions.some(one => one.type === type && one.status === 'True');
}

function digestOf(reference: string): string | null {
  return /@(sha256:[0-9a-f]{64})$/.exec(reference)?.[1] ?? null;
}
