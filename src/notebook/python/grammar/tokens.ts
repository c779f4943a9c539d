import { ExternalTokenizer } from '@lezer/lr';
import type { InputStream } from '@lezer/lr';

import {
  BACKSLASH,
  CARRIAGE_RETURN,
  COLON,
  EQUALS,
  FORM_FEED,
  HASH,
  NEWLINE,
  REMOVED,
  SPACE,
  TAB,
  isLineBreak
} from './characters';
import type { Context } from './context';
import { IN_BRACKETS, IN_STRING, indented } from './context';
import * as terms from './parser.terms';

export const newlines = new ExternalTokenizer(
  (input, stack) => {
    const { flags } = stack.context as Context;
    const before = input.peek(-1);
    if (input.next < 0) {
      input.acceptToken(terms.eof);
    } else if (flags & IN_BRACKETS) {
      if (isLineBreak(input.next)) {
        input.acceptToken(terms.newlineBracketed, 1);
      }
    } else if (
      (before < 0 || isLineBreak(before)) &&
      stack.canShift(terms.blankLineStart) &&
      // A backslash before a blank line: the line that it goes on with ends at once
      !(isContinued(input) && stack.canShift(terms.newline))
    ) {
      const { chars } = skipIndentation(input);
      if (isBlank(input.next)) {
        input.acceptToken(terms.blankLineStart, -chars);
      }
    } else if (isLineBreak(input.next)) {
      input.acceptToken(terms.newline, 1);
    }
  },
  { contextual: true }
);

export const indentation = new ExternalTokenizer((input, stack) => {
  const { flags, indent } = stack.context as Context;
  if (flags || !isLineBreak(input.peek(-1))) {
    return;
  }
  const { depth, chars } = skipIndentation(input);
  if (isBlank(input.next)) {
    return;
  }
  if (depth < indent) {
    input.acceptToken(terms.dedent, -chars);
  } else if (depth > indent) {
    input.acceptToken(terms.indent);
  }
});

/** `:=`; in a format string a colon outside of brackets begins a format: `f"{x:=10}"`. */
export const assignments = new ExternalTokenizer((input, stack) => {
  const { parent } = stack.context as Context;
  const formats = parent !== null && (parent.flags & IN_STRING) !== 0;
  if (!formats && input.next === COLON && input.peek(1) === EQUALS) {
    input.acceptToken(terms.walrus, 2);
  }
});

function isContinued(input: InputStream): boolean {
  const long = input.peek(-1) === NEWLINE && input.peek(-2) === CARRIAGE_RETURN;
  return input.peek(long ? -3 : -2) === BACKSLASH;
}

function skipIndentation(input: InputStream): { depth: number; chars: number } {
  let depth = 0;
  let chars = 0;
  while (
    input.next === SPACE ||
    input.next === TAB ||
    input.next === FORM_FEED ||
    input.next === REMOVED
  ) {
    depth = indented(depth, input.next);
    chars += 1;
    input.advance();
  }
  return { depth, chars };
}

/** True where a line holds no code. */
function isBlank(next: number): boolean {
  return next < 0 || isLineBreak(next) || next === HASH;
}
