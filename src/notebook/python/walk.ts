import type { IMagic } from '../ipython/magic';
import { bindingsOf } from './bindings';
import { defineClass, defineFunction } from './definitions';
import type { IReadable } from './errors';
import { expression } from './expressions';
import { Scope } from './scope';
import { statement } from './statements';
import { namesInStrings } from './string-scopes';
import { children, parsePython, parts, textOf } from './tree';
import type { IPythonNode } from './tree';
import type { CellEvent, ICall, ICode, ISpan, Value } from './value';
import { CLOSURE, FRESH, KEY, NAMESPACE, mentions } from './value';
import type { IBranch, IStatementWalk } from './walking';

/** What walking one cell gives. */
export interface IWalked {
  readonly events: CellEvent[];
  readonly imports: string[];
  /** True where it matters whether two values are one object: `a is b`, `id(a)`. */
  readonly identity: boolean;
}

const IDENTITY =
  /^(id|is_|is_not|assertIs|assertIsNot|shares_memory|may_share_memory)$/;
const DYNAMIC = /^(globals|locals|vars|dir|exec|eval|compile)$/;

/**
 * Walks a whole cell, or a local module.
 *
 * @param quiet - The spans whose bindings stay inside, as those of `%timeit`.
 * @param home - The module's file; null for a cell.
 */
export function walkCell(
  python: IReadable,
  magics: ReadonlyMap<number, IMagic> = new Map(),
  quiet: readonly ISpan[] = [],
  home: string | null = null
): IWalked {
  const walk = new Walk(python, magics, quiet, home);
  const module = new Scope({
    parent: null,
    kind: 'module',
    events: [],
    code: null,
    locals: new Set()
  });
  for (const node of children(python.tree)) {
    const simple =
      /^(Expression|Assign)Statement$/.test(node.name) &&
      !children(node).some(child => python.payloads.has(child.from));
    module.events.push({ t: 'statement', simple, from: node.from, to: node.to });
    statement(walk, module, node);
  }
  const { identities, imports, asked } = walk;
  const events = module.events.map(event =>
    event.t === 'read' && asked.has(event.name) ? { ...event, guarded: true } : event
  );
  return { events, imports: [...imports], identity: identities };
}

class Walk implements IStatementWalk {
  readonly source: string;
  readonly imports = new Set<string>();
  /** Names that the cell looks up in `globals()`: it knows that they may be missing. */
  readonly asked = new Set<string>();
  defined = new Set<string>();
  identities = false;

  constructor(
    { source, payloads }: IReadable,
    magics: ReadonlyMap<number, IMagic>,
    quiet: readonly ISpan[],
    readonly home: string | null
  ) {
    this.source = source;
    this._payloads = payloads;
    this._magics = magics;
    this._quiet = quiet;
  }

  read(scope: Scope, node: IPythonNode, bare: boolean): Value {
    const name = textOf(this.source, node);
    const holder = scope.holder(name);
    if (holder) {
      return captured(scope, holder, holder.values.get(name) ?? FRESH);
    }
    const inside = this._isQuiet(node) ? this._inside.get(name) : undefined;
    if (inside) {
      return inside;
    }
    scope.events.push({
      t: 'read',
      name,
      own: scope.immediate && this.defined.has(name),
      guarded: this._guards > 0,
      bare,
      from: node.from,
      to: node.to
    });
    return { t: 'name', name };
  }

  expression(scope: Scope, node: IPythonNode): Value {
    return expression(this, scope, node);
  }

  define(scope: Scope, node: IPythonNode, decorators: Value[]): ICode {
    return defineFunction(this, scope, node, decorators);
  }

  defineClass(scope: Scope, node: IPythonNode, decorators: Value[]): ICode {
    return defineClass(this, scope, node, decorators);
  }

  called(scope: Scope, call: ICall): void {
    call.guarded = this._guards > 0 || this._maybe > 0;
    const { from, to, callee } = call;
    if (callee.t === 'name' && DYNAMIC.test(callee.name)) {
      if (
        /^(globals|locals)$/.test(callee.name) ||
        !/^(vars|dir)$/.test(callee.name) ||
        call.args.length === 0
      ) {
        scope.events.push({ t: 'dynamic', what: callee.name, from, to });
      }
      const [text] = call.args;
      if (callee.name === 'exec' && text?.value.t === 'const') {
        this._executed(scope, text.value.text ?? '', call);
      }
    }
    if (callee.t === 'member' && isNamespace(callee.of) && call.method === 'update') {
      scope.events.push({ t: 'dynamic', what: NAMESPACE, from, to });
    }
    this.identities ||= IDENTITY.test(call.method ?? nameOf(callee));
    for (const name of namesInStrings(call)) {
      this._mention(scope, name, call);
    }
    scope.events.push({ t: 'call', call, from, to });
  }

