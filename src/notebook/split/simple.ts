import type { ICell } from '../cells';
import type { IPlan, IPlannedStep } from './plan';
import { plannedStep } from './plan';
import { isParametersCell, isStepCode } from './roles';

/** All cells in one step. */
export function splitAsOne(cells: readonly ICell[], title: string): IPlan {
  const step = plannedStep(title);
  step.cells.push(...cells.filter(isStepCode));
  return {
    steps: step.cells.length > 0 ? [step] : [],
    prefix: [],
    explicit: false,
    parameters: step.cells.find(isParametersCell) ?? null,
    problems: []
  };
}

/** Each code cell its own step; the parameters cell belongs to the next one. */
export function splitByCells(cells: readonly ICell[]): IPlan {
  const steps: IPlannedStep[] = [];
  const code = cells.filter(isStepCode);
  const parameters = code.find(isParametersCell) ?? null;
  const waiting: ICell[] = [];
  code.forEach((cell, at) => {
    if (cell === parameters) {
      const last = steps[steps.length - 1];
      (last?.cells ?? waiting).push(cell);
      return;
    }
    const step = plannedStep(`Cell ${at + 1}`);
    step.cells.push(...waiting.splice(0), cell);
    steps.push(step);
  });
  if (waiting.length > 0) {
    const only = plannedStep('Cell 1');
    only.cells.push(...waiting);
    steps.push(only);
  }
  return { steps, prefix: [], explicit: false, parameters, problems: [] };
}
