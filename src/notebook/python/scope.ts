import type { CellEvent, ICode, Value } from './value';
import { together } from './value';

/** A scope while the source is walked. Comprehensions and functions have locals, the module has none. */
export class Scope {
  readonly parent: Scope | null;
  readonly kind: 'module' | 'function' | 'class' | 'comprehension';
  /** Where events go: a function's into its code, all others where they run. */
  readonly events: CellEvent[];
  readonly code: ICode | null;
  readonly locals: Set<string>;
  readonly globals: Set<string>;
  /** What each local may hold so far. */
  readonly values = new Map<string, Value>();

  constructor(options: Scope.IOptions) {
    this.parent = options.parent;
    this.kind = options.kind;
    this.events = options.events;
    this.code = options.code;
    this.locals = options.locals;
    this.globals = options.globals ?? new Set();
  }

  /** The scope that holds a name; null where it is global. */
  holder(name: string): Scope | null {
    if (this.globals.has(name)) {
      return null;
    }
    if (this.locals.has(name)) {
      return this;
    }
    for (let scope = this.parent; scope; scope = scope.parent) {
      if (scope.globals.has(name)) {
        return null;
      }
      // Methods do not see their class's names
      if (scope.kind !== 'class' && scope.locals.has(name)) {
        return scope;
      }
    }
    return null;
  }

  /** The function whose variables are here; null outside of functions. */
  get function(): Scope | null {
    return this.kind === 'function' ? this : (this.parent?.function ?? null);
  }

  /** Remembers what a local holds; a conditional assignment keeps the earlier value too. */
  bind(name: string, value: Value, definite: boolean): void {
    const before = this.values.get(name);
    this.values.set(name, before && !definite ? together([before, value]) : value);
  }

  /** True where code at this scope runs while the cell runs. */
  get immediate(): boolean {
    return this.kind !== 'function' && (this.parent?.immediate ?? true);
  }
}

export namespace Scope {
  export interface IOptions {
    parent: Scope | null;
    kind: Scope['kind'];
    events: CellEvent[];
    code: ICode | null;
    locals: Set<string>;
    globals?: Set<string>;
  }
}
