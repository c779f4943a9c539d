import { annotation } from './definitions';
import { importedNames } from './bindings';
import { compound } from './compound';
import type { Scope } from './scope';
import { children, parts, textOf } from './tree';
import type { IPythonNode } from './tree';
import type { ICall, Value } from './value';
import { FRESH, mentions, together } from './value';
import type { IStatementWalk } from './walking';

const isExpression = (node: IPythonNode): boolean =>
  node.firstChild !== null || /^[A-Z]/.test(node.name);

/** Walks one statement, simple or compound. */
export function statement(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  switch (node.name) {
    case 'ExpressionStatement':
      return expressionStatement(walk, scope, node);
    case 'AssignStatement':
      return assignment(walk, scope, node);
    case 'UpdateStatement':
      return update(walk, scope, node);
    case 'DeleteStatement':
      return parts(node)
        .slice(1)
        .forEach(child => remove(walk, scope, child));
    case 'ReturnStatement':
    case 'YieldStatement':
      return leave(walk, scope, node);
    case 'ImportStatement':
      return imports(walk, scope, node);
    case 'TypeDefinition':
      return typeAlias(walk, scope, node);
    case 'StatementGroup':
      return children(node).forEach(child => statement(walk, scope, child));
    case 'DecoratedStatement':
    case 'FunctionDefinition':
    case 'ClassDefinition':
      return definition(walk, scope, node);
    case 'ScopeStatement':
    case 'PassStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'Comment':
      return;
    default:
      if (!compound(walk, scope, node, statement)) {
        parts(node)
          .filter(isExpression)
          .forEach(child => walk.expression(scope, child));
      }
  }
}

function expressionStatement(
  walk: IStatementWalk,
  scope: Scope,
  node: IPythonNode
): void {
  for (const child of parts(node).filter(isExpression)) {
    const value = walk.expression(scope, child);
    if (value.t === 'call') {
      value.call.statement = true;
    }
  }
}

function assignment(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const groups: IPythonNode[][] = [[]];
  let declared: IPythonNode | undefined;
  for (const child of children(node)) {
    if (child.name === 'AssignOp') {
      groups.push([]);
    } else if (child.name === 'TypeDef') {
      declared = child;
    } else if (child.name !== 'Comment') {
      groups[groups.length - 1]?.push(child);
    }
  }
  if (declared) {
    annotation(walk, scope, declared);
    scope.events.push({ t: 'annotate', from: node.from, to: node.to });
  }
  const right = groups.length > 1 ? groups.pop() : undefined;
  if (!right) {
    return;
  }
  let value = listed(walk, scope, right);
  // In `a = b = []` both names get the same list: the others share what the first name holds
  const named = groups.findIndex(
    ([first, ...more]) => first?.name === 'VariableName' && more.length === 0
  );
  const ordered = groups.length > 1 && named > 0 ? moved(groups, named) : groups;
  for (const group of ordered) {
    const [first, ...more] = group;
    if (first && more.length === 0) {
      walk.assign(scope, first, value, false);
      if (first.name === 'VariableName' && value.t !== 'const') {
        value = sharedWith(walk, scope, first, value);
      }
    } else {
      unpackList(walk, scope, group, value);
    }
  }
}

function moved<T>(items: readonly T[], at: number): T[] {
  return [...items.slice(at, at + 1), ...items.slice(0, at), ...items.slice(at + 1)];
}

/** A value that a name holds now, known by its parts where it can be unpacked. */
function sharedWith(
  walk: IStatementWalk,
  scope: Scope,
  node: IPythonNode,
  value: Value
): Value {
  const name = textOf(walk.source, node);
  return scope.holder(name) ? value : { t: 'name', name };
}

