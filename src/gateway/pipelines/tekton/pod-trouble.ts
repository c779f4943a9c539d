import type { ApiError } from '../../../contract/error';
import { withoutSecrets } from '../../kube/without-secrets';
import type { ContainerState, ISeenPod, ISeenTaskRun } from './seen-objects';

/** A person's name for what the pod belongs to, such as `the step “Train”`. */
type Owner = string;

const NOT_PULLED = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ErrImageInspect',
  'RegistryUnavailable'
]);
const NOT_CREATED = new Set([
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError'
]);

/** What keeps a pod from doing its work, in plain words; null where nothing does. */
export function podTrouble(pod: ISeenPod, owner: Owner): ApiError | null {
  if (pod.reason === 'Evicted') {
    return evicted(owner, pod.message);
  }
  for (const container of pod.containers) {
    const trouble = containerTrouble(container, owner);
    if (trouble) {
      return trouble;
    }
  }
  const scheduled = pod.conditions.find(({ type }) => type === 'PodScheduled');
  if (
    pod.phase === 'Pending' &&
    scheduled?.status === 'False' &&
    scheduled.reason === 'Unschedulable'
  ) {
    return {
      code: 'pod-unschedulable',
      message: `No node of the cluster takes the pod of ${owner} at present.`,
      cause: scheduled.message || undefined,
      action:
        'It goes on by itself once there is room; else stop the run and ask for less in the settings of the step.'
    };
  }
  return null;
}

function containerTrouble(
  { waiting, terminated }: ContainerState,
  owner: Owner
): ApiError | null {
  if (terminated?.reason === 'OOMKilled') {
    return outOfMemory(owner);
  }
  if (!waiting) {
    return null;
  }
  if (NOT_PULLED.has(waiting.reason)) {
    return notPulled(owner, waiting.message);
  }
  return NOT_CREATED.has(waiting.reason) ? notCreated(owner, waiting.message) : null;
}

/** Why Tekton says that a TaskRun has failed, or does not go on; null where it says nothing special. */
export function taskRunTrouble(taskRun: ISeenTaskRun, owner: Owner): ApiError | null {
  const { condition, containers } = taskRun;
  const reason = condition?.reason ?? '';
  const message = condition?.message ?? '';
  if (
    reason === 'StepOOM' ||
    containers.some(({ terminated }) => terminated?.reason === 'OOMKilled')
  ) {
    return outOfMemory(owner);
  }
  switch (reason) {
    case 'TaskRunImagePullFailed':
      return notPulled(owner, message);
    case 'CreateContainerConfigError':
      return notCreated(owner, message);
    case 'PodEvicted':
      return evicted(owner, message);
    case 'ExceededResourceQuota':
      return quota(owner, message);
    case 'ExceededNodeResources':
      return {
        code: 'pod-unschedulable',
        message: `No node of the cluster takes the pod of ${owner} at present.`,
        cause: told(message),
        action: 'Ask for less in the settings of the step.'
      };
    case 'PodAdmissionFailed':
    case 'PodCreationFailed':
    case 'CouldntCreatePod':
      return notAdmitted(owner, message);
    case 'TaskRunTimeout':
      return {
        code: 'step-timeout',
        message: `${capital(owner)} took longer than it may and was ended.`,
        cause: told(message),
        action: "Allow it more time in the step's settings, or give it less to do."
      };
    default:
      return null;
  }
}

function notAdmitted(owner: Owner, message: string): ApiError {
  if (/violates PodSecurity/i.test(message)) {
    return {
      code: 'pod-security-refused',
      message: `The namespace's Pod Security refuses the pod of ${owner}.`,
      cause: told(message),
      action: /container "prepare"|container "place-scripts"/.test(message)
        ? 'Ask for ‘set-security-context: "true"’ in Tekton\'s ConfigMap feature-flags: its own containers are refused.'
        : 'Ask for what the cause names, or work in a namespace that allows it.'
    };
  }
  if (/exceeded quota/i.test(message)) {
    return quota(owner, message);
  }
  return {
    code: 'pod-not-created',
    message: `The cluster did not create the pod of ${owner}.`,
    cause: told(message),
    action: 'Change what the cause names, and retry the run.'
  };
}

function notPulled(owner: Owner, message: string): ApiError {
  return {
    code: 'image-not-pulled',
    message: `The image of ${owner} cannot be pulled.`,
    cause: told(message),
    action:
      "Check the image's name and digest, and whether the service account may read from that registry (a pull secret)."
  };
}

function notCreated(owner: Owner, message: string): ApiError {
  const asRoot = /runAsNonRoot|non-numeric user|run as root/i.test(message);
  return {
    code: 'container-not-created',
    message: `The container of ${owner} cannot be created.`,
    cause: told(message),
    action: asRoot
      ? 'Name an image with a numeric user other than root, or set ‘runAsUser’ under ‘tekton’ in mlops.yaml.'
      : 'Make what the cause names, such as a Secret, and retry the run.'
  };
}

function outOfMemory(owner: Owner): ApiError {
  return {
    code: 'step-out-of-memory',
    message: `${capital(owner)} needed more memory than its pod may have, and was killed.`,
    action: 'Give it more memory in the settings of the step, or use less data in it.'
  };
}

function evicted(owner: Owner, message: string): ApiError {
  return {
    code: 'pod-evicted',
    message: `The node has evicted the pod of ${owner}.`,
    cause: told(message),
    action: 'Retry the run: it goes on from this step.'
  };
}

function quota(owner: Owner, message: string): ApiError {
  return {
    code: 'cluster-quota-exceeded',
    message: `The namespace's quota leaves no room for the pod of ${owner}.`,
    cause: told(message),
    action:
      'Ask for less in the settings of the step, free resources, or ask for a larger quota.'
  };
}

function told(message: string): string | undefined {
  return withoutSecrets(message).trim() || undefined;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
