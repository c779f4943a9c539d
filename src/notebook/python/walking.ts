import type { IPythonNode } from './tree';
import type { Scope } from './scope';
import type { ICall, ICode, ISpan, Value } from './value';

/** What the parts of the walk need of each other. */
export interface IWalk {
  readonly source: string;
  /** Emits the read of a name; gives what it stands for. */
  read(scope: Scope, node: IPythonNode, bare: boolean): Value;
  expression(scope: Scope, node: IPythonNode): Value;
  /** The file of the local module that is walked; null for the notebook. */
  readonly home: string | null;
  define(scope: Scope, node: IPythonNode, decorators: Value[]): ICode;
  called(scope: Scope, call: ICall): void;
  /** `globals()['x']` and `'x' in globals()` concern one name, not all. */
  namespaceKey(scope: Scope, space: Value, key: string | null, span: ISpan): boolean;
  assign(scope: Scope, target: IPythonNode, value: Value, maybe: boolean): void;
  /** It matters whether two values are one object. */
  identity(): void;
  /** Emits the magic that stood at an offset; gives what it may return. */
  magic(scope: Scope, from: number): Value;
  body(scope: Scope, node: IPythonNode): void;
  /** What runs inside may not run at all: its writes are possible, not sure. */
  inLoop<T>(run: () => T): T;
  inFunction(run: () => void): void;
  /** Names that are missing inside are no error. */
  guarded(run: () => void): void;
}

/** Statements need to know what is bound on the way to them. */
export interface IStatementWalk extends IWalk {
  defined: Set<string>;
  defineClass(scope: Scope, node: IPythonNode, decorators: Value[]): ICode;
  bind(scope: Scope, name: string, span: ISpan, value: Value, maybe: boolean): void;
  unbind(scope: Scope, name: string, span: ISpan, maybe: boolean): void;
  imported(scope: Scope, module: string, span: ISpan): void;
  /** Walks alternatives; what all of them bind is bound afterwards. */
  branches(scope: Scope, span: ISpan, runs: IBranch[], complete: boolean): void;
}

/** One alternative; `leaves` where it never reaches what follows. */
export interface IBranch {
  readonly run: () => void;
  readonly leaves: boolean;
}
