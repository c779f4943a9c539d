import { bindingsOf } from './bindings';
import { expression, callArguments } from './expressions';
import { Scope } from './scope';
import { children, textOf } from './tree';
import type { IPythonNode } from './tree';
import type { ICode, Value } from './value';
import { DEFAULTS } from './value';
import type { IWalk } from './walking';

/** A `def` or `lambda`: defaults and annotations run now, the body when it is called. */
export function defineFunction(
  walk: IWalk,
  scope: Scope,
  node: IPythonNode,
  decorators: Value[]
): ICode {
  const nodes = children(node);
  const lambda = node.name === 'LambdaExpression';
  const list = nodes.find(child => child.name === 'ParamList');
  const body = lambda
    ? nodes[nodes.length - 1]
    : nodes.find(child => child.name === 'Body');
  const defaults: Value[] = [];
  const gathering = new Set<number>();
  const params = list ? parameters(walk, scope, list, defaults, gathering) : [];
  nodes
    .filter(child => child.name === 'TypeDef')
    .forEach(child => annotation(walk, scope, child));
  const bindings = body
    ? bindingsOf(walk.source, body)
    : { bound: new Set<string>(), global: new Set<string>(), yields: false };
  const name = nodes.find(child => child.name === 'VariableName');
  const code: ICode = {
    name: lambda || !name ? '<lambda>' : textOf(walk.source, name),
    kind: 'function',
    params,
    gathering,
    events: [],
    returns: [],
    related: [...decorators, ...defaults],
    holds: [],
    nested: [],
    method: scope.kind === 'class',
    home: walk.home,
    generator: bindings.yields,
    coroutine: nodes[0]?.name === 'async'
  };
  const inner = new Scope({
    parent: scope,
    kind: 'function',
    events: code.events,
    code,
    locals: new Set([...params, ...bindings.bound]),
    globals: bindings.global
  });
  params.forEach((param, index) => {
    const given = defaults[index];
    const value: Value = { t: 'param', index, code };
    inner.bind(
      param,
      given && given.t !== 'const'
        ? { t: 'parts', of: [value, given, { t: 'param', index: DEFAULTS, code }] }
        : value,
      true
    );
  });
  if (body) {
    walk.inFunction(() => {
      if (lambda) {
        code.returns.push(expression(walk, inner, body));
      } else {
        walk.body(inner, body);
      }
    });
  }
  nest(scope, code);
  return code;
}

/** A class: its body runs now, its methods belong to the class's code. */
export function defineClass(
  walk: IWalk,
  scope: Scope,
  node: IPythonNode,
  decorators: Value[]
): ICode {
  const nodes = children(node);
  const name = nodes.find(child => child.name === 'VariableName');
  const list = nodes.find(child => child.name === 'ArgList');
  const body = nodes.find(child => child.name === 'Body');
  const bases = list ? callArguments(walk, scope, list).map(arg => arg.value) : [];
  const code: ICode = {
    name: name ? textOf(walk.source, name) : '',
    kind: 'class',
    params: [],
    gathering: new Set(),
    events: [],
    returns: [],
    related: [...decorators, ...bases],
    holds: [],
    nested: [],
    method: false,
    home: walk.home,
    generator: false,
    coroutine: false
  };
  if (body) {
    const bindings = bindingsOf(walk.source, body);
    const inner = new Scope({
      parent: scope,
      kind: 'class',
      events: scope.events,
      code,
      locals: bindings.bound,
      globals: bindings.global
    });
    walk.body(inner, body);
    code.holds.push(...inner.values.values());
  }
  nest(scope, code);
  return code;
}

function nest(scope: Scope, code: ICode): void {
  if (!scope.code) {
    return;
  }
  scope.code.nested.push(code);
  // An inner function may be called by the outer one: what it does counts there too
  scope.code.events.push(...code.events);
}

function parameters(
  walk: IWalk,
  scope: Scope,
  list: IPythonNode,
  defaults: Value[],
  gathering: Set<number>
): string[] {
  const names: string[] = [];
  let expectDefault = false;
  let star = false;
  for (const child of children(list)) {
    if (child.name === 'TypeDef') {
      annotation(walk, scope, child);
    } else if (child.name === 'AssignOp') {
      expectDefault = true;
    } else if (expectDefault && child.name !== ',') {
      defaults[names.length - 1] = expression(walk, scope, child);
      expectDefault = false;
    } else if (child.name === 'VariableName') {
      if (star) {
        gathering.add(names.length);
      }
      names.push(textOf(walk.source, child));
    } else if (child.name === ',') {
      expectDefault = false;
    }
    star = /^\*\*?$/.test(textOf(walk.source, child));
  }
  names.forEach((_, at) => {
    defaults[at] = defaults[at] ?? { t: 'const', text: null };
  });
  return names;
}

/** An annotation runs when its statement runs (until Python 3.13): the names in it are read. */
export function annotation(walk: IWalk, scope: Scope, node: IPythonNode): void {
  const inside = children(node).filter(
    child => child.firstChild !== null || /^[A-Z]/.test(child.name)
  );
  walk.guarded(() => inside.forEach(child => expression(walk, scope, child)));
}