  namespaceKey(scope: Scope, space: Value, key: string | null, span: ISpan): boolean {
    if (key === null || !isNamespace(space)) {
      return false;
    }
    for (let at = scope.events.length - 1; at >= 0; at -= 1) {
      if (scope.events[at]?.t === 'dynamic') {
        scope.events.splice(at, 1);
        break;
      }
    }
    this.asked.add(key);
    this._mention(scope, key, span);
    return true;
  }

  assign(scope: Scope, target: IPythonNode, value: Value, maybe: boolean): void {
    const span = { from: target.from, to: target.to };
    if (target.name === 'VariableName') {
      this.bind(scope, textOf(this.source, target), span, value, maybe);
    } else if (target.name === 'ParenthesizedExpression') {
      parts(target).forEach(inner => this.assign(scope, inner, value, maybe));
    } else if (/^(Tuple|Array)Expression$/.test(target.name)) {
      this._unpack(scope, children(target), value, maybe);
    } else if (target.name === 'MemberExpression') {
      const [first, ...rest] = children(target);
      const of = first ? this.expression(scope, first) : FRESH;
      const keys = rest
        .filter(
          child =>
            child.name !== 'PropertyName' &&
            (child.firstChild || /^[A-Z]/.test(child.name))
        )
        .map(child => this.expression(scope, child))
        .filter(held => held.t !== 'const');
      const key = rest.find(child => child.name === 'String');
      const name = key ? textOf(this.source, key).slice(1, -1) : null;
      if (name && isNamespace(of)) {
        this.namespaceKey(scope, of, name, span);
        this.bind(scope, name, span, value, true);
        return;
      }
      if (isNamespace(of)) {
        scope.events.push({ t: 'dynamic', what: NAMESPACE, ...span });
      }
      const property = rest.find(child => child.name === 'PropertyName');
      const owner: Value = property
        ? { t: 'member', of, attribute: textOf(this.source, property) }
        : of;
      const held = keys.length > 0 ? [{ t: 'op' as const, op: KEY, of: keys }] : [];
      const captures = [value, ...held];
      scope.events.push({ t: 'mutate', target: owner, captures, ...span });
    } else {
      this.expression(scope, target);
    }
  }

  bind(scope: Scope, name: string, span: ISpan, value: Value, maybe: boolean): void {
    const definite = !maybe && this._maybe === 0;
    if (scope.kind !== 'module' && !scope.globals.has(name)) {
      this._bindLocal(scope, name, span, value, definite);
      return;
    }
    if (this._isQuiet(span)) {
      this._inside.set(name, value);
      return;
    }
    const sure = definite && scope.immediate;
    const { from, to } = span;
    scope.events.push({ t: 'write', name, definite: sure, value, from, to });
    if (scope.immediate && !maybe) {
      this.defined.add(name);
    }
  }

  unbind(scope: Scope, name: string, span: ISpan, maybe: boolean): void {
    if (scope.holder(name)) {
      return;
    }
    const definite = !maybe && this._maybe === 0 && scope.immediate;
    scope.events.push({ t: 'delete', name, definite, from: span.from, to: span.to });
    this.defined.delete(name);
  }

  imported(scope: Scope, module: string, { from, to }: ISpan): void {
    const name = module.split('.')[0];
    if (name) {
      this.imports.add(name);
      const guarded = this._guards > 0 || this._maybe > 0;
      scope.events.push({ t: 'import', name, guarded, from, to });
    }
  }

  identity(): void {
    this.identities = true;
  }

  magic(scope: Scope, from: number): Value {
    const magic = this._magics.get(from);
    if (!magic) {
      return FRESH;
    }
    magic.names.forEach(name => this._mention(scope, name, magic));
    const { name, line, to } = magic;
    scope.events.push({ t: 'magic', name, line, from, to });
    const value = this._payload(scope, this._payloads.get(from));
    if (magic.call) {
      this.called(scope, automaticCall(magic.call, magic));
    }
    magic.binds.forEach(bound => this.bind(scope, bound, magic, FRESH, false));
    return name === 'time' ? value : FRESH;
  }

  body(scope: Scope, node: IPythonNode): void {
    children(node).forEach(child => statement(this, scope, child));
  }

  branches(scope: Scope, span: ISpan, runs: IBranch[], complete: boolean): void {
    const before = this.defined;
    const ends: Set<string>[] = complete ? [] : [before];
    this._maybe += 1;
    for (const { run, leaves } of runs) {
      this.defined = new Set(before);
      run();
      if (!leaves) {
        ends.push(this.defined);
      }
    }
    this._maybe -= 1;
    const [first, ...others] = ends;
    this.defined = new Set(
      [...(first ?? before)].filter(name => others.every(end => end.has(name)))
    );
    if (scope.kind !== 'module') {
      return;
    }
    for (const name of this.defined) {
      if (!before.has(name) && this._maybe === 0) {
        scope.events.push({ t: 'settle', name, from: span.from, to: span.to });
      }
    }
  }

  inLoop<T>(run: () => T): T {
    const before = new Set(this.defined);
    this._maybe += 1;
    const result = run();
    this._maybe -= 1;
    this.defined = before;
    return result;
  }

