import { isCarried } from '../library/settings';
import type { ICode, ISpan, Value } from '../python/value';
import type { Evaluation, IContext } from './evaluate';
import type { ISink } from './interpret';
import { NO_EFFECTS } from './names';
import { isPlainOption, setsOption } from './options';
import type { IShape } from './shape';
import { isParamRoot, isState } from './shape';

/**
 * An attribute of a package's module or class gets a value, or a package is told of one: options,
 * and functions that are called from wherever.
 */
export function patch(
  path: string,
  values: readonly Value[],
  span: ISpan,
  evaluation: Evaluation,
  context: IContext,
  sink: ISink
): void {
  const plain = values.every(value => {
    const shape = evaluation.shape(value);
    return (
      isLiteral(value) ||
      isPlainOption(path, shape, context) ||
      // What the runner carries on is not said again: a function would ask for names in vain
      (!isCarried(path) && isSteady(value, shape, evaluation, context))
    );
  });
  for (const value of values) {
    for (const code of evaluation.shape(value).code) {
      // What it needs is needed wherever it may be called from now on
      const { reads, needed } = context.effectsOf(code);
      sink.run({ ...NO_EFFECTS, reads, needed }, span);
      reads.forEach((_, what) =>
        sink.act({ kind: 'standing', what, mode: 'read' }, span)
      );
    }
  }
  sink.act(setsOption(path, plain), span);
}

export function isLiteral(value: Value): boolean {
  return (
    value.t === 'const' ||
    (value.t === 'op' && value.of.every(isLiteral)) ||
    (value.t === 'parts' && value.of.every(isLiteral)) ||
    (value.t === 'member' && isLiteral(value.of))
  );
}

/** True for functions and classes that mean the same wherever the statement is said again. */
function isSteady(
  value: Value,
  shape: IShape,
  evaluation: Evaluation,
  context: IContext
): boolean {
  if (shape.live !== null || shape.liveInside !== null) {
    return false;
  }
  if (shape.immutable || evaluation.path(value) !== null) {
    return true;
  }
  if (value.t === 'call') {
    const path = evaluation.path(value.call.callee) ?? '';
    return (
      /^(property|classmethod|staticmethod|functools\.partial(method)?)$/.test(path) &&
      value.call.args.every(arg =>
        isSteady(arg.value, evaluation.shape(arg.value), evaluation, context)
      )
    );
  }
  // An object of a class has its code, too, and may change
  const own = (code: ICode): boolean =>
    code.kind === 'function' || (value.t === 'name' && code.name === value.name);
  return (
    (value.t === 'name' || value.t === 'code') &&
    shape.code.size > 0 &&
    [...shape.code].every(code => own(code) && changesNothing(code, context))
  );
}

/** True where it leaves everything as it is but what it is given. */
function changesNothing(code: ICode, context: IContext): boolean {
  const { changes, writes } = context.effectsOf(code);
  const given = [...changes].every(root => isParamRoot(root) && !isState(code, root));
  return given && writes.size === 0;
}

/** True for what finds functions and classes of the notebook by their names: loaders, test runners. */
export function looksUpNames(path: string): boolean {
  return /^((pickle|cloudpickle|dill|joblib|torch|shelve)\.(loads?|open)|pandas\.read_pickle|unittest\.(main|TestProgram)|doctest\.\w+)$/.test(
    path
  );
}
