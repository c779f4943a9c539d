import type { LiveReason } from '../library/callables';
import type { Drawing } from '../library/random';
import type { ICode } from '../python/value';
import { CLOSURE } from '../python/value';

/** What a value is, as far as it matters for crossing a border between steps. */
export interface IShape {
  /** Names (or parameters, see {@link paramRoot}) whose object it shares or may contain. */
  readonly roots: ReadonlySet<string>;
  /** Functions and classes that may run when it is used. */
  readonly code: ReadonlySet<ICode>;
  /** The full name of a module or of what was imported from it. */
  readonly module: string | null;
  readonly member: boolean;
  readonly immutable: boolean;
  /** The text of a constant string or path. */
  readonly text: string | null;
  /** Why it cannot leave its process. */
  readonly live: LiveReason | null;
  /** Why something inside it cannot. */
  readonly liveInside: LiveReason | null;
  /** For an estimator that draws from numpy's global state when it is fitted. */
  readonly drawing: Drawing | null;
  /** True for a list, dict or set: joined with another it holds the same items. */
  readonly container: boolean;
  /** True where looking up an item may add it: defaultdict. */
  readonly growing: boolean;
  /** True for figures and axes, which hold each other. */
  readonly figure: boolean;
  /** True for a frame's `style`: its methods give itself, and it holds the frame. */
  readonly styled: boolean;
}

export const NOTHING: IShape = {
  roots: new Set(),
  code: new Set(),
  module: null,
  member: false,
  immutable: false,
  text: null,
  live: null,
  liveInside: null,
  drawing: null,
  container: false,
  growing: false,
  figure: false,
  styled: false
};

/** Whether it stands for objects that can change; a module's state is another matter. */
export function isMutable({ immutable, module }: IShape): boolean {
  return !immutable && module === null;
}

export const IMMUTABLE: IShape = { ...NOTHING, immutable: true };

/** One shape for what may be any of several, or contain them all. */
export function union(shapes: readonly IShape[], contained: boolean): IShape {
  const [first] = shapes;
  if (first && shapes.length === 1 && !contained) {
    return first;
  }
  const roots = new Set<string>();
  const code = new Set<ICode>();
  for (const shape of shapes) {
    shape.roots.forEach(root => roots.add(root));
    shape.code.forEach(item => code.add(item));
  }
  const live = shapes.find(shape => shape.live)?.live ?? null;
  const inside = shapes.find(shape => shape.liveInside)?.liveInside ?? null;
  return {
    ...NOTHING,
    roots,
    code,
    immutable:
      !contained && shapes.length > 0 && shapes.every(shape => shape.immutable),
    live: contained ? null : live,
    liveInside: contained ? (live ?? inside) : inside,
    drawing: drawingOf(shapes),
    container: shapes.some(shape => shape.container),
    growing: shapes.some(shape => shape.growing),
    figure: shapes.some(shape => shape.figure)
  };
}

/** The surest of what several shapes draw. */
export function drawingOf(shapes: readonly IShape[]): Drawing | null {
  return shapes.some(shape => shape.drawing === 'surely')
    ? 'surely'
    : (shapes.find(shape => shape.drawing)?.drawing ?? null);
}

const PARAM = '\u0000';
const numbers = new WeakMap<ICode, number>();
let last = 0;

/** The root that stands for a parameter of a function until the function is called. */
export function paramRoot(code: ICode, index: number): string {
  let number = numbers.get(code);
  if (number === undefined) {
    last += 1;
    number = last;
    numbers.set(code, number);
  }
  return `${PARAM}${number}:${index}`;
}

/** True for the variables of one call, which inner functions may share. */
export function isOwn(code: ICode, root: string): boolean {
  return root === paramRoot(code, CLOSURE);
}

/** True for what a function keeps from call to call: defaults, variables of functions around it. */
export function isState(code: ICode, root: string): boolean {
  return (
    isParamRoot(root) &&
    !isOwn(code, root) &&
    !code.params.some((_, at) => paramRoot(code, at) === root)
  );
}

export function isParamRoot(root: string): boolean {
  return root.startsWith(PARAM);
}
