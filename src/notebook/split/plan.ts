import type { ICell, IStepSettings } from '../cells';

/** A step as the split asks for it, before data flow has its say. */
export interface IPlannedStep {
  readonly title: string;
  readonly cells: ICell[];
  /** Titles of steps that must come before (Kale's `prev:`), with the cell that says so. */
  readonly previous: { readonly title: string; readonly cell: ICell }[];
  settings: IStepSettings;
}

/** A problem of a cell's tags or metadata. */
export interface IPlanProblem {
  readonly cell: ICell;
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly fix: string;
}

/** How a split cuts the notebook. */
export interface IPlan {
  readonly steps: IPlannedStep[];
  /** Cells that each step runs before its own (Kale's `imports` and `functions`). */
  readonly prefix: ICell[];
  /** Cells that the user has tied to their steps: they are not joined without being asked. */
  readonly explicit: boolean;
  readonly parameters: ICell | null;
  readonly problems: IPlanProblem[];
}

/** Takes what a cell's own metadata says about its step; a later cell has the last word. */
export function takeSettings(step: IPlannedStep, cell: ICell): void {
  const { step: _name, ...own } = cell.settings;
  step.settings = { ...step.settings, ...own };
}

/** A step without anything yet. */
export function plannedStep(title: string): IPlannedStep {
  return { title, cells: [], previous: [], settings: {} };
}
