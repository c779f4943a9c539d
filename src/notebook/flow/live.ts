import { closes, exhausts, liveReason, type LiveReason } from '../library/callables';
import { givesIterator } from '../library/methods';
import type { ICall } from '../python/value';
import type { Evaluation } from './evaluate';
import { type IShape, isMutable, isParamRoot } from './shape';

/** Why what a function of a package gives cannot leave its process; null where it can. */
export function liveResult(
  path: string,
  call: ICall,
  args: readonly IShape[],
  evaluation: Evaluation
): LiveReason | null {
  if (call.args.some(({ value }) => evaluation.path(value) === 'id')) {
    return 'live-object';
  }
  if (call.managed && closes(path)) {
    return 'open-file';
  }
  if (isUpdatable(path, call) || isNumberOfObject(path, args, evaluation)) {
    return 'live-object';
  }
  if (readsInParts(path, call) || (path === 'numpy.load' && isArchive(args[0]))) {
    return 'open-file';
  }
  return liveReason(path);
}

/** What a function is given, as its result holds it: `list` keeps the items of an iterator only. */
export function taken(path: string, args: readonly IShape[]): IShape[] {
  return exhausts(path) || path === 'next' ? args.map(usedUp) : [...args];
}

/** Why what a method of something unknown gives cannot leave its process; null where it can. */
export function liveOfMethod(name: string, args: readonly IShape[]): LiveReason | null {
  const [first] = args;
  const ofRows =
    first !== undefined &&
    isMutable(first) &&
    [...first.roots].some(root => !isParamRoot(root));
  return givesIterator(name, ofRows) ? 'iterator' : null;
}

function usedUp(shape: IShape): IShape {
  return shape.live === 'iterator' || shape.live === 'generator'
    ? { ...shape, live: null }
    : shape;
}

/** A display that later cells may update finds what it has shown in its own process only. */
function isUpdatable(path: string, call: ICall): boolean {
  return (
    /^(IPython\.(core\.)?display\.)?display$/.test(path) &&
    call.args.some(arg => arg.keyword === 'display_id')
  );
}

/** `pd.read_csv("a.csv", chunksize=100)` keeps its file open. */
function readsInParts(path: string, call: ICall): boolean {
  return (
    /^pandas\.read_\w+$/.test(path) &&
    call.args.some(({ keyword }) => keyword === 'chunksize' || keyword === 'iterator')
  );
}

/** `np.load("a.npz")` reads its arrays when they are asked for. */
function isArchive(file: IShape | undefined): boolean {
  return file?.text?.endsWith('.npz') ?? false;
}

/** The hash of an object whose class says none follows from where the object is. */
function isNumberOfObject(
  path: string,
  args: readonly IShape[],
  evaluation: Evaluation
): boolean {
  return (
    path === 'hash' &&
    args.some(
      shape =>
        [...shape.code].some(code => code.kind === 'class') &&
        evaluation.method(shape, '__hash__').length === 0 &&
        evaluation.method(shape, '__eq__').length === 0
    )
  );
}
