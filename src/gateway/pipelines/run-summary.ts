import type { Run, RunState, RunStep, RunSummary, StepState } from '../../contract/run';

const DONE: StepState[] = ['succeeded', 'cached'];

/** Whether a step has given what later steps need. */
export function isDone(step: RunStep): boolean {
  return DONE.includes(step.state);
}

/** Whether nothing can happen to a run any more. */
export function isEnded(state: RunState): boolean {
  return state !== 'pending' && state !== 'running';
}

/** A run as lists show it. */
export function summarise(run: Run): RunSummary {
  const { steps, source: _source, ...rest } = run;
  const total = (count: (step: RunStep) => number): number =>
    steps.reduce((sum, step) => sum + count(step), 0);
  const shown =
    steps.find(step => step.state === 'failed' || step.state === 'lost') ??
    steps.find(step => step.state === 'running');
  return {
    ...rest,
    stepsDone: total(step => (isDone(step) ? 1 : 0)),
    stepsTotal: steps.length,
    cellsDone: total(step => step.cellsDone),
    cellsTotal: total(step => step.cells),
    step: shown?.title ?? ''
  };
}
