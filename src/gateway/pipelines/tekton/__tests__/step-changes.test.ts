import { hasLog, seenStep } from '../step-changes';
import type { ISeenPod, ISeenTaskRun } from '../seen-objects';
import { condition, pod, podWith, runStep, taskRun } from './objects';

const RUNNING = taskRun(condition('Unknown', 'Running', 'Not all Steps have finished'));
const PENDING = taskRun(condition('Unknown', 'Pending', 'Pending'));
const ENDED = { completionTime: '2026-11-27T08:15:46Z' };

describe('a step, by what the cluster shows', () => {
  it('waits until it has a TaskRun', () => {
    expect(seenStep(runStep(), undefined, undefined)).toEqual(runStep());
  });

  it('runs, with its time and attempt', () => {
    expect(
      seenStep(runStep(), RUNNING, podWith({ running: {} }, 'Running'))
    ).toMatchObject({
      state: 'running',
      startedAt: '2026-11-27T08:15:40Z',
      attempt: 1,
      error: null
    });
  });

  it('ends as its TaskRun ends', () => {
    const states: [string, string, string][] = [
      ['True', 'Succeeded', 'succeeded'],
      ['False', 'StepFailed', 'failed'],
      ['False', 'TaskRunCancelled', 'stopped'],
      ['False', 'ToBeRetried', 'running']
    ];
    for (const [status, reason, state] of states) {
      const seen = taskRun({ ...condition(status, reason), ...ENDED });
      expect(seenStep(runStep(), seen, undefined)).toMatchObject({
        state,
        endedAt: state === 'running' ? null : ENDED.completionTime
      });
    }
  });

  it('counts attempts, and its cells anew with each', () => {
    const again = taskRun({
      ...condition('Unknown', 'Running'),
      retriesStatus: [{ podName: 'first' }]
    });
    const before = runStep({ state: 'running', attempt: 1, cellsDone: 2 });
    expect(seenStep(before, again, undefined)).toMatchObject({
      attempt: 2,
      cellsDone: 0
    });
  });

  it('stays as it is where an earlier run has done it', () => {
    const cached = runStep({ state: 'cached' });
    expect(seenStep(cached, RUNNING, undefined)).toBe(cached);
  });

  it('loses its trouble when that is over', () => {
    const stuck = pod({
      phase: 'Pending',
      conditions: [
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message: '0/1 nodes are available: 1 Insufficient memory.'
        }
      ]
    });
    const waiting = seenStep(runStep(), PENDING, stuck);
    expect(waiting).toMatchObject({
      state: 'running',
      error: {
        code: 'pod-unschedulable',
        cause: '0/1 nodes are available: 1 Insufficient memory.'
      }
    });
    const going = podWith({ running: {} }, 'Running');
    expect(seenStep(waiting, RUNNING, going).error).toBeNull();
  });
});

interface ITrouble {
  what: string;
  code: string;
  message: string;
  cause?: string;
  taskRun: ISeenTaskRun;
  pod?: ISeenPod;
}

