import type { ApiError } from '../../../contract/error';
import type { RunStep } from '../../../contract/run';
import { podTrouble, taskRunTrouble } from './pod-trouble';
import type { ISeenPod, ISeenTaskRun } from './seen-objects';

/** The container of a task's step of ours, as pods and TaskRuns name it. */
const STEP = /^(step-)?step$/;

/**
 * How a step stands by what the cluster shows of it; pure. What its own result says comes later and
 * counts more.
 */
export function seenStep(
  step: RunStep,
  taskRun: ISeenTaskRun | undefined,
  pod: ISeenPod | undefined
): RunStep {
  if (!taskRun || step.state === 'cached') {
    return step;
  }
  const owner = `the step “${step.title}”`;
  const begun: RunStep = {
    ...step,
    attempt: taskRun.attempt,
    cellsDone: taskRun.attempt > step.attempt && step.attempt > 0 ? 0 : step.cellsDone,
    startedAt: step.startedAt ?? taskRun.startedAt
  };
  const { status = 'Unknown', reason = '' } = taskRun.condition ?? {};
  const endedAt = taskRun.completedAt;
  if (status === 'True') {
    return { ...begun, state: 'succeeded', endedAt, error: null };
  }
  if (status === 'False' && reason !== 'ToBeRetried') {
    return reason === 'TaskRunCancelled'
      ? { ...begun, state: 'stopped', endedAt, error: null }
      : { ...begun, state: 'failed', endedAt, error: failure(taskRun, pod, owner) };
  }
  const trouble = troubleOf(taskRun, pod, owner);
  return { ...begun, state: 'running', endedAt: null, error: trouble };
}

/** The pod's own words say more than what Tekton makes of them. */
export function troubleOf(
  taskRun: ISeenTaskRun,
  pod: ISeenPod | undefined,
  owner: string
): ApiError | null {
  return (pod && podTrouble(pod, owner)) ?? taskRunTrouble(taskRun, owner);
}

function failure(
  taskRun: ISeenTaskRun,
  pod: ISeenPod | undefined,
  owner: string
): ApiError {
  const known = troubleOf(taskRun, pod, owner);
  if (known) {
    return known;
  }
  const ended = taskRun.containers.find(({ name }) => STEP.test(name))?.terminated;
  return {
    code: 'step-failed-in-pod',
    message:
      ended && ended.exitCode !== 0
        ? `The container of ${owner} ended with exit code ${ended.exitCode}.`
        : `The pod of ${owner} has failed.`,
    cause: taskRun.condition?.message || undefined,
    action: 'Look at its log, and retry the run from this step.'
  };
}

/** Whether the step's container has begun, so that there is a log to follow. */
export function hasLog(pod: ISeenPod | undefined): boolean {
  return Boolean(
    pod?.containers.some(
      ({ name, running, terminated }) => STEP.test(name) && (running || terminated)
    )
  );
}
