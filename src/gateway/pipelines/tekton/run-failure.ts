import type { ApiError } from '../../../contract/error';
import type { KubeClient } from '../../kube/kube-client';
import { lastWords } from './pod-log';
import type { ISeenPipelineRun, ISeenPod, ISeenTaskRun } from './seen-objects';
import { troubleOf } from './step-changes';
import type { TektonPlan } from './tekton-plan';

/** What was last seen of a run. */
export interface ISeenRun {
  pipelineRun: ISeenPipelineRun | null;
  prepare: ISeenTaskRun | undefined;
  preparePod: ISeenPod | undefined;
  /** Whether a step has failed or was stopped, so that the run's end needs no more words. */
  stepEnded: boolean;
  stepsDone: boolean;
}

/** Endings that somebody wished. */
const WISHED = new Set([
  'Cancelled',
  'CancelledRunningFinally',
  'StoppedRunningFinally'
]);

/** Why a run has failed where none of its steps did; null where it has not. */
export async function runFailure(
  client: KubeClient,
  plan: TektonPlan,
  seen: ISeenRun
): Promise<ApiError | null> {
  const { pipelineRun, prepare, preparePod, stepEnded, stepsDone } = seen;
  const condition = pipelineRun?.condition;
  // Where only the executed notebook failed, it is put together here all the same.
  if (!condition || condition.status !== 'False' || stepEnded || stepsDone) {
    return null;
  }
  if (WISHED.has(condition.reason)) {
    return null;
  }
  if (prepare?.condition?.status === 'False') {
    const owner = 'the task that lays out the files';
    const trouble = troubleOf(prepare, preparePod, owner);
    if (trouble) {
      return trouble;
    }
    const { namespace } = plan;
    const at = { namespace, name: prepare.pod };
    const words =
      (await lastWords(client, at, 'step-unpack')) ||
      (await lastWords(client, at, 'step-write'));
    return {
      code: 'files-not-laid-out',
      message: 'The files of the run could not be laid out on its claim.',
      cause: words || prepare.condition.message || undefined,
      action: 'Change what the cause names, and retry the run.'
    };
  }
  return {
    code: 'tekton-run-failed',
    message: `Tekton has ended the run: ${condition.reason}.`,
    cause: condition.message || undefined,
    action: `Look at the PipelineRun ${plan.name} in ${plan.namespace}.`
  };
}
