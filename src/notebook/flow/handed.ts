import { surelyChanges } from '../library/methods';
import type { ICall, ICode } from '../python/value';
import type { Evaluation, IContext } from './evaluate';
import type { ISink } from './interpret';
import type { IEffects } from './names';
import type { IShape } from './shape';
import { isOwn, isState, paramRoot } from './shape';

/** Functions that are arguments may be called, with anything that the call has. */
export function handed(
  made: ICall,
  shapes: readonly IShape[],
  context: IContext,
  sink: ISink
): void {
  for (const shape of shapes) {
    for (const code of shape.code) {
      if (code.kind !== 'function' || code.method) {
        continue;
      }
      const effects = context.effectsOf(code);
      const given = shapes.flatMap(item => [...item.roots]);
      const fill = (roots: Iterable<string>): Set<string> =>
        filled(code, roots, shape.roots, () => given);
      run(effects, fill, made, sink);
    }
  }
}

/** Methods that are arguments may be called, as in `map(rows.append, items)`. */
export function handedMethods(
  made: ICall,
  evaluation: Evaluation,
  context: IContext,
  sink: ISink
): void {
  for (const { value } of made.args) {
    if (value.t !== 'member' || value.attribute === null) {
      continue;
    }
    const owner = evaluation.shape(value.of);
    if (owner.module !== null) {
      continue;
    }
    const others = made.args.filter(arg => arg.value !== value);
    const shapes = others.map(arg => evaluation.shape(arg.value));
    if (surelyChanges(value.attribute)) {
      sink.change(owner.roots, made);
      shapes.forEach(held => sink.link(owner.roots, held, made));
    }
    const given = [owner, ...shapes].flatMap(shape => [...shape.roots]);
    for (const code of evaluation.method(owner, value.attribute)) {
      const fill = (roots: Iterable<string>): Set<string> =>
        filled(code, roots, owner.roots, () => given);
      run(context.effectsOf(code), fill, made, sink);
    }
  }
}

/** `list.append(rows, 1)` as `rows.append(1)`; null where a call is nothing of that kind. */
export function unboundMethod(
  made: ICall,
  path: string | null,
  evaluation: Evaluation
): ICall | null {
  const { callee, method: name, args } = made;
  const [self, ...rest] = args;
  if (callee.t !== 'member' || name === null || !self || !surelyChanges(name)) {
    return null;
  }
  const type =
    path !== null
      ? /\.([A-Z]\w*|ndarray|deque|defaultdict)\.\w+$/.test(path)
      : /^(list|dict|set|bytearray)$/.test(evaluation.path(callee.of) ?? '');
  return type ? { ...made, callee: { ...callee, of: self.value }, args: rest } : null;
}

/** Tells what a function does, seen from where it is called. */
export function run(
  effects: IEffects,
  fill: (roots: Iterable<string>) => Set<string>,
  made: ICall,
  sink: ISink
): void {
  sink.run(
    {
      ...effects,
      changes: fill(effects.changes),
      links: new Set([...effects.links].map(fill)),
      keeps: mapped(effects.keeps, fill)
    },
    made
  );
}

/** What roots keep, said of those that stand for them elsewhere. */
export function mapped(
  keeps: IEffects['keeps'],
  roots: (from: ReadonlySet<string>) => Iterable<string>
): IEffects['keeps'] {
  return new Map(
    [...keeps].flatMap(([root, live]) =>
      [...roots(new Set([root]))].map(item => [item, live] as const)
    )
  );
}

/** A function's roots as its caller sees them: arguments for parameters, itself for its state. */
export function filled(
  code: ICode,
  roots: Iterable<string>,
  own: ReadonlySet<string>,
  given: (index: number) => Iterable<string>
): Set<string> {
  const found = new Set<string>();
  for (const root of roots) {
    const index = code.params.findIndex((_, at) => paramRoot(code, at) === root);
    if (index >= 0) {
      for (const item of given(index)) {
        found.add(item);
      }
    } else if (isState(code, root)) {
      own.forEach(item => found.add(item));
    } else if (!isOwn(code, root)) {
      found.add(root);
    }
  }
  return found;
}
