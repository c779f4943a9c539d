import { children, textOf } from './tree';
import type { IPythonNode } from './tree';

/** Names that a function body binds, and those that it declares to be elsewhere. */
export interface IBindings {
  readonly bound: Set<string>;
  readonly global: Set<string>;
  readonly nonlocal: Set<string>;
  yields: boolean;
}

const OWN_SCOPE = new Set([
  'LambdaExpression',
  'ComprehensionExpression',
  'ArrayComprehensionExpression',
  'SetComprehensionExpression',
  'DictionaryComprehensionExpression'
]);

/** What a function's or class's body binds; nested functions and classes have their own. */
export function bindingsOf(source: string, body: IPythonNode): IBindings {
  const found: IBindings = {
    bound: new Set(),
    global: new Set(),
    nonlocal: new Set(),
    yields: false
  };
  scan(source, body, found, false);
  for (const name of [...found.global, ...found.nonlocal]) {
    found.bound.delete(name);
  }
  return found;
}

function scan(
  source: string,
  node: IPythonNode,
  found: IBindings,
  comprehension: boolean
): void {
  const nodes = children(node);
  switch (node.name) {
    case 'FunctionDefinition':
    case 'ClassDefinition':
    case 'TypeDefinition': {
      const name = nodes.find(child => child.name === 'VariableName');
      if (name) {
        found.bound.add(textOf(source, name));
      }
      return;
    }
    case 'AssignStatement':
    case 'UpdateStatement': {
      const end = nodes.map(child => /Op$/.test(child.name)).lastIndexOf(true);
      nodes.slice(0, end < 0 ? nodes.length : end).forEach(child => {
        if (child.name !== 'TypeDef') {
          targets(source, child, found.bound);
        }
      });
      break;
    }
    case 'ForStatement': {
      const end = nodes.findIndex(child => child.name === 'in');
      nodes.slice(0, end).forEach(child => targets(source, child, found.bound));
      break;
    }
    case 'DeleteStatement':
      nodes.forEach(child => targets(source, child, found.bound));
      break;
    case 'WithStatement':
    case 'TryStatement':
      nodes.forEach((child, at) => {
        if (nodes[at - 1]?.name === 'as') {
          targets(source, child, found.bound);
        }
      });
      break;
    case 'NamedExpression':
    case 'CapturePattern':
      if (nodes[0]) {
        targets(source, nodes[0], found.bound);
      }
      break;
    case 'AsPattern':
      if (nodes[nodes.length - 1]) {
        targets(source, nodes[nodes.length - 1]!, found.bound);
      }
      break;
    case 'ImportStatement':
      importedNames(source, nodes).forEach(item => found.bound.add(item.name));
      return;
    case 'ScopeStatement': {
      const into = nodes[0]?.name === 'global' ? found.global : found.nonlocal;
      nodes.slice(1).forEach(child => {
        if (child.name === 'VariableName') {
          into.add(textOf(source, child));
        }
      });
      return;
    }
    case 'ArgList':
      nodes.forEach((child, at) => {
        const next = nodes[at + 1];
        if (next?.name === 'AssignOp' && textOf(source, next) === ':=') {
          targets(source, child, found.bound);
        }
      });
      break;
    case 'YieldStatement':
    case 'YieldExpression':
      found.yields = found.yields || !comprehension;
      break;
    default:
  }
  for (const child of nodes) {
    if (child.name === 'LambdaExpression') {
      continue;
    }
    // A walrus leaves its comprehension, but not a lambda
    scan(source, child, found, comprehension || OWN_SCOPE.has(child.name));
  }
}

/** Adds the names that an assignment target binds; attributes and items bind none. */
export function targets(source: string, node: IPythonNode, into: Set<string>): void {
  if (node.name === 'VariableName') {
    into.add(textOf(source, node));
  } else if (/^(Tuple|Array|Parenthesized)Expression$/.test(node.name)) {
    children(node).forEach(child => targets(source, child, into));
  }
}

/** A name that an import binds. */
export interface IImported {
  readonly name: string;
  readonly module: string;
  readonly node: IPythonNode;
  /** True for `from module import name`. */
  readonly member: boolean;
  readonly star: boolean;
}

/** The names that an import statement binds, with the full names of what they stand for. */
export function importedNames(
  source: string,
  nodes: readonly IPythonNode[]
): IImported[] {
  const words = nodes.filter(node => !/^[(),]$|^Comment$/.test(node.name));
  const from = words[0]?.name === 'from';
  const start = words.findIndex(node => node.name === 'import');
  const base = from
    ? words
        .slice(1, start)
        .map(node => textOf(source, node))
        .join('')
    : '';
  const found: IImported[] = [];
  let at = start + 1;
  while (start >= 0 && at < words.length) {
    const first = words[at];
    if (!first) {
      break;
    }
    if (first.name === '*') {
      found.push({ name: '*', module: base, node: first, member: true, star: true });
      at += 1;
      continue;
    }
    if (first.name !== 'VariableName') {
      at += 1;
      continue;
    }
    let dotted = textOf(source, first);
    at += 1;
    while (words[at]?.name === '.' && words[at + 1]?.name === 'VariableName') {
      dotted += `.${textOf(source, words[at + 1]!)}`;
      at += 2;
    }
    let name = from ? dotted : (dotted.split('.')[0] ?? dotted);
    let module = from ? `${base}${base.endsWith('.') ? '' : '.'}${dotted}` : name;
    if (words[at]?.name === 'as' && words[at + 1]) {
      name = textOf(source, words[at + 1]!);
      module = from ? module : dotted;
      at += 2;
    }
    found.push({ name, module, node: first, member: from, star: false });
  }
  return found;
}
