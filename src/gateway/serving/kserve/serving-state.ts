import type { ApiError } from '../../../contract/error';
import { told, podTrouble, type ITrouble } from './pod-trouble';
import { holds, type ISeenPod, type ISeenService } from './seen-objects';

/** What must be true of a model's pods. */
export interface IWantedModel {
  /** For sentences. */
  model: string;
  /** Digest of the promoted model image. */
  digest: string;
  /** Digest of the serving image; null where any will do. */
  server: string | null;
}

export type ServingState =
  /** Its pods have loaded it and nothing else answers: it can be asked. */
  | { state: 'ready'; pods: string[] }
  /** `detail` for people; `trouble` where something keeps it from going on. */
  | { state: 'waiting'; detail: string; trouble: ApiError | null }
  /** It does not get ready by itself. */
  | { state: 'failed'; error: ApiError };

/** By KServe's `lastFailureInfo.reason`. */
const REFUSED: Record<string, string> = {
  NoSupportingRuntime: 'No serving runtime of the namespace takes this kind of model.',
  RuntimeNotRecognized: 'The serving runtime that it names is not in the namespace.',
  RuntimeDisabled: 'The serving runtime that it names is disabled.',
  InvalidPredictorSpec: 'KServe does not take its predictor.'
};

/**
 * How far a cluster has come with a promoted model. Pure.
 *
 * Neither the conditions nor Argo CD's word are enough: they stay true of the old pods while the new
 * ones start, and `observedGeneration` is another object's. A pod that is ready and carries the
 * digest is the proof; while others are ready, too, they may still be the ones that answer.
 *
 * @param service Null where the cluster has no such InferenceService.
 */
export function servingState(
  wanted: IWantedModel,
  service: ISeenService | null,
  pods: ISeenPod[]
): ServingState {
  const { model, digest } = wanted;
  if (!service) {
    return waiting(`The cluster has no InferenceService for ${model} yet`);
  }
  if (service.digest !== digest) {
    return waiting(`The InferenceService of ${model} does not name the new model yet`);
  }
  if (holds(service.conditions, 'Stopped')) {
    return failed({
      code: 'model-stopped',
      message: `${model} is stopped on the cluster.`,
      action: 'Remove the annotation serving.kserve.io/stop from its InferenceService.'
    });
  }
  const present = pods.filter(({ leaving }) => !leaving);
  const mine = present.filter(pod => carries(pod, wanted));
  const ready = mine.filter(pod => pod.ready);
  if (ready.length === 0) {
    return ofPods(wanted, service, mine);
  }
  if (present.some(pod => pod.ready && !mine.includes(pod))) {
    return waiting(`The pods of the version before still answer for ${model}`);
  }
  return holds(service.conditions, 'Ready')
    ? { state: 'ready', pods: ready.map(({ name }) => name) }
    : waiting(
        `KServe has not called ${model} ready yet`,
        conditionTrouble(model, service)
      );
}

/** Why no pod with the digest is ready. */
function ofPods(
  { model }: IWantedModel,
  service: ISeenService,
  mine: ISeenPod[]
): ServingState {
  const troubles = newest(mine).flatMap(pod => podTrouble(pod, model) ?? []);
  const worst = troubles.find(({ final }) => final) ?? troubles[0];
  if (worst) {
    return ofTrouble(worst);
  }
  const refused = refusal(model, service);
  if (refused) {
    return failed(refused);
  }
  return mine.length === 0
    ? waiting(`No pod of ${model} was made yet`, conditionTrouble(model, service))
    : waiting(`The pod of ${model} starts`);
}

/** The same model may have been declared anew, with more memory, say: pods from before tell nothing. */
function newest(pods: ISeenPod[]): ISeenPod[] {
  const latest = pods.reduce<ISeenPod | null>(
    (last, pod) => (last && last.createdAt > pod.createdAt ? last : pod),
    null
  );
  return pods.filter(({ template }) => template === latest?.template);
}

function ofTrouble({ error, final }: ITrouble): ServingState {
  return final ? failed(error) : waiting(error.message, error);
}

/** KServe's own verdict about what it was given. */
function refusal(
  model: string,
  { transition, lastFailure }: ISeenService
): ApiError | null {
  if (transition === 'InvalidSpec') {
    const reason = lastFailure?.reason ?? '';
    return {
      code: 'model-refused-by-kserve',
      message: `KServe cannot serve ${model}.`,
      cause: [REFUSED[reason], told(lastFailure?.message ?? '')]
        .filter(Boolean)
        .join(' '),
      action: 'Correct the manifests with a commit, or promote the version again.'
    };
  }
  return null;
}

/** What a condition that is false says, where it says more than that something is not there yet. */
function conditionTrouble(
  model: string,
  { conditions }: ISeenService
): ApiError | null {
  const words = conditions
    .filter(({ status }) => status === 'False')
    .map(({ message }) => message);
  const quota = words.find(message => /exceeded quota/i.test(message));
  if (quota !== undefined) {
    return {
      code: 'cluster-quota-exceeded',
      message: `The namespace's quota leaves no room for the pod of ${model}.`,
      cause: told(quota),
      action: 'Ask for less under ‘serving’ in mlops.yaml, or for a larger quota.'
    };
  }
  const security = words.find(message => /violates PodSecurity/i.test(message));
  return security === undefined
    ? null
    : {
        code: 'pod-security-refused',
        message: `The namespace's Pod Security refuses the pod of ${model}.`,
        cause: told(security),
        action: 'Ask for what the cause names, or work in a namespace that allows it.'
      };
}

/** Whether a pod runs what was promoted. */
export function carries(
  { digests }: ISeenPod,
  { digest, server }: IWantedModel
): boolean {
  return digests.includes(digest) && (server === null || digests.includes(server));
}

/** A model that has not become ready in time: what is known about it. */
export function neverReady(
  { model }: IWantedModel,
  last: ServingState,
  minutes: number
): ApiError {
  if (last.state === 'failed') {
    return last.error;
  }
  const known = last.state === 'waiting' ? last : null;
  return (
    known?.trouble ?? {
      code: 'model-never-ready',
      message: `${model} has not become ready on the cluster within ${minutes} minutes.`,
      cause: known ? `${known.detail}.` : undefined,
      action: 'Look at the log of its pod; what served before still serves.'
    }
  );
}

function waiting(detail: string, trouble: ApiError | null = null): ServingState {
  return { state: 'waiting', detail, trouble };
}

function failed(error: ApiError): ServingState {
  return { state: 'failed', error };
}
