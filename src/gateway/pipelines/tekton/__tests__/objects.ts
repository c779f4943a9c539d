import type { RunStep } from '../../../../contract/run';
import { KubeObject } from '../../../kube/kube-object';
import {
  seenPod,
  seenTaskRun,
  type ISeenPod,
  type ISeenTaskRun
} from '../seen-objects';

/** Objects as Tekton 1.15 and Kubernetes 1.34 write them, cut down to what matters. */
const METADATA = {
  name: 'demand-train',
  uid: 'u',
  labels: { 'tekton.dev/pipelineTask': 'train' }
};

export function taskRun(status: object): ISeenTaskRun {
  return seenTaskRun(
    KubeObject.parse({
      metadata: METADATA,
      spec: {
        workspaces: [{ name: 'run', persistentVolumeClaim: { claimName: 'runs' } }]
      },
      status: {
        podName: 'demand-train-pod',
        startTime: '2026-11-27T08:15:40Z',
        results: null,
        ...status
      }
    })
  );
}

export function condition(status: string, reason: string, message = ''): object {
  return { conditions: [{ type: 'Succeeded', status, reason, message }] };
}

export function pod(status: object): ISeenPod {
  return seenPod(
    KubeObject.parse({ metadata: { ...METADATA, name: 'demand-train-pod' }, status })
  );
}

/** A pod whose container of ours is in this state. */
export function podWith(state: object, phase = 'Pending'): ISeenPod {
  return pod({
    phase,
    conditions: [{ type: 'PodScheduled', status: 'True' }],
    initContainerStatuses: [
      { name: 'prepare', state: { terminated: { exitCode: 0, reason: 'Completed' } } }
    ],
    containerStatuses: [{ name: 'step-step', state }]
  });
}

export function runStep(more: Partial<RunStep> = {}): RunStep {
  return {
    id: 'train',
    title: 'Train',
    state: 'waiting',
    cellsDone: 0,
    cells: 2,
    startedAt: null,
    endedAt: null,
    attempt: 0,
    error: null,
    ...more
  };
}
