import type { ICell } from '../cells';
import type { LiveReason } from '../library/callables';
import type { ICellAnalysis } from '../cell-analysis';
import type { IProblem } from '../problem';
import type { ISpan } from '../python/value';
import type { IVersion } from './names';

/** One cell in the order of execution, and the step that owns it. */
export interface IUnit {
  readonly step: number;
  readonly cell: ICell;
  readonly analysis: ICellAnalysis;
  /** True where an exception may end the cell half-way and the notebook goes on. */
  readonly mayStop: boolean;
  /** True for cells that every step runs before its own. */
  readonly prefix: boolean;
}

/** Why two steps must be one. */
export type JoinReason =
  | LiveReason
  | 'random-state'
  | 'figure'
  | 'module-state'
  | 'ipython-state'
  | 'interleaved';

export interface IJoinRequest {
  readonly first: number;
  readonly second: number;
  readonly reason: JoinReason;
  readonly variable?: string;
  readonly unit: IUnit;
  readonly span: ISpan;
}

/** Something outside of names that a step touches; steps that touch the same keep their order. */
export interface IResource {
  readonly kind: 'file' | 'network' | 'everything';
  /** A path, or null where it is not known which. */
  readonly path: string | null;
  readonly write: boolean;
  /** Position of the cell in the order of execution. */
  readonly at: number;
}

/** What following the notebook has found about one step. */
export interface IStepFacts {
  readonly inputs: Map<string, IVersion>;
  readonly outputs: Set<string>;
  readonly resources: IResource[];
  readonly after: Set<number>;
  /** Positions of its cells, and of those that may change the ambient state. */
  readonly cells: number[];
  readonly ambient: number[];
  /** Names that it reads as the parameters cell has left them. */
  readonly parameters: Set<string>;
  readonly environment: Set<string>;
  readonly filesRead: Set<string>;
  readonly filesWritten: Set<string>;
  volatile: boolean;
  /** Names whose objects can change. */
  readonly mutable: Set<string>;
  /** Names whose objects it changes, as far as the source tells. */
  readonly changes: Set<string>;
  /** True where functions of the notebook run, or what nobody knows: they may change anything. */
  runsOwnCode: boolean;
  /** Options that earlier steps have set, to be set again: cell and source. */
  readonly settings: { readonly cell: ICell; readonly source: string }[];
}

export function newStepFacts(): IStepFacts {
  return {
    inputs: new Map(),
    outputs: new Set(),
    resources: [],
    after: new Set(),
    cells: [],
    ambient: [],
    parameters: new Set(),
    environment: new Set(),
    filesRead: new Set(),
    filesWritten: new Set(),
    volatile: false,
    mutable: new Set(),
    changes: new Set(),
    runsOwnCode: false,
    settings: []
  };
}

/** A problem and the cell that it is in. */
export interface IPlacedProblem {
  readonly unit: IUnit;
  readonly problem: IProblem;
}

/** Modules, functions and classes: what the panel does not show as data. */
export interface IFlowResult {
  readonly steps: IStepFacts[];
  readonly joins: IJoinRequest[];
  readonly problems: IPlacedProblem[];
  /** Names that hold modules, functions or classes somewhere in the notebook. */
  readonly definitions: Set<string>;
  /** The last cell, in the order of execution, in which each name's object changes. */
  readonly changed: Map<string, number>;
}
