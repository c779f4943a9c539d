/**
 * What the text alone tells about a cell: abstract values, and the events in the order in which
 * they happen. Names are those of the notebook's global scope; offsets are into the cell's source.
 */

/** A place in a cell's source, as offsets. */
export interface ISpan {
  readonly from: number;
  readonly to: number;
  /** True where it may not run, or where its failure is caught. */
  readonly guarded?: boolean;
}

/** A function, lambda or class: what happens when it is called. */
export interface ICode {
  readonly name: string;
  readonly kind: 'function' | 'class';
  readonly params: string[];
  /** Positions of `*rows` and `**options`, which gather what is left. */
  readonly gathering: ReadonlySet<number>;
  readonly events: CellEvent[];
  readonly returns: Value[];
  /** Base classes and decorators: their code runs with this code. */
  readonly related: Value[];
  /** What it holds on to: variables of functions around it, attributes of a class. */
  readonly holds: Value[];
  /** Functions and classes defined inside: they may leave with a returned value. */
  readonly nested: ICode[];
  /** True for a method: its first parameter is the object itself. */
  readonly method: boolean;
  /** The file of the local module that defines it; null for the notebook's own. */
  readonly home: string | null;
  generator: boolean;
  coroutine: boolean;
}

/** One argument of a call. */
export interface IArgument {
  readonly keyword: string | null;
  /** True for `**options`: any keywords. */
  readonly spread?: boolean;
  /** True for `*rows`: any number of arguments. */
  readonly unpacked?: boolean;
  readonly value: Value;
}

export interface ICall extends ISpan {
  guarded?: boolean;
  readonly callee: Value;
  /** The last name of a dotted callee: `fit` in `model.fit(X)`. */
  readonly method: string | null;
  readonly args: IArgument[];
  /** True where nothing uses the result. */
  statement: boolean;
  /** True where `with` closes what the call has opened. */
  managed: boolean;
}

/** What an expression may give: which names share the object, and which code it carries. */
export type Value =
  | {
      readonly t: 'const';
      readonly text: string | null;
      /** `True`, `False` or `None`. */
      readonly word?: string;
    }
  | { readonly t: 'name'; readonly name: string }
  /** A parameter, or the state of a function: see {@link CLOSURE} and {@link DEFAULTS}. */
  | { readonly t: 'param'; readonly index: number; readonly code: ICode }
  /** A module, or what was imported from one, by its full name. */
  | { readonly t: 'module'; readonly module: string; readonly member: boolean }
  | {
      readonly t: 'parts';
      readonly of: readonly Value[];
      /** True for lists, sets and dicts: they can change even where their items cannot. */
      readonly mutable?: boolean;
    }
  | { readonly t: 'member'; readonly of: Value; readonly attribute: string | null }
  | { readonly t: 'call'; readonly call: ICall }
  | { readonly t: 'code'; readonly code: ICode }
  | { readonly t: 'op'; readonly op: string; readonly of: readonly Value[] }
  | { readonly t: 'format'; readonly of: readonly (string | Value)[] }
  | { readonly t: 'stream'; readonly of: readonly Value[] };

/** One thing that happens while a cell runs. */
export type CellEvent =
  | (ISpan & {
      readonly t: 'read';
      readonly name: string;
      /** True where this cell has surely bound the name before. */
      readonly own: boolean;
      /** True where a missing name is caught or asked for. */
      readonly guarded: boolean;
      /** True where the object is only given another name. */
      readonly bare: boolean;
    })
  | (ISpan & {
      readonly t: 'write';
      readonly name: string;
      readonly definite: boolean;
      readonly value: Value;
    })
  | (ISpan & { readonly t: 'annotate' })
  /** All branches have bound the name: from here on it is surely bound. */
  | (ISpan & { readonly t: 'settle'; readonly name: string })
  | (ISpan & {
      readonly t: 'import';
      /** Of the top-level module. */
      readonly name: string;
    })
  | (ISpan & { readonly t: 'star'; readonly module: string })
  | (ISpan & {
      readonly t: 'mutate';
      readonly target: Value;
      readonly captures: readonly Value[];
    })
  | (ISpan & {
      readonly t: 'delete';
      readonly name: string;
      readonly definite: boolean;
    })
  | (ISpan & { readonly t: 'call'; readonly call: ICall })
  /** Every name may be read: `globals()`, `exec`, `%who`. */
  | (ISpan & { readonly t: 'dynamic'; readonly what: string })
  /** A top-level statement begins; `simple` where it can be repeated alone. */
  | (ISpan & { readonly t: 'statement'; readonly simple: boolean })
  | (ISpan & {
      readonly t: 'magic';
      readonly name: string;
      readonly line: string;
    });

/** What a dynamic event says of `globals()[name] = value`: it may bind any name. */
export const NAMESPACE = 'namespace';

/** In place of a parameter's index: what inner functions share of an outer one's variables. */
export const CLOSURE = -1;
/** In place of a parameter's index: default values, which live as long as their function. */
export const DEFAULTS = -2;

/** A value about which nothing is known except that it is new. */
export const FRESH: Value = { t: 'op', op: '', of: [] };

/** The operation that stands for a key: what is put under it does not share it, but knows it. */
export const KEY = '[]';

/**
 * True where a value is made of what one of some names holds.
 *
 * @param seen - Values that were looked at: a variable of a function stands for its value wherever
 * it is used, so that one value may be part of another in very many ways.
 */
export function mentions(
  value: Value,
  names: ReadonlySet<string>,
  seen = new Set<Value>()
): boolean {
  if (seen.has(value)) {
    return false;
  }
  seen.add(value);
  const within = (item: Value): boolean => mentions(item, names, seen);
  switch (value.t) {
    case 'name':
      return names.has(value.name);
    case 'parts':
    case 'op':
    case 'stream':
      return value.of.some(within);
    case 'member':
      return within(value.of);
    case 'call':
      return (
        within(value.call.callee) || value.call.args.some(arg => within(arg.value))
      );
    default:
      return false;
  }
}

/** Several values as one; no wrapping where there is one only. */
export function together(values: readonly Value[]): Value {
  const first = values[0];
  return values.length === 1 && first !== undefined
    ? first
    : { t: 'parts', of: values };
}
