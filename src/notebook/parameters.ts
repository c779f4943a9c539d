import type { Parameter } from '../contract/pipeline';
import type { ICell } from './cells';
import { plainPython } from './ipython/plain-python';
import { children, parsePython, parts, stringValue, textOf } from './python/tree';
import type { IPythonNode } from './python/tree';

/** A literal's value; undefined where the expression is no literal that JSON can hold. */
export function literal(source: string, node: IPythonNode): unknown {
  const text = textOf(source, node);
  switch (node.name) {
    case 'Number':
      return number(text);
    case 'Boolean':
      return text === 'True';
    case 'None':
      return null;
    case 'String':
      return stringValue(text) ?? undefined;
    case 'ContinuedString': {
      const pieces = children(node).map(child => stringValue(textOf(source, child)));
      return pieces.includes(null) ? undefined : pieces.join('');
    }
    case 'ParenthesizedExpression': {
      const [inner] = parts(node);
      return inner ? literal(source, inner) : undefined;
    }
    case 'UnaryExpression': {
      const [sign, inner] = children(node);
      const value = inner ? literal(source, inner) : undefined;
      if (typeof value !== 'number' || !sign) {
        return undefined;
      }
      return textOf(source, sign) === '-' ? -value : value;
    }
    case 'ArrayExpression':
    case 'TupleExpression': {
      const items = parts(node).map(child => literal(source, child));
      return items.includes(undefined) ? undefined : items;
    }
    case 'DictionaryExpression':
      return dictionary(source, parts(node));
    default:
      return undefined;
  }
}

function number(text: string): number | undefined {
  const plain = text.replace(/_/g, '');
  const value = /^0[bBoOxX]/.test(plain) ? Number(plain.toLowerCase()) : Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function dictionary(source: string, nodes: IPythonNode[]): unknown {
  const entries: [string, unknown][] = [];
  for (let at = 0; at + 1 < nodes.length; at += 2) {
    const [key, value] = [nodes[at], nodes[at + 1]];
    const name = key?.name === 'String' ? stringValue(textOf(source, key)) : null;
    const item = value ? literal(source, value) : undefined;
    if (name === null || item === undefined) {
      return undefined;
    }
    entries.push([name, item]);
  }
  return nodes.length % 2 === 0 ? Object.fromEntries(entries) : undefined;
}

const BY_ANNOTATION: [RegExp, Parameter['type']][] = [
  [/^(int)$/, 'int'],
  [/^(float)$/, 'float'],
  [/^(str)$/, 'str'],
  [/^(bool)$/, 'bool'],
  [/^(typing\.)?(list|List|tuple|Tuple|Sequence)\b/, 'list'],
  [/^(typing\.)?(dict|Dict|Mapping)\b/, 'dict']
];

/** The parameters of a notebook: names that its parameters cell binds to literals. */
export function parametersOf(cell: ICell): Parameter[] {
  const { source } = plainPython(cell.source);
  const found = new Map<string, Parameter>();
  const visit = (node: IPythonNode): void => {
    if (node.name === 'StatementGroup') {
      children(node).forEach(visit);
      return;
    }
    if (node.name !== 'AssignStatement') {
      return;
    }
    const nodes = children(node);
    const [target] = nodes;
    const value = nodes[nodes.length - 1];
    const assignments = nodes.filter(child => child.name === 'AssignOp').length;
    if (target?.name !== 'VariableName' || !value || assignments !== 1) {
      return;
    }
    const at = nodes.findIndex(child => child.name === 'AssignOp');
    const given = at === nodes.length - 2 ? literal(source, value) : undefined;
    const name = textOf(source, target);
    if (given === undefined) {
      found.delete(name);
      return;
    }
    const declared = nodes.find(child => child.name === 'TypeDef');
    const annotation = declared ? textOf(source, declared).replace(/^:\s*/, '') : '';
    found.set(name, {
      name,
      type:
        BY_ANNOTATION.find(([pattern]) => pattern.test(annotation))?.[1] ??
        typeOf(given, textOf(source, value)),
      default: given,
      cell: cell.index
    });
  };
  children(parsePython(source)).forEach(visit);
  return [...found.values()];
}

function typeOf(value: unknown, text: string): Parameter['type'] {
  if (value === null) {
    return 'none';
  }
  if (typeof value === 'number') {
    return /^[-+(\s]*0[xXbBoO]/.test(text) || !/[.eE]/.test(text) ? 'int' : 'float';
  }
  if (typeof value === 'string') {
    return 'str';
  }
  if (typeof value === 'boolean') {
    return 'bool';
  }
  return Array.isArray(value) ? 'list' : 'dict';
}
