import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';
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

/**
 * The source in a form that the grammar accepts, of equal length, and where it is no Python.
 * Rewriting happens only where the source as it stands has errors.
 */
export function readable(source: string): {
  source: string;
  error: ISyntaxError | null;
} {
  let error = firstError(source, parser.parse(source));
  if (!error) {
    return { source, error };
  }
  let patched = source;
  for (const [pattern, rewrite] of PATCHES) {
    patched = patched.replace(pattern, rewrite);
  }
  for (let round = 0; round < 20; round += 1) {
    error = firstError(patched, parser.parse(patched));
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
  return { source: patched, error };
}

function firstError(source: string, tree: Tree): ISyntaxError | null {
  let error: ISyntaxError | null = null;
  tree.iterate({
    enter: node => {
      if (error) {
        return false;
      }
      const place = { from: node.from, to: Math.max(node.to, node.from) };
      if (node.type.isError) {
        const parent = node.node.parent;
        if (
          parent?.name === 'PrintStatement' &&
          source.slice(parent.from, parent.to) === 'print'
        ) {
          return;
        }
        error = { ...place, message: describe(source, node.from, parent?.name ?? '') };
      } else if (node.name === 'PrintStatement' && node.to > node.from + 5) {
        error = {
          ...place,
          message: '`print` without parentheses is Python 2.'
        };
      } else if (node.name === 'ReturnStatement' && !insideFunction(node.node)) {
        error = { ...place, message: '`return` outside of a function.' };
      }
      return;
    }
  });
  return error;
}

function insideFunction(node: SyntaxNode): boolean {
  for (let up = node.parent; up; up = up.parent) {
    if (up.name === 'FunctionDefinition') {
      return true;
    }
  }
  return false;
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
