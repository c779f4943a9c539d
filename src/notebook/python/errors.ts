import type { IPythonNode } from './tree';
import { ERROR, parsePython, textOf } from './tree';
import type { ISpan } from './value';

/** A place where the source is no Python. */
export interface ISyntaxError extends ISpan {
  readonly message: string;
}

/** Where the grammar is narrower than Python: forms that are rewritten, to equal length. */
const PATCHES: [RegExp, (match: string) => string][] = [
  // with (open(a) as f, open(b) as g):
  [/\bwith\s*\((?=[^:]*?\bas\b)[\s\S]*?\)\s*:/g, unwrap],
  // with pair() as (a, b):  with lock as self.lock:
  [/\bas\s*\([\w\s,]*\)/g, keepFirst],
  [/\bas\s+\w+(?:\.\w+|\[[^\]\n]*\])+/g, keepTarget],
  // @routes[0].get
  [
    /^[ \t]*@[\w.]+\[[^\n]*$/gm,
    text => text.replace(/\[.*$/, rest => ' '.repeat(rest.length))
  ]
];

/** A source that the grammar accepts, and its tree. */
export interface IReadable {
  readonly source: string;
  readonly tree: IPythonNode;
  readonly error: ISyntaxError | null;
}

/**
 * The source in a form that the grammar accepts, of equal length, and where it is no Python.
 * Rewriting happens only where the source as it stands has errors.
 */
export function readable(source: string): IReadable {
  let found = parsed(source);
  if (!found.error) {
    return found;
  }
  let patched = source;
  for (const [pattern, rewrite] of PATCHES) {
    patched = patched.replace(pattern, rewrite);
  }
  for (let round = 0; round < 20; round += 1) {
    // A source with many errors takes long: it is parsed again only where it was rewritten
    found = patched === found.source ? found : parsed(patched);
    const { error } = found;
    // Stars in subscripts and in the source of a loop
    const star = error ? patched.indexOf('*', error.from) : -1;
    if (
      !error ||
      star < 0 ||
      star > error.from + 1 ||
      !/[[,(]\s*$|\bin\s*$/.test(patched.slice(0, star))
    ) {
      break;
    }
    patched = `${patched.slice(0, star)} ${patched.slice(star + 1)}`;
  }
  return found;
}

function parsed(source: string): IReadable {
  const tree = parsePython(source);
  return { source, tree, error: firstError(source, tree) };
}

/** The first error in the order of the source; a stack of its own, as trees may be deep. */
function firstError(source: string, tree: IPythonNode): ISyntaxError | null {
  const left: IVisit[] = [{ node: tree, parent: null, inFunction: false, depth: 0 }];
  let deepest = 0;
  for (let visit = left.pop(); visit; visit = left.pop()) {
    deepest = Math.max(deepest, visit.depth);
    const message = errorAt(source, visit, deepest);
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

/** The parser gives up where brackets or operators are nested some hundred times. */
const DEEPEST = 400;

function errorAt(
  source: string,
  { node, parent, inFunction }: IVisit,
  deepest: number
): string | null {
  if (node.name === ERROR) {
    if (deepest > DEEPEST) {
      return 'This is nested too deeply to be read: write it in several statements.';
    }
    const printed = parent?.name === 'PrintStatement' ? textOf(source, parent) : '';
    return printed === 'print' ? null : describe(source, node.from, parent?.name ?? '');
  }
  if (node.name === 'PrintStatement' && node.to > node.from + 5) {
    return '`print` without parentheses is Python 2.';
  }
  return node.name === 'ReturnStatement' && !inFunction
    ? '`return` outside of a function.'
    : null;
}

function describe(source: string, at: number, parent: string): string {
  if (/String/.test(parent)) {
    return 'A string is not closed.';
  }
  const next = /^\s*(\S{1,20})/.exec(source.slice(at))?.[1];
  if (at >= source.trimEnd().length || !next) {
    return 'The code ends too early: something is not closed or not complete.';
  }
  if (parent === 'Body') {
    return `An indented block is missing before \`${next}\`.`;
  }
  return `This is no Python: \`${next}\` is not expected here.`;
}

function unwrap(text: string): string {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  return text
    .split('')
    .map((char, at) => {
      if (at === open || at === close) {
        return ' ';
      }
      return at > open && at < close && char === '\n' ? ' ' : char;
    })
    .join('')
    .replace(/,(\s*):$/, ' $1:');
}

function keepFirst(text: string): string {
  const name = /\w+/.exec(text.slice(2))?.[0] ?? '_';
  return `as ${name}`.padEnd(text.length);
}

function keepTarget(text: string): string {
  return (/^as\s+\w+/.exec(text)?.[0] ?? text).padEnd(text.length);
}
