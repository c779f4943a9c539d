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
import type { Enclosure, IStringForm } from './enclosure';
import * as terms from './parser.terms';

/** One part of a string: a piece of text, an escape, where a replacement begins, or its end. */
export const strings = new ExternalTokenizer((input, stack) => {
  const { string } = stack.context as Enclosure;
  if (!string) {
    return;
  }
  const start = input.pos;
  while (isText(input, string)) {
    advanceText(input, string);
  }
  if (input.pos > start) {
    input.acceptToken(terms.stringText);
  } else if (isCut(input, string)) {
    input.acceptToken(terms.Unclosed);
  } else if (isClosing(input, string)) {
    input.acceptToken(terms.closingQuote, string.long ? 3 : 1);
  } else if (input.next === BACKSLASH) {
    skipEscape(input, string.format);
    input.acceptToken(terms.Escape);
  } else {
    input.acceptToken(
      input.next === BRACE_OPEN ? terms.replacementStart : terms.LoneBrace,
      1
    );
  }
});

/** The text of a format specification: `>10` in `f"{x:>10}"`. */
export const specs = new ExternalTokenizer((input, stack) => {
  const { string } = stack.context as Enclosure;
  const start = input.pos;
  while (string && !isBrace(input.next) && !isEnd(input, string)) {
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

function isText(input: InputStream, string: IStringForm): boolean {
  const { next } = input;
  const special =
    (next === BACKSLASH && !string.raw) ||
    (string.format && isBrace(next) && input.peek(1) !== next);
  return !special && !isEnd(input, string);
}

function advanceText(input: InputStream, { format }: IStringForm): void {
  if (input.next === BACKSLASH) {
    // Raw strings do not end at a quote after a backslash
    skipEscape(input, format);
  } else {
    // In a format string two braces stand for one
    input.advance(format && isBrace(input.next) ? 2 : 1);
  }
}

function isEnd(input: InputStream, string: IStringForm): boolean {
  return isCut(input, string) || isClosing(input, string);
}

/** True where the cell ends in the string, or the line where it may not. */
function isCut({ next }: InputStream, { long }: IStringForm): boolean {
  return next < 0 || (isLineBreak(next) && !long);
}

function isClosing(input: InputStream, { quote, long }: IStringForm): boolean {
  const quotes = long ? [0, 1, 2] : [0];
  return quotes.every(at => input.peek(at) === quote);
}

function isBrace(char: number): boolean {
  return char === BRACE_OPEN || char === BRACE_CLOSE;
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
