import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunDetail, RunState, RunSummary, StepState } from '../../contract/run';
import { fileName, shortTime } from '../elements/format';
import type { StateKind } from '../elements/state';

export function isOver(state: RunState): boolean {
  return state !== 'pending' && state !== 'running';
}

export function runStateKind(state: RunState): StateKind {
  const kinds: Record<RunState, StateKind> = {
    pending: 'waiting',
    running: 'running',
    succeeded: 'passed',
    failed: 'failed',
    stopped: 'stopped',
    lost: 'warning'
  };
  return kinds[state];
}

export function runStateName(state: RunState, trans: TranslationBundle): string {
  const names: Record<RunState, string> = {
    pending: trans.__('Waiting to start'),
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped'),
    lost: trans.__('Lost: its end was not seen')
  };
  return names[state];
}

/** Where a run's steps are carried out. */
export function engineName(
  { engine, place }: Pick<RunDetail, 'engine' | 'place'>,
  trans: TranslationBundle
): string {
  if (engine === 'tekton' && place) {
    return place.cluster === null
      ? trans.__('Tekton · %1', place.namespace)
      : trans.__('Tekton · %1 on %2', place.namespace, place.cluster);
  }
  const names: Record<string, string> = {
    local: trans.__('this computer'),
    tekton: trans.__('pods of a cluster (Tekton)')
  };
  return names[engine] ?? engine;
}

export function stepStateKind(state: StepState): StateKind {
  const kinds: Record<StepState, StateKind> = {
    waiting: 'waiting',
    running: 'running',
    succeeded: 'passed',
    cached: 'passed',
    failed: 'failed',
    stopped: 'stopped',
    skipped: 'nothing',
    lost: 'warning'
  };
  return kinds[state];
}

export function stepStateName(state: StepState, trans: TranslationBundle): string {
  const names: Record<StepState, string> = {
    waiting: trans.__('Waiting'),
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    cached: trans.__('Taken from an earlier run'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped'),
    skipped: trans.__('Not started'),
    lost: trans.__('Lost')
  };
  return names[state];
}

/** What a run is called in lists: its notebook, or why it was started. */
export function runTitle(run: RunSummary, trans: TranslationBundle): string {
  return run.cause.kind === 'retraining'
    ? trans.__('Retraining')
    : fileName(run.notebook);
}

/** `step 3 of 5, cell 7 of 12`: where a run is. */
export function progressText(run: RunSummary, trans: TranslationBundle): string {
  return trans.__(
    'step %1 of %2, cell %3 of %4',
    Math.min(run.stepsDone + 1, run.stepsTotal),
    run.stepsTotal,
    Math.min(run.cellsDone + 1, run.cellsTotal),
    run.cellsTotal
  );
}

/** `Succeeded · 12:04`, `Failed in Clean · 1 Apr`. */
export function outcomeText(run: RunSummary, trans: TranslationBundle): string {
  const state =
    run.state === 'failed' && run.step
      ? trans.__('Failed in %1', run.step)
      : runStateName(run.state, trans);
  return `${state} · ${shortTime(run.endedAt ?? run.createdAt)}`;
}

export function shareDone(run: RunSummary): number {
  return run.cellsTotal === 0 ? 0 : run.cellsDone / run.cellsTotal;
}
