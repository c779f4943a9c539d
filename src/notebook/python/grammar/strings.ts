import { ExternalTokenizer } from '@lezer/lr';
import type { InputStream } from '@lezer/lr';

import {
  BACKSLASH,
  BRACE_CLOSE,
  BRACE_OPEN,
  CARRIAGE_RETURN,
  DOUBLE_QUOTE,
  LETTER_N,
  NEWLINE,
  SINGLE_QUOTE,
  isLineBreak
} from './characters';
import { DOUBLE_QUOTED, FORMAT, IN_STRING, LONG, RAW } from './context';
import type { Context } from './context';
import * as terms from './parser.terms';

/** The parts of a string: its text, escapes, where replacements begin, and its end. */
export const strings = new ExternalTokenizer((input, stack) => {
  const { flags } = stack.context as Context;
  const format = (flags & FORMAT) !== 0;
  const raw = (flags & RAW) !== 0;
  const start = input.pos;
  const alone = (term: number, length: number): void => {
    if (input.pos === start) {
      input.acceptToken(term, length);
    } else {
      input.acceptToken(terms.stringText);
    }
  };
  for (;;) {
    const { next } = input;
    if (next < 0 || (isLineBreak(next) && !(flags & LONG))) {
      return alone(terms.Unclosed, 0);
    }
    if (endsString(input, flags)) {
      return alone(terms.closingQuote, flags & LONG ? 3 : 1);
    }
    if (format && (next === BRACE_OPEN || next === BRACE_CLOSE)) {
      if (input.peek(1) !== next) {
        return alone(next === BRACE_OPEN ? terms.replacementStart : terms.LoneBrace, 1);
      }
      input.advance(2);
    } else if (next === BACKSLASH && !raw) {
      if (input.pos > start) {
        return input.acceptToken(terms.stringText);
      }
      skipEscape(input, format);
      return input.acceptToken(terms.Escape);
    } else if (next === BACKSLASH && input.peek(1) >= 0) {
      // Raw strings do not end at a quote after a backslash
      skipEscape(input, format);
    } else {
      input.advance();
    }
  }
});

/** The text of a format specification: `>10` in `f"{x:>10}"`. */
export const specs = new ExternalTokenizer((input, stack) => {
  let context: Context | null = stack.context as Context;
  while (context && !(context.flags & IN_STRING)) {
    context = context.parent;
  }
  const flags = context?.flags ?? 0;
  const start = input.pos;
  while (
    input.next >= 0 &&
    input.next !== BRACE_OPEN &&
    input.next !== BRACE_CLOSE &&
    !(isLineBreak(input.next) && !(flags & LONG)) &&
    !endsString(input, flags)
  ) {
    if (input.next === BACKSLASH) {
      skipEscape(input, true);
    } else {
      input.advance();
    }
  }
  if (input.pos > start) {
    input.acceptToken(terms.formatStringSpecChars);
  }
});

function endsString(input: InputStream, flags: number): boolean {
  const quote = flags & DOUBLE_QUOTED ? DOUBLE_QUOTE : SINGLE_QUOTE;
  return (
    input.next === quote &&
    (!(flags & LONG) || (input.peek(1) === quote && input.peek(2) === quote))
  );
}

/** A backslash and what it makes another character; a brace begins a replacement all the same. */
function skipEscape(input: InputStream, format: boolean): void {
  const escaped = input.advance();
  if (escaped < 0 || (format && (escaped === BRACE_OPEN || escaped === BRACE_CLOSE))) {
    return;
  }
  const next = input.advance();
  if (format && escaped === LETTER_N && next === BRACE_OPEN) {
    skipName(input);
  }
  if (escaped === CARRIAGE_RETURN && next === NEWLINE) {
    input.advance();
  }
}

/** The name of a character: `{DASH}`. */
function skipName(input: InputStream): void {
  while (
    input.next >= 0 &&
    input.next !== BRACE_CLOSE &&
    input.next !== SINGLE_QUOTE &&
    input.next !== DOUBLE_QUOTE &&
    !isLineBreak(input.next)
  ) {
    input.advance();
  }
  if (input.next === BRACE_CLOSE) {
    input.advance();
  }
}
