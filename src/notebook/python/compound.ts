import type { Scope } from './scope';
import { children, textOf } from './tree';
import type { IPythonNode } from './tree';
import type { Value } from './value';
import { FRESH, together } from './value';
import type { IBranch, IStatementWalk } from './walking';

type Walker = (walk: IStatementWalk, scope: Scope, node: IPythonNode) => void;

const CATCHES_NAMES = /\b(NameError|UnboundLocalError|Exception|BaseException)\b/;
const MAY_SWALLOW = /\b(suppress|raises|assertRaises|catch)/;
const LEAVES = /^(Raise|Return|Break|Continue)Statement$/;

const isExpression = (node: IPythonNode): boolean =>
  node.firstChild !== null || /^[A-Z]/.test(node.name);

/** Walks `if`, loops, `try`, `with` and `match`; false for other nodes. */
export function compound(
  walk: IStatementWalk,
  scope: Scope,
  node: IPythonNode,
  statement: Walker
): boolean {
  switch (node.name) {
    case 'IfStatement':
      conditional(walk, scope, node);
      return true;
    case 'WhileStatement':
    case 'ForStatement':
      loop(walk, scope, node);
      return true;
    case 'TryStatement':
      attempt(walk, scope, node);
      return true;
    case 'WithStatement':
      context(walk, scope, node);
      return true;
    case 'MatchStatement':
      match(walk, scope, node);
      return true;
    case 'Body':
      children(node).forEach(child => statement(walk, scope, child));
      return true;
    default:
      return false;
  }
}

function leaves(body: IPythonNode): boolean {
  return children(body).some(child => LEAVES.test(child.name));
}

function conditional(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const nodes = children(node);
  const runs: IBranch[] = [];
  let complete = false;
  let condition: IPythonNode | null = null;
  for (const child of nodes) {
    if (child.name === 'else') {
      complete = true;
    } else if (child.name === 'Body') {
      const test = condition;
      condition = null;
      const first = runs.length === 0;
      if (test && first) {
        walk.expression(scope, test);
      }
      runs.push({
        run: () => {
          if (test && !first) {
            walk.expression(scope, test);
          }
          walk.body(scope, child);
        },
        leaves: leaves(child)
      });
    } else if (isExpression(child) && child.name !== 'Comment') {
      condition = child;
    }
  }
  walk.branches(scope, node, runs, complete);
}

function loop(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const nodes = children(node);
  const start = nodes.findIndex(child => child.name === 'in');
  const bodies = nodes.filter(child => child.name === 'Body');
  const heads = nodes
    .slice(
      0,
      nodes.findIndex(child => child.name === 'Body')
    )
    .filter(isExpression);
  const sources =
    start < 0 ? heads : heads.filter(child => child.from > (nodes[start]?.from ?? 0));
  const source = together(sources.map(child => walk.expression(scope, child)));
  walk.inLoop(() => {
    const item: Value = { t: 'member', of: source, attribute: null };
    const targets = start < 0 ? [] : nodes.slice(0, start).filter(isExpression);
    targets.forEach(target => walk.assign(scope, target, item, false));
    if (bodies[0]) {
      walk.body(scope, bodies[0]);
    }
  });
  if (bodies[1]) {
    const after = bodies[1];
    const breaks = bodies[0] ? /\bbreak\b/.test(textOf(walk.source, bodies[0])) : false;
    if (breaks) {
      walk.inLoop(() => walk.body(scope, after));
    } else {
      walk.body(scope, after);
    }
  }
}

interface IHandler {
  /** What it catches; everything where there is none. */
  readonly tests: readonly IPythonNode[];
  readonly name: IPythonNode | null;
  readonly body: IPythonNode;
}

