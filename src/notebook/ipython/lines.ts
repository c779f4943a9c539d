import { REMOVED } from '../python/grammar/characters';
import { skipString } from './skip-string';

/** A logical line of Python, and where IPython's own syntax begins in it. */
export interface ILogicalLine {
  /** Its first character that is no indentation. */
  readonly from: number;
  /** The end of its last physical line, without line break. */
  readonly to: number;
  /**
   * `escaped`: the line begins with one of IPython's escapes. `assigned`: from `at` on, a magic or
   * a command is assigned. `help`: the line ends with `?` after a name.
   */
  readonly kind: 'python' | 'escaped' | 'assigned' | 'help';
  /** Where IPython's syntax begins. */
  readonly at: number;
}

const ESCAPES = /[!?,;]|%(?!=)|\/(?![/=])/y;
const OPERATOR = /\*\*=?|\/\/=?|<<=?|>>=?|[-+*/%&|^@:<>!=]=|->/y;
const MAGIC_NAME = /%[ \t]*[\p{L}_]/uy;
const HELP =
  /(?:%{0,2}(?!\d)[\p{L}\p{N}_*]+(?:\.(?!\d)[\p{L}\p{N}_*]+|\[-?\d+\])*)\?\??$/u;
const BLANK = new RegExp(`[ \\t\\f${String.fromCharCode(REMOVED)}]*`, 'y');

/**
 * The logical lines of a source between two places. As in IPython, tokens decide: `% b` inside a
 * bracket is a modulo, and `!rm` inside a string is text.
 */
export function* logicalLines(
  source: string,
  begin: number,
  end: number
): Generator<ILogicalLine> {
  let at = begin;
  while (at < end) {
    const from = skip(BLANK, source, at);
    const line = lineAt(source, from, end);
    yield line;
    at = line.to + 1;
  }
}

function lineAt(source: string, from: number, end: number): ILogicalLine {
  const scanned = scan(source, from, end);
  if (scanned.question && HELP.test(source.slice(from, scanned.to))) {
    return { from, to: scanned.to, kind: 'help', at: from };
  }
  if (skip(ESCAPES, source, from) > from) {
    return { from, to: continuedEnd(source, from, end), kind: 'escaped', at: from };
  }
  const { assigned } = scanned;
  return assigned === null
    ? { from, to: scanned.to, kind: 'python', at: from }
    : { from, to: continuedEnd(source, assigned, end), kind: 'assigned', at: assigned };
}

/** The end of a physical line, or of the last one that a backslash at its very end adds. */
function continuedEnd(source: string, from: number, end: number): number {
  let at = from;
  for (;;) {
    const next = source.indexOf('\n', at);
    if (next < 0 || next >= end) {
      return end;
    }
    if (source[next - 1] !== '\\') {
      return next;
    }
    at = next + 1;
  }
}

interface IScanned {
  readonly to: number;
  /** The magic or command after the first `=` outside of brackets. */
  readonly assigned: number | null;
  /** True where the last token is a question mark. */
  readonly question: boolean;
}

/** Goes over the tokens of one logical line. */
function scan(source: string, from: number, end: number): IScanned {
  let depth = 0;
  let question = false;
  let equals = false;
  let assigned: number | null = null;
  let at = from;
  while (at < end) {
    const char = source[at] ?? '';
    if (char === '\n' && depth === 0) {
      break;
    }
    if (/\s|\uE001/.test(char)) {
      at += 1;
      continue;
    }
    if (char === '\\' && /[\r\n]/.test(source[at + 1] ?? '')) {
      at += source.startsWith('\r\n', at + 1) ? 3 : 2;
      continue;
    }
    question = char === '?';
    const next = token(source, at, end);
    if ('([{'.includes(char)) {
      depth += 1;
    } else if (')]}'.includes(char)) {
      depth = Math.max(0, depth - 1);
    } else if (char === '=' && next === at + 1 && depth === 0 && !equals) {
      equals = true;
      const value = skip(BLANK, source, next);
      const system = source[value] === '!' && source[value + 1] !== '=';
      assigned = system || skip(MAGIC_NAME, source, value) > value ? value : null;
    }
    at = next;
  }
  return { to: Math.min(at, end), assigned, question };
}

const WORD = /[\p{L}\p{N}_]+/uy;
const PREFIX = /^(?:[rbfut]|rb|br|rf|fr|rt|tr)$/i;

/** The end of the token that begins at a place. */
function token(source: string, at: number, end: number): number {
  const char = source[at] ?? '';
  if (char === '#') {
    const next = source.indexOf('\n', at);
    return next < 0 ? end : next;
  }
  if (char === '"' || char === "'") {
    return skipString(source, at, false);
  }
  const word = skip(WORD, source, at);
  if (word > at) {
    const quoted = /["']/.test(source[word] ?? '');
    const prefix = source.slice(at, word);
    return quoted && PREFIX.test(prefix)
      ? skipString(source, word, /[ft]/i.test(prefix))
      : word;
  }
  return Math.max(skip(OPERATOR, source, at), at + 1);
}

/** The place after what a sticky pattern matches; the place itself where it does not. */
function skip(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : at;
}
