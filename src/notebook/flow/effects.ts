import type { CellEvent, ICode } from '../python/value';
import { Evaluation } from './evaluate';
import type { IContext } from './evaluate';
import type { ISink } from './interpret';
import { interpret } from './interpret';
import type { IAction, IEffects, Names } from './names';
import type { IShape } from './shape';
import { NOTHING, union } from './shape';

/** What the notebook's functions may do, each worked out once until one of them is replaced. */
export class FunctionEffects implements IContext {
  readonly names: Names;

  constructor(names: Names) {
    this.names = names;
  }

  effectsOf(code: ICode): IEffects {
    const known = this._known.get(code);
    if (known) {
      return known;
    }
    const effects: IEffects = {
      reads: new Map(),
      writes: new Set(),
      changes: new Set(),
      links: [],
      returned: NOTHING,
      actions: []
    };
    // Known before it is complete: a function may call itself
    this._known.set(code, effects);
    const sink = new EffectsSink(effects, code, this);
    code.events.forEach(event => interpret(event, this, sink));
    const evaluation = new Evaluation(this);
    for (const value of code.related) {
      evaluation
        .shape(value)
        .code.forEach(item => merge(effects, this.effectsOf(item)));
    }
    const returned = union(
      code.returns.map(value => evaluation.shape(value)),
      false
    );
    const nested = code.nested.filter(
      item => code.kind === 'function' && item !== code
    );
    effects.returned = { ...returned, code: new Set([...returned.code, ...nested]) };
    return effects;
  }

  /** A function got another body: what was worked out may be wrong. */
  forget(): void {
    this._known.clear();
  }

  private readonly _known = new Map<ICode, IEffects>();
}

class EffectsSink implements ISink {
  constructor(effects: IEffects, code: ICode, context: FunctionEffects) {
    this._effects = effects;
    this._code = code;
    this._context = context;
  }

  read(event: CellEvent & { t: 'read' }, shape: IShape): void {
    if (!this._effects.reads.has(event.name)) {
      this._effects.reads.set(event.name, this._code);
    }
    shape.code.forEach(item => {
      if (item !== this._code) {
        merge(this._effects, this._context.effectsOf(item));
      }
    });
  }

  write(event: CellEvent & { t: 'write' }, shape: IShape): void {
    this._effects.writes.add(event.name);
    this._effects.links.push(new Set([event.name, ...shape.roots]));
  }

  remove(event: CellEvent & { t: 'delete' }): void {
    this._effects.writes.add(event.name);
  }

  change(roots: Iterable<string>): void {
    for (const root of roots) {
      this._effects.changes.add(root);
    }
  }

  link(roots: ReadonlySet<string>, held: IShape): void {
    if (held.roots.size > 0) {
      this._effects.links.push(new Set([...roots, ...held.roots]));
    }
  }

  act(action: IAction): void {
    const { actions } = this._effects;
    if (
      !actions.some(
        item =>
          item.kind === action.kind &&
          item.what === action.what &&
          item.mode === action.mode
      )
    ) {
      actions.push(action);
    }
  }

  run(effects: IEffects): void {
    merge(this._effects, effects);
  }

  private readonly _effects: IEffects;
  private readonly _code: ICode;
  private readonly _context: FunctionEffects;
}

function merge(into: IEffects, from: IEffects): void {
  if (into === from) {
    return;
  }
  from.reads.forEach((code, name) => {
    if (!into.reads.has(name)) {
      into.reads.set(name, code);
    }
  });
  from.writes.forEach(name => into.writes.add(name));
  from.changes.forEach(root => into.changes.add(root));
  into.links.push(...from.links.filter(link => !into.links.includes(link)));
  for (const action of from.actions) {
    if (!into.actions.includes(action)) {
      into.actions.push(action);
    }
  }
}