const TROUBLES: ITrouble[] = [
  {
    what: 'an image that cannot be pulled, while Tekton waits',
    code: 'image-not-pulled',
    message: 'The image of the step “Train” cannot be pulled.',
    cause: 'Back-off pulling image "quay.io/ml/none"',
    taskRun: PENDING,
    pod: podWith({
      waiting: {
        reason: 'ImagePullBackOff',
        message: 'Back-off pulling image "quay.io/ml/none"'
      }
    })
  },
  {
    what: 'an image that cannot be pulled, when Tekton has given up and the pod is gone',
    code: 'image-not-pulled',
    message: 'The image of the step “Train” cannot be pulled.',
    taskRun: taskRun(
      condition('False', 'TaskRunImagePullFailed', 'failed to pull the image ""')
    )
  },
  {
    what: 'memory',
    code: 'step-out-of-memory',
    message:
      'The step “Train” needed more memory than its pod may have, and was killed.',
    taskRun: taskRun(condition('False', 'StepOOM', '"step-step" exited with code 1')),
    pod: podWith({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, 'Failed')
  },
  {
    what: 'a quota',
    code: 'cluster-quota-exceeded',
    message: "The namespace's quota leaves no room for the pod of the step “Train”.",
    taskRun: taskRun(
      condition('Unknown', 'ExceededResourceQuota', 'exceeded quota: small')
    )
  },
  {
    what: 'a quota, when Tekton has given up',
    code: 'cluster-quota-exceeded',
    message: "The namespace's quota leaves no room for the pod of the step “Train”.",
    taskRun: taskRun(
      condition(
        'False',
        'PodCreationFailed',
        'pods "x" is forbidden: exceeded quota: q'
      )
    )
  },
  {
    what: 'Pod Security',
    code: 'pod-security-refused',
    message: "The namespace's Pod Security refuses the pod of the step “Train”.",
    taskRun: taskRun(
      condition(
        'False',
        'PodAdmissionFailed',
        'pods "x" is forbidden: violates PodSecurity "restricted:latest"'
      )
    )
  },
  {
    what: 'an image that runs as root',
    code: 'container-not-created',
    message: 'The container of the step “Train” cannot be created.',
    cause: 'container has runAsNonRoot and image will run as root',
    taskRun: taskRun(
      condition('False', 'CreateContainerConfigError', 'Failed to create pod')
    ),
    pod: podWith({
      waiting: {
        reason: 'CreateContainerConfigError',
        message: 'container has runAsNonRoot and image will run as root'
      }
    })
  },
  {
    what: 'an eviction',
    code: 'pod-evicted',
    message: 'The node has evicted the pod of the step “Train”.',
    taskRun: taskRun(condition('False', 'PodEvicted', 'The node was low on memory')),
    pod: pod({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' })
  },
  {
    what: 'time',
    code: 'step-timeout',
    message: 'The step “Train” took longer than it may and was ended.',
    taskRun: taskRun(condition('False', 'TaskRunTimeout', 'failed to finish within'))
  },
  {
    what: 'anything else',
    code: 'step-failed-in-pod',
    message: 'The container of the step “Train” ended with exit code 3.',
    taskRun: taskRun({
      ...condition('False', 'StepFailed', '"step-step" exited with code 3'),
      steps: [{ name: 'step', container: 'step-step', terminated: { exitCode: 3 } }]
    })
  }
];

describe('what keeps a step from its work', () => {
  it.each(TROUBLES)('is said in plain words: $what', trouble => {
    const { error } = seenStep(runStep(), trouble.taskRun, trouble.pod);
    expect(error?.code).toBe(trouble.code);
    expect(error?.message).toContain(trouble.message);
    expect(error?.action).toBeTruthy();
    if (trouble.cause !== undefined) {
      expect(error?.cause).toBe(trouble.cause);
    }
  });

  it('quotes no credential', () => {
    const leaking = podWith({
      waiting: {
        reason: 'ErrImagePull',
        message: 'Head "https://anna:sesame@quay.io/v2/": unauthorized, token=sesame'
      }
    });
    const { error } = seenStep(runStep(), PENDING, leaking);
    expect(JSON.stringify(error)).not.toContain('sesame');
  });
});

it('has a log from when its own container has begun', () => {
  expect(hasLog(undefined)).toBe(false);
  expect(hasLog(podWith({ waiting: { reason: 'PodInitializing' } }))).toBe(false);
  expect(hasLog(podWith({ running: {} }, 'Running'))).toBe(true);
  expect(hasLog(podWith({ terminated: { exitCode: 0 } }, 'Succeeded'))).toBe(true);
});

it('takes what is not as expected for not there yet', () => {
  const odd = taskRun({ conditions: 'none', steps: 5 });
  expect(odd).toMatchObject({ condition: null, attempt: 1, containers: [] });
  expect(taskRun({}).claim).toBe('runs');
});
