import { liveReason } from '../library/callables';
import type { CellEvent, ICode, ISpan, Value } from '../python/value';
import { Evaluation } from './evaluate';
import type { IContext } from './evaluate';
import type { ISink } from './interpret';
import { interpret } from './interpret';
import type { IAction, IEffects, ILocalModules, INameLookup, Names } from './names';
import type { IShape } from './shape';
import { NOTHING, isState, union } from './shape';

/** The modules beside the notebook, and what their functions do, seen from outside. */
export interface IModuleEffects extends ILocalModules {
  effectsOf(code: ICode): IEffects;
}

interface IEntry {
  readonly effects: IEffects;
  /** True while it is being worked out: a function may call itself. */
  open: boolean;
}

/**
 * What the notebook's functions may do, each worked out once until a name that it looks up gets
 * another meaning.
 */
export class FunctionEffects implements IContext {
  readonly names: INameLookup;

  /** @param home - The file of the local module that it is for; null for the notebook. */
  constructor(
    names: Names,
    readonly modules: IModuleEffects,
    readonly home: string | null = null
  ) {
    this.names = {
      get: name => {
        this._lookUp(name);
        return names.get(name);
      },
      has: name => {
        this._lookUp(name);
        return names.has(name);
      }
    };
  }

  effectsOf(code: ICode): IEffects {
    if (code.home !== this.home) {
      return this.modules.effectsOf(code);
    }
    const known = this._known.get(code);
    const user = this._working[this._working.length - 1];
    if (user) {
      add(this._users, code, user);
    }
    if (known) {
      if (known.open) {
        this._partial = Math.min(this._partial, this._working.indexOf(code));
      }
      return known.effects;
    }
    const effects: IEffects = {
      reads: new Map(),
      needed: new Set(),
      writes: new Set(),
      changes: new Set(),
      links: new Set(),
      keeps: new Map(),
      returned: NOTHING,
      actions: new Map()
    };
    const entry: IEntry = { effects, open: true };
    this._known.set(code, entry);
    const before = this._partial;
    this._partial = Infinity;
    const depth = this._working.push(code) - 1;
    this._work(code, effects);
    this._working.pop();
    entry.open = false;
    if (this._partial < depth) {
      // It calls one that is not complete yet: what it does is worked out again when that one is
      this._known.delete(code);
    } else {
      this._partial = Infinity;
    }
    this._partial = Math.min(before, this._partial);
    return effects;
  }

  /** A name got another meaning: what was worked out with it may be wrong. */
  forget(name: string): void {
    const codes = [...(this._lookedUp.get(name) ?? [])];
    this._lookedUp.delete(name);
    for (let code = codes.pop(); code; code = codes.pop()) {
      this._known.delete(code);
      codes.push(...(this._users.get(code) ?? []));
      this._users.delete(code);
    }
  }

  private _work(code: ICode, effects: IEffects): void {
    const sink = new EffectsSink(effects, code, this);
    code.events.forEach(event => interpret(event, this, sink));
    const evaluation = new Evaluation(this);
    if (code.home !== null && code.related.some(value => caches(value, evaluation))) {
      sink.act({ kind: 'kept', what: `${code.home} ${code.name}`, mode: 'use' });
    }
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
    const inner = nested.map(item => evaluation.shape({ t: 'code', code: item }));
    effects.returned = {
      ...returned,
      roots: new Set([...returned.roots, ...inner.flatMap(item => [...item.roots])]),
      code: new Set([...returned.code, ...nested])
    };
  }

  private _lookUp(name: string): void {
    const user = this._working[this._working.length - 1];
    if (user) {
      add(this._lookedUp, name, user);
    }
  }

  private readonly _known = new Map<ICode, IEntry>();
  /** For each function those that were worked out with its help. */
  private readonly _users = new Map<ICode, Set<ICode>>();
  private readonly _lookedUp = new Map<string, Set<ICode>>();
  /** Functions that are being worked out, the innermost last. */
  private readonly _working: ICode[] = [];
  /** The outermost of them that an inner one has used before it was complete. */
  private _partial = Infinity;
}

function add<K, V>(sets: Map<K, Set<V>>, key: K, item: V): void {
  const set = sets.get(key);
  if (set) {
    set.add(item);
  } else {
    sets.set(key, new Set([item]));
  }
}

/** True for a decorator that keeps the results of earlier calls. */
function caches(decorator: Value, evaluation: Evaluation): boolean {
  const path = evaluation.path(
    decorator.t === 'call' ? decorator.call.callee : decorator
  );
  return path !== null && liveReason(path) === 'function-state';
}

class EffectsSink implements ISink {
  constructor(effects: IEffects, code: ICode, context: FunctionEffects) {
    this._effects = effects;
    this._code = code;
    this._context = context;
  }

  read(event: CellEvent & { t: 'read' }, shape: IShape): void {
    if (!event.guarded) {
      this._effects.needed.add(event.name);
    }
    if (!this._effects.reads.has(event.name)) {
      this._effects.reads.set(event.name, this._code);
    }
    if (shape.growing) {
      this._effects.changes.add(event.name);
    }
    shape.code.forEach(item => {
      if (item !== this._code) {
        const effects = this._context.effectsOf(item);
        merge(this._effects, effects);
        if (changesState(item, effects)) {
          this._effects.changes.add(event.name);
        }
      }
    });
  }

  write(event: CellEvent & { t: 'write' }, shape: IShape): void {
    if (this._code.home !== null && (shape.live ?? shape.liveInside)) {
      const what = `${this._code.home} ${event.name}`;
      this._effects.actions.set(what, { kind: 'kept', what, mode: 'use' });
    }
    this._effects.writes.add(event.name);
    this._effects.links.add(new Set([event.name, ...shape.roots]));
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
      this._effects.links.add(new Set([...roots, ...held.roots]));
    }
    const live = held.live ?? held.liveInside;
    if (live) {
      roots.forEach(root => this._effects.keeps.set(root, live));
    }
  }

  act(action: IAction, span?: ISpan): void {
    const { kind, what, mode } = action;
    const guarded = action.guarded === true || span?.guarded === true;
    const key = `${kind} ${mode} ${what ?? ''}${guarded ? ' guarded' : ''}`;
    this._effects.actions.set(key, guarded ? { ...action, guarded } : action);
  }

  run(effects: IEffects): void {
    merge(this._effects, effects);
  }

  private readonly _effects: IEffects;
  private readonly _code: ICode;
  private readonly _context: FunctionEffects;
}

/** True where a function changes what it keeps from call to call. */
export function changesState(code: ICode, { changes }: IEffects): boolean {
  return [...changes].some(root => isState(code, root));
}

function merge(into: IEffects, from: IEffects): void {
  if (into === from) {
    return;
  }
  from.needed.forEach(name => into.needed.add(name));
  from.reads.forEach((code, name) => {
    if (!into.reads.has(name)) {
      into.reads.set(name, code);
    }
  });
  from.writes.forEach(name => into.writes.add(name));
  from.changes.forEach(root => into.changes.add(root));
  from.links.forEach(link => into.links.add(link));
  from.keeps.forEach((live, root) => into.keeps.set(root, live));
  from.actions.forEach((action, key) => into.actions.set(key, action));
}