function attempt(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const nodes = children(node);
  const handlers: IHandler[] = [];
  const sections = new Map<string, IPythonNode>();
  let section = 'try';
  let tests: IPythonNode[] = [];
  let named = false;
  let name: IPythonNode | null = null;
  for (const child of nodes) {
    if (/^(try|except|else|finally)$/.test(child.name)) {
      section = child.name;
      tests = [];
      named = false;
      name = null;
    } else if (child.name === 'Body') {
      if (section === 'except') {
        handlers.push({ tests, name, body: child });
      } else {
        sections.set(section, child);
      }
    } else if (child.name === 'as') {
      named = true;
    } else if (
      section === 'except' &&
      isExpression(child) &&
      child.name !== 'Comment'
    ) {
      if (named) {
        name = child;
      } else {
        tests.push(child);
      }
    }
  }
  const body = sections.get('try');
  const otherwise = sections.get('else');
  const last = sections.get('finally');
  if (handlers.length === 0) {
    [body, otherwise].forEach(part => part && walk.body(scope, part));
  } else {
    const lenient = handlers.some(
      ({ tests: caught }) =>
        caught.length === 0 ||
        caught.some(test => CATCHES_NAMES.test(textOf(walk.source, test)))
    );
    const run = (): void => {
      if (body && lenient) {
        walk.guarded(() => walk.body(scope, body));
      } else if (body) {
        walk.body(scope, body);
      }
      if (otherwise) {
        walk.body(scope, otherwise);
      }
    };
    walk.branches(
      scope,
      node,
      [
        { run, leaves: otherwise ? leaves(otherwise) : false },
        ...handlers.map(handler => ({
          run: () => handle(walk, scope, handler),
          leaves: leaves(handler.body)
        }))
      ],
      true
    );
  }
  if (last) {
    walk.body(scope, last);
  }
}

function handle(walk: IStatementWalk, scope: Scope, handler: IHandler): void {
  const kind = together(handler.tests.map(test => walk.expression(scope, test)));
  if (handler.name) {
    walk.assign(scope, handler.name, { t: 'member', of: kind, attribute: null }, false);
  }
  walk.body(scope, handler.body);
  if (handler.name) {
    walk.unbind(scope, textOf(walk.source, handler.name), handler.name, true);
  }
}

function context(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const nodes = children(node);
  const body = nodes.find(child => child.name === 'Body');
  let value: Value = FRESH;
  let named = false;
  let swallows = false;
  for (const child of nodes) {
    if (child.name === 'as') {
      named = true;
    } else if (child.name === ',' || child.name === 'Body') {
      named = false;
    } else if (isExpression(child) && child.name !== 'Comment') {
      if (named) {
        walk.assign(scope, child, value, false);
      } else {
        value = walk.expression(scope, child);
        swallows = swallows || MAY_SWALLOW.test(textOf(walk.source, child));
        if (value.t === 'call') {
          value.call.managed = true;
        }
      }
    }
  }
  if (body && swallows) {
    walk.inLoop(() => walk.body(scope, body));
  } else if (body) {
    walk.body(scope, body);
  }
}

function match(walk: IStatementWalk, scope: Scope, node: IPythonNode): void {
  const nodes = children(node);
  const body = nodes.find(child => child.name === 'MatchBody');
  const subject = together(
    nodes
      .filter(child => child !== body && isExpression(child))
      .map(child => walk.expression(scope, child))
  );
  const clauses = body
    ? children(body).filter(child => child.name === 'MatchClause')
    : [];
  const runs = clauses.map(clause => ({
    run: () => {
      for (const child of children(clause)) {
        if (child.name === 'Body') {
          walk.body(scope, child);
        } else if (child.name === 'Guard') {
          children(child)
            .filter(isExpression)
            .forEach(part => walk.expression(scope, part));
        } else if (child.name !== 'case') {
          pattern(walk, scope, child, subject);
        }
      }
    },
    leaves: false
  }));
  const last = clauses[clauses.length - 1];
  const first = last ? children(last)[1] : undefined;
  const guard = last ? children(last).some(child => child.name === 'Guard') : true;
  walk.branches(scope, node, runs, first?.name === 'CapturePattern' && !guard);
}

function pattern(
  walk: IStatementWalk,
  scope: Scope,
  node: IPythonNode,
  subject: Value
): void {
  const nodes = children(node);
  const item: Value = { t: 'member', of: subject, attribute: null };
  if (node.name === 'CapturePattern') {
    if (textOf(walk.source, node) !== '_' && nodes[0]) {
      walk.assign(scope, nodes[0], item, false);
    }
    return;
  }
  nodes.forEach((child, at) => {
    if (/Pattern$|^PatternArgList$/.test(child.name)) {
      pattern(walk, scope, child, subject);
    } else if (child.name === 'VariableName') {
      // In `x as name` the name is bound, in `Class(...)` it is read, in `key=...` it is neither
      if (node.name === 'AsPattern' && nodes[at - 1]?.name === 'as') {
        walk.assign(scope, child, item, false);
      } else if (node.name === 'ClassPattern' || node.name === 'AttributePattern') {
        walk.read(scope, child, false);
      }
    }
  });
}