  inFunction(run: () => void): void {
    const { defined, _maybe: maybe, _guards: guards } = this;
    this.defined = new Set();
    this._maybe = 0;
    this._guards = 0;
    run();
    this.defined = defined;
    this._maybe = maybe;
    this._guards = guards;
  }

  guarded(run: () => void): void {
    this._guards += 1;
    run();
    this._guards -= 1;
  }

  private _isQuiet(span: ISpan): boolean {
    return this._quiet.some(({ from, to }) => from <= span.from && span.to <= to);
  }

  /** The code in the line of a magic; gives what its one expression gives. */
  private _payload(scope: Scope, tree: IPythonNode | undefined): Value {
    const [only, ...others] = tree ? children(tree) : [];
    const [first, ...more] = only?.name === 'ExpressionStatement' ? children(only) : [];
    if (first && more.length === 0 && others.length === 0) {
      return this.expression(scope, first);
    }
    [only, ...others].forEach(node => node && statement(this, scope, node));
    return FRESH;
  }

  private _bindLocal(
    scope: Scope,
    name: string,
    { from, to }: ISpan,
    value: Value,
    definite: boolean
  ): void {
    const holder = scope.locals.has(name) ? scope : (scope.holder(name) ?? scope);
    if (holder === scope) {
      scope.bind(name, value, definite);
      return;
    }
    // `nonlocal`: the function changes what it shares with others
    const target = captured(scope, holder, holder.values.get(name) ?? FRESH);
    scope.events.push({ t: 'mutate', target, captures: [value], from, to });
    holder.bind(name, value, false);
  }

  /** The names that a text which is executed binds. */
  private _executed(scope: Scope, text: string, { from, to }: ISpan): void {
    for (const name of bindingsOf(text, parsePython(text)).bound) {
      scope.events.push({ t: 'write', name, definite: false, value: FRESH, from, to });
    }
  }

  private _unpack(
    scope: Scope,
    nodes: readonly IPythonNode[],
    value: Value,
    maybe: boolean
  ): void {
    const items = nodes.filter(node => !/^[()[\],]$/.test(node.name));
    const starred = items.some(node => node.name === '*');
    const targets = items.filter(node => node.name !== '*');
    const names = new Set(targets.map(target => textOf(this.source, target)));
    const matching =
      value.t === 'parts' &&
      !starred &&
      value.of.length === targets.length &&
      !value.of.slice(1).some(item => mentions(item, names));
    targets.forEach((target, at) => {
      const item = matching ? value.of[at] : undefined;
      const part = item ?? { t: 'member' as const, of: value, attribute: null };
      this.assign(scope, target, part, maybe);
    });
  }

  private _mention(scope: Scope, name: string, span: ISpan): void {
    if (scope.holder(name)) {
      return;
    }
    const own = scope.immediate && this.defined.has(name);
    const { from, to } = span;
    scope.events.push({ t: 'read', name, own, guarded: true, bare: false, from, to });
  }

  private readonly _payloads: IReadable['payloads'];
  private readonly _magics: ReadonlyMap<number, IMagic>;
  private readonly _quiet: readonly ISpan[];
  /** What is bound in quiet spans. */
  private readonly _inside = new Map<string, Value>();
  private _maybe = 0;
  private _guards = 0;
}

/** A variable of a function around this one is state that this one holds on to. */
function captured(scope: Scope, holder: Scope, value: Value): Value {
  const inner = scope.function;
  const outer = holder.function;
  if (!inner?.code || !outer?.code || inner === outer) {
    return value;
  }
  const shared = { t: 'param', index: CLOSURE, code: outer.code } as const;
  const held: Value = { t: 'parts', of: [value, shared] };
  for (let at: Scope | null = scope; at && at !== holder; at = at.parent) {
    if (at.kind === 'function') {
      at.code?.holds.push(held);
    }
  }
  return held;
}

/** `/f a b` calls `f(a, b)`; what it is given as text changes nothing. */
function automaticCall(
  { callee, args }: NonNullable<IMagic['call']>,
  { from, to }: ISpan
): ICall {
  const [name = '', ...attributes] = callee.split('.');
  const value = attributes.reduce<Value>(
    (of, attribute) => ({ t: 'member', of, attribute }),
    { t: 'name', name }
  );
  return {
    callee: value,
    method: value.t === 'member' ? value.attribute : null,
    args: args.map(arg => ({
      keyword: null,
      value: /^[A-Za-z_]\w*$/.test(arg) ? { t: 'name', name: arg } : FRESH
    })),
    statement: true,
    managed: false,
    from,
    to
  };
}

function nameOf(value: Value): string {
  return value.t === 'name' ? value.name : '';
}

function isNamespace(value: Value): boolean {
  return (
    value.t === 'call' &&
    value.call.callee.t === 'name' &&
    value.call.args.length === 0 &&
    /^(globals|locals|vars)$/.test(value.call.callee.name)
  );
}
