import { ExternalTokenizer } from '@lezer/lr';
import type { InputStream, Stack } from '@lezer/lr';

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
import type { Enclosure } from './enclosure';
import { columnAt } from './enclosure';
import * as terms from './parser.terms';

const INDENTATION: ReadonlySet<number> = new Set([SPACE, TAB, FORM_FEED, REMOVED]);

/** The ends of lines and of the cell. */
export const newlines = new ExternalTokenizer(
  (input, stack) => {
    const { kind } = stack.context as Enclosure;
    const brackets = kind === 'brackets';
    if (input.next < 0) {
      input.acceptToken(terms.eof);
    } else if (!brackets && beginsBlankLine(input, stack)) {
      input.acceptToken(terms.blankLineStart);
    } else if (isLineBreak(input.next)) {
      input.acceptToken(brackets ? terms.newlineBracketed : terms.newline, 1);
    }
  },
  { contextual: true }
);

/** Where lines go to another column than those of their block. */
export const indentation = new ExternalTokenizer((input, stack) => {
  const { kind } = stack.context as Enclosure;
  if (typeof kind !== 'number' || !isLineBreak(input.peek(-1))) {
    return;
  }
  const length = indentationLength(input);
  if (isBlank(input.peek(length))) {
    return;
  }
  const column = columnAt(input, length);
  if (column > kind) {
    input.acceptToken(terms.indent, length);
  } else if (column < kind) {
    input.acceptToken(terms.dedent);
  }
});

/** `:=`; in a format string a colon outside of brackets begins a format: `f"{x:=10}"`. */
export const assignments = new ExternalTokenizer((input, stack) => {
  const { outer } = stack.context as Enclosure;
  const formats = typeof outer?.kind === 'object';
  if (!formats && input.next === COLON && input.peek(1) === EQUALS) {
    input.acceptToken(terms.walrus, 2);
  }
});

function beginsBlankLine(input: InputStream, stack: Stack): boolean {
  const before = input.peek(-1);
  return (
    (before < 0 || isLineBreak(before)) &&
    stack.canShift(terms.blankLineStart) &&
    // A backslash before a blank line: the line that it goes on with ends at once
    !(isContinued(input) && stack.canShift(terms.newline)) &&
    isBlank(input.peek(indentationLength(input)))
  );
}

function isContinued(input: InputStream): boolean {
  const long = input.peek(-1) === NEWLINE && input.peek(-2) === CARRIAGE_RETURN;
  return input.peek(long ? -3 : -2) === BACKSLASH;
}

function indentationLength(input: InputStream): number {
  let length = 0;
  while (INDENTATION.has(input.peek(length))) {
    length += 1;
  }
  return length;
}

/** True where a line holds no code. */
function isBlank(next: number): boolean {
  return next < 0 || isLineBreak(next) || next === HASH;
}
