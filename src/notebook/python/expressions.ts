import { targets } from './bindings';
import { Scope } from './scope';
import { children, parts, stringValue, textOf } from './tree';
import type { IPythonNode } from './tree';
import type { IArgument, ICall, Value } from './value';
import { FRESH, together } from './value';
import type { IWalk } from './walking';

const CONSTANT = { t: 'const', text: null } as const;

/** Walks an expression: emits what happens in it and returns what it may give. */
export function expression(walk: IWalk, scope: Scope, node: IPythonNode): Value {
  switch (node.name) {
    case 'VariableName':
      return walk.read(scope, node, false);
    case 'Magic':
      return walk.magic(scope, node.from);
    case 'Number':
      return CONSTANT;
    case 'Boolean':
    case 'None':
      return { ...CONSTANT, word: textOf(walk.source, node) };
    case 'Ellipsis':
      return CONSTANT;
    case 'String':
      return { t: 'const', text: stringValue(textOf(walk.source, node)) };
    case 'FormatString':
    case 'ContinuedString':
      return formatted(walk, scope, node);
    case 'MemberExpression':
      return member(walk, scope, node);
    case 'CallExpression':
      return call(walk, scope, node);
    case 'LambdaExpression':
      return { t: 'code', code: walk.define(scope, node, []) };
    case 'NamedExpression':
      return named(walk, scope, children(node));
    case 'ParenthesizedExpression':
    case 'AwaitExpression':
      return together(all(walk, scope, node));
    case 'TupleExpression':
    case 'ConditionalExpression':
      return { t: 'parts', of: all(walk, scope, node) };
    case 'ArrayExpression':
    case 'SetExpression':
    case 'DictionaryExpression':
      return { t: 'parts', of: all(walk, scope, node), mutable: true };
    case 'ComprehensionExpression':
      return { t: 'stream', of: [comprehension(walk, scope, node)] };
    case 'ArrayComprehensionExpression':
    case 'SetComprehensionExpression':
    case 'DictionaryComprehensionExpression':
      return comprehension(walk, scope, node);
    case 'BinaryExpression':
    case 'UnaryExpression':
      return operation(walk, scope, node);
    default:
      // Keywords have no children; errors and yields hold expressions
      return node.firstChild ? together([FRESH, ...all(walk, scope, node)]) : FRESH;
  }
}

/** All meaningful children as expressions. */
export function all(walk: IWalk, scope: Scope, node: IPythonNode): Value[] {
  return parts(node)
    .filter(child => child.firstChild !== null || /^[A-Z]/.test(child.name))
    .filter(child => !/Op$/.test(child.name))
    .map(child => expression(walk, scope, child));
}

function operation(walk: IWalk, scope: Scope, node: IPythonNode): Value {
  const words = children(node);
  const op = words.find(
    child => /Op$/.test(child.name) || (!child.firstChild && /^[a-z]/.test(child.name))
  );
  const sign = op ? textOf(walk.source, op) : '';
  const of = all(walk, scope, node);
  if (sign === 'in' || sign === 'not') {
    const [key, space] = of;
    walk.namespaceKey(
      scope,
      space ?? FRESH,
      key?.t === 'const' ? key.text : null,
      node
    );
  }
  if (sign === 'is' && of.every(value => value.t !== 'const')) {
    walk.identity();
  }
  // `a or b` gives one of its operands, the others a new object
  return sign === 'or' || sign === 'and'
    ? { t: 'parts', of }
    : { t: 'op', op: sign, of };
}

