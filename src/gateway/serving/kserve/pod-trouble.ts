import type { ApiError } from '../../../contract/error';
import { withoutSecrets } from '../../kube/without-secrets';
import { SERVER_CONTAINER } from './resources';
import type { ISeenPod, SeenContainer } from './seen-objects';

/** What keeps a pod from serving, and whether waiting may help. */
export interface ITrouble {
  error: ApiError;
  /** It does not go away by itself. */
  final: boolean;
}

/** The last line of a traceback, such as `ModuleNotFoundError: No module named 'xgboost'`. */
const RAISED = /^(?:\w+\.)*(?!CancelledError)[A-Z]\w*(?:Error|Exception)(?:: .*)?$/;
const NOT_PULLED = new Set([
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ErrImageInspect'
]);
/** Tried again by the node: the registry may be there in a moment. */
const NOT_YET_PULLED = new Set(['ErrImagePull', 'RegistryUnavailable']);
const NOT_CREATED = new Set(['CreateContainerConfigError', 'CreateContainerError']);

/** What keeps a pod from serving a model, in plain words; null where nothing is seen. */
export function podTrouble(pod: ISeenPod, model: string): ITrouble | null {
  if (pod.reason === 'Evicted') {
    return {
      error: {
        code: 'pod-evicted',
        message: `The node has evicted the pod of ${model}.`,
        cause: told(pod.message),
        action: 'The cluster makes another one; ask for more memory if it goes on.'
      },
      final: false
    };
  }
  for (const container of pod.containers) {
    const trouble = containerTrouble(container, model);
    if (trouble) {
      return trouble;
    }
  }
  return unschedulable(pod, model);
}

function unschedulable({ conditions }: ISeenPod, model: string): ITrouble | null {
  const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' && scheduled.reason === 'Unschedulable'
    ? {
        error: {
          code: 'pod-unschedulable',
          message: `No node of the cluster takes the pod of ${model} at present.`,
          cause: told(scheduled.message),
          action:
            'It goes on by itself once there is room; else ask for less under ‘serving’ in mlops.yaml.'
        },
        final: false
      }
    : null;
}

function containerTrouble(container: SeenContainer, model: string): ITrouble | null {
  const { name, state, lastState, restartCount } = container;
  const isServer = name === SERVER_CONTAINER;
  const what = isServer ? 'the model server' : 'the model';
  const waiting = state.waiting?.reason ?? '';
  if (NOT_PULLED.has(waiting) || NOT_YET_PULLED.has(waiting)) {
    return {
      error: {
        code: 'image-not-pulled',
        message: `The image of ${what} cannot be pulled for ${model}.`,
        cause: told(state.waiting?.message ?? ''),
        action:
          "Check the image's name and digest, and whether the service account may read from that registry (a pull secret)."
      },
      final: NOT_PULLED.has(waiting)
    };
  }
  if (NOT_CREATED.has(waiting)) {
    return {
      error: {
        code: 'container-not-created',
        message: `The container of ${what} cannot be created for ${model}.`,
        cause: told(state.waiting?.message ?? ''),
        action:
          'Make what the cause names, such as a Secret, or name an image with a numeric user other than root.'
      },
      final: false
    };
  }
  const end = state.terminated ?? lastState.terminated;
  // One that has been started anew and runs may have come over it.
  if (!end || (state.running && restartCount === 0)) {
    return null;
  }
  if (end.reason === 'OOMKilled') {
    return {
      error: {
        code: 'model-out-of-memory',
        message: `${model} needed more memory than its pod may have, and was killed.`,
        action: 'Allow more under ‘serving: memory:’ in mlops.yaml, and promote again.'
      },
      final: true
    };
  }
  if (!isServer) {
    return end.exitCode === 0 && end.reason !== 'StartError'
      ? null
      : modelImageUnusable(model, end.message);
  }
  return state.running && restartCount < 2
    ? null
    : { error: notLoaded(model, end.message), final: true };
}

/** What serves has ended while it loaded the model. */
export function notLoaded(model: string, message: string): ApiError {
  return {
    code: 'model-not-loaded',
    message: `The model server could not load ${model}.`,
    cause: raised(message) ?? told(message),
    action:
      "Name a serving image that holds the model's packages in the versions of its training."
  };
}

function modelImageUnusable(model: string, message: string): ITrouble {
  return {
    error: {
      code: 'model-image-unusable',
      message: `The model image of ${model} cannot be used by KServe.`,
      cause: told(message) ?? 'KServe runs a shell in it, and looks for /models.',
      action:
        'Name a base image with a shell under ‘image: base:’ in mlops.yaml, and register the model again.'
    },
    final: true
  };
}

/**
 * The last error that Python has raised in a log: what is cancelled because of it comes after it. Null
 * where none stands there.
 */
function raised(log: string): string | null {
  const line = log.split('\n').findLast(each => RAISED.test(each));
  return line === undefined ? null : withoutSecrets(line);
}

/** Words of the cluster as a cause. */
export function told(message: string): string | undefined {
  return withoutSecrets(lastWords(message)) || undefined;
}

/** Of a log, its end says why. */
function lastWords(text: string): string {
  const lines = text.trim().split('\n');
  return lines.length > 1 ? lines.slice(-3).join('\n') : (lines[0] ?? '');
}