function unpackList(
  walk: IStatementWalk,
  scope: Scope,
  group: readonly IPythonNode[],
  value: Value
): void {
  const starred = group.some(child => child.name === '*');
  const targets = group.filter(child => child.name !== ',' && child.name !== '*');
  // In `a, b = b, a` the second value is that of before the first assignment
  const names = new Set(targets.map(target => textOf(walk.source, target)));
  const matching =
    value.t === 'parts' &&
    !starred &&
    value.of.length === targets.length &&
    !value.of.slice(1).some(item => mentions(item, names));
  targets.forEach((target, at) => {
    const item = matching ? value.of[at] : undefined;
    walk.assign(
      scope,
      target,
      item ?? { t: 'member', of: value, attribute: null },
      false
    );
  });
}

/** The right-hand side: one expression, or a tuple without brackets. */
function listed(
  walk: IStatementWalk,
  scope: Scope,
  nodes: readonly IPythonNode[]
): Value {
  const items = nodes.filter(child => child.name !== ',' && child.name !== '*');
  const [only] = items;
  if (only && items.length === 1 && nodes.length === 1) {
    return only.name === 'VariableName'
      ? walk.read(scope, only, true)
      : walk.expression(scope, only);
  }
  return { t: 'parts', of: items.map(child => walk.expression(scope, child)) };
}

function update(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const [target, , ...rest] = children(node);
  if (!target) {
    return;
  }
  const before = walk.expression(scope, target);
  const value = together(
    rest.filter(isExpression).map(child => walk.expression(scope, child))
  );
  const span = { from: node.from, to: node.to };
  scope.events.push({ t: 'mutate', target: before, captures: [value], ...span });
  if (target.name === 'VariableName') {
    walk.bind(
      scope,
      textOf(walk.source, target),
      span,
      { t: 'parts', of: [before, value] },
      false
    );
  }
}

function remove(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  if (node.name === 'VariableName') {
    walk.read(scope, node, true);
    walk.unbind(
      scope,
      textOf(walk.source, node),
      { from: node.from, to: node.to },
      false
    );
  } else if (node.name === 'MemberExpression') {
    walk.assign(scope, node, FRESH, false);
  } else {
    parts(node).forEach(child => remove(walk, scope, child));
  }
}

function leave(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const values = parts(node)
    .filter(isExpression)
    .map(child => walk.expression(scope, child));
  scope.code?.returns.push(...values);
}

function imports(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  for (const item of importedNames(walk.source, children(node))) {
    const { module, member, name } = item;
    const span = { from: item.node.from, to: item.node.to };
    walk.imported(scope, module, span);
    if (item.star) {
      scope.events.push({ t: 'star', module, from: node.from, to: node.to });
      continue;
    }
    walk.bind(scope, name, span, { t: 'module', module, member }, false);
  }
}

function typeAlias(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const name = parts(node).find(child => child.name === 'VariableName');
  if (name) {
    const span = { from: name.from, to: name.to };
    walk.bind(scope, textOf(walk.source, name), span, FRESH, false);
  }
}

function definition(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const decorated = node.name === 'DecoratedStatement';
  const nodes = decorated ? children(node) : [node];
  const inner = nodes[nodes.length - 1];
  if (!inner) {
    return;
  }
  const decorators = nodes
    .filter(child => child.name === 'Decorator')
    .map(child => decorator(walk, scope, child));
  const code =
    inner.name === 'ClassDefinition'
      ? walk.defineClass(scope, inner, decorators)
      : inner.name === 'FunctionDefinition'
        ? walk.define(scope, inner, decorators)
        : null;
  if (!code) {
    return;
  }
  let value: Value = { t: 'code', code };
  for (const callee of [...decorators].reverse()) {
    const call: ICall = {
      callee,
      method: callee.t === 'member' ? callee.attribute : null,
      args: [{ keyword: null, value }],
      statement: false,
      managed: false,
      from: node.from,
      to: inner.from
    };
    walk.called(scope, call);
    value = { t: 'call', call };
  }
  walk.bind(scope, code.name, { from: inner.from, to: inner.to }, value, false);
}

function decorator(walk: IStatementWalk, scope: Scope, node: IPythonNode): Value {
  const written = children(node).find(child => child.name !== 'At');
  return written ? walk.expression(scope, written) : FRESH;
}
