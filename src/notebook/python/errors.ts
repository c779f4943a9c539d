import type { IMagic } from '../ipython/magic';
import type { IPythonNode } from './tree';
import { ERROR, parsePython, textOf } from './tree';
import type { ISpan } from './value';

/** A place where the source is no Python. */
export interface ISyntaxError extends ISpan {
  readonly message: string;
}

/** A source that the grammar accepts, and its tree. */
export interface IReadable {
  readonly source: string;
  readonly tree: IPythonNode;
  /** The code that magics run, by the place where each magic begins. */
  readonly payloads: ReadonlyMap<number, IPythonNode>;
  readonly error: ISyntaxError | null;
}

/** Parses a source, and the code that its magics run, and says where it is no Python. */
export function readable(
  source: string,
  magics: ReadonlyMap<number, IMagic> = new Map()
): IReadable {
  const tree = parsePython(source);
  const errors = [firstError(source, tree)];
  const payloads = new Map<number, IPythonNode>();
  for (const { from: at, code, lenient } of magics.values()) {
    if (code) {
      const { from, to } = code;
      const payload = parsePython(source.slice(from, to), from);
      payloads.set(at, payload);
      errors.push(lenient ? null : firstError(source, payload));
    }
  }
  const [error = null] = errors
    .filter(found => found !== null)
    .sort((one, other) => one.from - other.from);
  // Walking it would need too long a stack
  const hollow = error?.message === TOO_DEEP;
  return { source, tree: hollow ? { ...tree, children: [] } : tree, payloads, error };
}

/** The first error in the order of the source; a stack of its own, as trees may be deep. */
function firstError(source: string, tree: IPythonNode): ISyntaxError | null {
  const left: IVisit[] = [{ node: tree, parent: null, inFunction: false, depth: 0 }];
  let deepest = 0;
  for (let visit = left.pop(); visit; visit = left.pop()) {
    deepest = Math.max(deepest, visit.depth);
    if (deepest > DEEPEST) {
      return { from: visit.node.from, to: visit.node.to, message: TOO_DEEP };
    }
    const message =
      visit.node.name === ERROR && deepest > GIVES_UP
        ? TOO_DEEP
        : errorAt(source, visit);
    if (message !== null) {
      return { from: visit.node.from, to: visit.node.to, message };
    }
    const { node } = visit;
    const inFunction = visit.inFunction || node.name === 'FunctionDefinition';
    for (let at = node.children.length - 1; at >= 0; at -= 1) {
      const child = node.children[at];
      if (child) {
        left.push({ node: child, parent: node, inFunction, depth: visit.depth + 1 });
      }
    }
  }
  return null;
}

interface IVisit {
  readonly node: IPythonNode;
  readonly parent: IPythonNode | null;
  readonly inFunction: boolean;
  readonly depth: number;
}

/** Characters beyond ASCII count in the form that Python gives them. */
const IDENTIFIER = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;

/** Python itself gives up at 200 brackets, and at some thousand operators in a row. */
const DEEPEST = 1000;
/** Where the parser may give up. */
const GIVES_UP = 400;
const TOO_DEEP =
  'This is nested too deeply to be read: write it in several statements.';

function errorAt(source: string, { node, parent, inFunction }: IVisit): string | null {
  if (node.name === ERROR) {
    return describe(source, node.from, parent?.name ?? '');
  }
  if (node.name === 'Unclosed') {
    return 'A string is not closed.';
  }
  if (node.name === 'LoneBrace') {
    return 'A single `}` in a format string: write it twice.';
  }
  if (node.name === 'VariableName' && !IDENTIFIER.test(textOf(source, node))) {
    return `This is no Python: \`${textOf(source, node)}\` is no name.`;
  }
  return node.name === 'ReturnStatement' && !inFunction
    ? '`return` outside of a function.'
    : null;
}

function describe(source: string, at: number, parent: string): string {
  const next = /^\s*(\S{1,20})/.exec(source.slice(at))?.[1];
  if (at >= source.trimEnd().length || !next) {
    return 'The code ends too early: something is not closed or not complete.';
  }
  if (/\bprint[ \t]*$/.test(source.slice(0, at))) {
    return '`print` without parentheses is Python 2.';
  }
  if (parent === 'Body') {
    return `An indented block is missing before \`${next}\`.`;
  }
  return `This is no Python: \`${next}\` is not expected here.`;
}
