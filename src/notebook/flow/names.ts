import type { LiveReason } from '../library/callables';
import type { ICode } from '../python/value';
import { NOTHING, isMutable, type IShape } from './shape';

/** One state of a name: which step left it. */
export interface IVersion {
  readonly name: string;
  readonly step: number;
  /** The cell whose code made it. */
  cell: number;
  /** False where the step may have left the value as it was before. */
  definite: boolean;
  previous: IVersion | null;
  /** True where another step takes it in. */
  taken: boolean;
}

export interface IBinding {
  version: IVersion;
  shape: IShape;
  /** Set where the name is surely unbound: the cell that deleted it. */
  deletedIn: number | null;
}

/** True for the variable that holds what a local module keeps: it has the name of its file. */
export function isModuleFile(name: string): boolean {
  return name.endsWith('.py');
}

/** What is known of names where they are looked up. */
export interface INameLookup {
  get(name: string): IBinding | undefined;
  has(name: string): boolean;
}

/** What is known of modules beside the notebook. */
export interface ILocalModules {
  /** What an attribute of a local module holds, by its full name; null where nobody knows. */
  attribute(path: string): IShape | null;
}

/** The notebook's names while it is followed from cell to cell, and which of them share objects. */
export class Names implements INameLookup {
  get(name: string): IBinding | undefined {
    return this._bindings.get(name);
  }

  has(name: string): boolean {
    const binding = this._bindings.get(name);
    return binding !== undefined && binding.deletedIn === null;
  }

  set(name: string, binding: IBinding): void {
    this._bindings.set(name, binding);
  }

  all(): string[] {
    return [...this._bindings.keys()].filter(name => this.has(name));
  }

  /** The names that may share the object of a name, itself included. */
  group(name: string): ReadonlySet<string> {
    return this._groups.get(name) ?? new Set([name]);
  }

  /** A name gets an object of its own. */
  leave(name: string): void {
    const group = this._groups.get(name);
    group?.delete(name);
    this._groups.delete(name);
  }

  /** From here on these names may share an object. */
  share(names: Iterable<string>): void {
    const merged = new Set<string>();
    for (const name of names) {
      const group = this._groups.get(name);
      if (group) {
        group.forEach(member => merged.add(member));
      } else {
        merged.add(name);
      }
    }
    if (merged.size < 2) {
      return;
    }
    merged.forEach(name => this._groups.set(name, merged));
  }

  private readonly _bindings = new Map<string, IBinding>();
  private readonly _groups = new Map<string, Set<string>>();
}

/** What running a function may do, seen from where it is called. */
export interface IEffects {
  readonly reads: Map<string, ICode>;
  /** Those of them that must be there; others are asked for, or may be columns of a table. */
  readonly needed: Set<string>;
  readonly writes: Set<string>;
  /** Roots that may change: names and parameters. */
  readonly changes: Set<string>;
  /** Roots that may share an object afterwards. */
  readonly links: Set<ReadonlySet<string>>;
  /** Roots that keep, from then on, what cannot leave its process. */
  readonly keeps: Map<string, LiveReason>;
  returned: IShape;
  readonly actions: Map<string, IAction>;
}

/** Of what does nothing that anybody sees. */
export const NO_EFFECTS: IEffects = {
  reads: new Map(),
  needed: new Set(),
  writes: new Set(),
  changes: new Set(),
  links: new Set(),
  keeps: new Map(),
  returned: NOTHING,
  actions: new Map()
};

/** Something that concerns more than names: files, random state, options, the network. */
export interface IAction {
  readonly kind:
    | 'file'
    | 'random'
    | 'setting'
    | 'module-state'
    | 'opaque'
    | 'network'
    | 'volatile'
    | 'input'
    | 'exit'
    | 'environment'
    | 'import'
    | 'pyplot'
    | 'backend'
    | 'magic-definition'
    | 'ambient'
    | 'display'
    /** A file that a call names, whatever it does with it; null for any. */
    | 'mention'
    | 'dynamic'
    /** Functions and classes of the notebook may be looked up by their names. */
    | 'looks-up'
    /** From now on whatever runs may ask for this name. */
    | 'standing'
    /** What tells where an error was raised stays in the process. */
    | 'traceback'
    /** A function of a local module that keeps what cannot leave the process. */
    | 'kept';
  /** A path, a module, a family: what the kind needs. */
  readonly what: string | null;
  readonly mode:
    'read' | 'write' | 'change' | 'seed' | 'draw' | 'may-draw' | 'create' | 'use';
  /** True where it may not happen, or where its failure is caught. */
  readonly guarded?: boolean;
}

/** Whether a name is bound to an object that can change. */
export function canChange(names: Names, name: string): boolean {
  const binding = names.get(name);
  return binding !== undefined && names.has(name) && isMutable(binding.shape);
}

/** A value that must be there; its absence is a defect of this program. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) {
    throw new Error(`${what} is missing.`);
  }
  return value;
}