function formatted(walk: IWalk, scope: Scope, node: IPythonNode): Value {
  if (node.name === 'ContinuedString') {
    const of = children(node).map(child => expression(walk, scope, child));
    return { t: 'format', of };
  }
  const of: (string | Value)[] = [];
  let at = node.from + textOf(walk.source, node).search(/["']/) + 1;
  for (const child of children(node)) {
    of.push(walk.source.slice(at, child.from));
    at = child.to;
    if (child.name === 'FormatReplacement') {
      of.push(...replacement(walk, scope, child));
    }
  }
  of.push(walk.source.slice(at, node.to - 1));
  return { t: 'format', of };
}

function replacement(walk: IWalk, scope: Scope, node: IPythonNode): Value[] {
  const found: Value[] = [];
  for (const child of parts(node)) {
    if (child.name === 'FormatSpec') {
      children(child).forEach(inner => replacement(walk, scope, inner));
      found.push(FRESH);
    } else if (child.firstChild || /^[A-Z]/.test(child.name)) {
      if (!/^Format/.test(child.name)) {
        found.push(expression(walk, scope, child));
      }
    }
  }
  return found;
}

function member(walk: IWalk, scope: Scope, node: IPythonNode): Value {
  const nodes = children(node);
  const first = nodes[0];
  if (!first) {
    return FRESH;
  }
  const of = expression(walk, scope, first);
  const property = nodes.find(child => child.name === 'PropertyName');
  if (property) {
    return { t: 'member', of, attribute: textOf(walk.source, property) };
  }
  nodes
    .slice(1)
    .filter(child => child.firstChild !== null || /^[A-Z]/.test(child.name))
    .forEach(child => expression(walk, scope, child));
  const key = nodes.find(child => child.name === 'String');
  const name = key ? stringValue(textOf(walk.source, key)) : null;
  if (walk.namespaceKey(scope, of, name, node) && name !== null) {
    return { t: 'name', name };
  }
  if (name !== null && ENVIRON.test(textOf(walk.source, first))) {
    asksFor(walk, scope, of, name, node);
  }
  return { t: 'member', of, attribute: null };
}

const ENVIRON = /^(\w+\.)?environ$/;

/** `os.environ['HOME']` asks for a variable as `os.environ.get('HOME')` does. */
function asksFor(
  walk: IWalk,
  scope: Scope,
  of: Value,
  text: string,
  { from, to }: IPythonNode
): void {
  const method = '__getitem__';
  const made: ICall = {
    callee: { t: 'member', of, attribute: method },
    method,
    args: [{ keyword: null, value: { t: 'const', text } }],
    from,
    to,
    statement: false,
    managed: false
  };
  walk.called(scope, made);
}

function call(walk: IWalk, scope: Scope, node: IPythonNode): Value {
  const [first, list] = children(node);
  if (!first || !list) {
    return first ? expression(walk, scope, first) : FRESH;
  }
  const callee = expression(walk, scope, first);
  const args = callArguments(walk, scope, list);
  const made: ICall = {
    callee,
    method: callee.t === 'member' ? callee.attribute : null,
    args,
    from: node.from,
    to: node.to,
    statement: false,
    managed: false
  };
  walk.called(scope, made);
  return { t: 'call', call: made };
}

/** The arguments of a call, in order; `*a` and `**k` count as arguments without keyword. */
export function callArguments(
  walk: IWalk,
  scope: Scope,
  list: IPythonNode
): IArgument[] {
  const nodes = parts(list);
  if (nodes.some(child => child.name === 'for')) {
    return [
      { keyword: null, value: { t: 'stream', of: [comprehension(walk, scope, list)] } }
    ];
  }
  const args: IArgument[] = [];
  for (let at = 0; at < nodes.length; at += 1) {
    const node = nodes[at]!;
    const next = nodes[at + 1];
    const value = nodes[at + 2];
    if (next?.name === 'AssignOp' && value) {
      if (textOf(walk.source, next) === ':=') {
        args.push({ keyword: null, value: named(walk, scope, [node, next, value]) });
      } else {
        args.push({
          keyword: textOf(walk.source, node),
          value: expression(walk, scope, value)
        });
      }
      at += 2;
    } else if (node.firstChild || /^[A-Z]/.test(node.name)) {
      const before = nodes[at - 1]?.name;
      args.push({
        keyword: null,
        value: expression(walk, scope, node),
        ...(before === '**' ? { spread: true } : {}),
        ...(before === '*' ? { unpacked: true } : {})
      });
    }
  }
  return args;
}

/** `name := value`: binds outside of comprehensions. */
function named(walk: IWalk, scope: Scope, nodes: readonly IPythonNode[]): Value {
  const last = nodes[nodes.length - 1];
  const value = last ? expression(walk, scope, last) : FRESH;
  let outer = scope;
  while (outer.kind === 'comprehension' && outer.parent) {
    outer = outer.parent;
  }
  if (nodes[0]) {
    walk.assign(outer, nodes[0], value, outer !== scope);
  }
  return value;
}

/** A comprehension, or a generator as only argument: the first source is read outside. */
function comprehension(walk: IWalk, scope: Scope, node: IPythonNode): Value {
  const nodes = children(node).filter(
    child => !/^[()[\]{}]$|^Comment$/.test(child.name)
  );
  const at = nodes.findIndex(child => child.name === 'for' || child.name === 'async');
  if (at < 0) {
    return together(all(walk, scope, node));
  }
  const inner = new Scope({
    parent: scope,
    kind: 'comprehension',
    events: scope.events,
    code: scope.code,
    locals: new Set()
  });
  let source: Value = FRESH;
  let state: 'targets' | 'source' | 'condition' = 'targets';
  let names: IPythonNode[] = [];
  let first = true;
  for (const child of nodes.slice(at)) {
    if (child.name === 'for') {
      state = 'targets';
      names = [];
    } else if (child.name === 'in') {
      state = 'source';
    } else if (child.name === 'if') {
      state = 'condition';
    } else if (state === 'targets') {
      names.push(child);
    } else if (child.firstChild || /^[A-Z]/.test(child.name)) {
      const value = expression(walk, first ? scope : inner, child);
      if (state === 'source') {
        first = false;
        source = value;
        const bound = new Set<string>();
        names.forEach(name => targets(walk.source, name, bound));
        for (const name of bound) {
          inner.locals.add(name);
          inner.bind(name, { t: 'member', of: source, attribute: null }, true);
        }
      }
    }
  }
  const results = nodes
    .slice(0, at)
    .filter(child => child.firstChild || /^[A-Z]/.test(child.name))
    .map(child => walk.inLoop(() => expression(walk, inner, child)));
  return { t: 'parts', of: results, mutable: true };
}
