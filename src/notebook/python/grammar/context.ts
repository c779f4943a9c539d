import { ContextTracker } from '@lezer/lr';
import type { InputStream } from '@lezer/lr';

import { FORM_FEED, REMOVED, TAB } from './characters';
import * as terms from './parser.terms';

/** What a {@link Context} is about. */
export const IN_BRACKETS = 1;
export const IN_STRING = 2;
export const DOUBLE_QUOTED = 4;
export const LONG = 8;
export const RAW = 16;
export const FORMAT = 32;

const BRACKETED = new Set([
  terms.ParenthesizedExpression,
  terms.TupleExpression,
  terms.ComprehensionExpression,
  terms.importList,
  terms.withItems,
  terms.ArgList,
  terms.ParamList,
  terms.ArrayExpression,
  terms.ArrayComprehensionExpression,
  terms.subscript,
  terms.SetExpression,
  terms.SetComprehensionExpression,
  terms.FormatString,
  terms.FormatReplacement,
  terms.nestedFormatReplacement,
  terms.DictionaryExpression,
  terms.DictionaryComprehensionExpression,
  terms.SequencePattern,
  terms.MappingPattern,
  terms.PatternArgList,
  terms.TypeParamList
]);

const STRING_FLAGS = new Map([
  [terms.stringStart, 0],
  [terms.stringStartD, DOUBLE_QUOTED],
  [terms.stringStartL, LONG],
  [terms.stringStartLD, LONG | DOUBLE_QUOTED],
  [terms.stringStartR, RAW],
  [terms.stringStartRD, RAW | DOUBLE_QUOTED],
  [terms.stringStartRL, RAW | LONG],
  [terms.stringStartRLD, RAW | LONG | DOUBLE_QUOTED],
  [terms.stringStartF, FORMAT],
  [terms.stringStartFD, FORMAT | DOUBLE_QUOTED],
  [terms.stringStartFL, FORMAT | LONG],
  [terms.stringStartFLD, FORMAT | LONG | DOUBLE_QUOTED],
  [terms.stringStartFR, FORMAT | RAW],
  [terms.stringStartFRD, FORMAT | RAW | DOUBLE_QUOTED],
  [terms.stringStartFRL, FORMAT | RAW | LONG],
  [terms.stringStartFRLD, FORMAT | RAW | LONG | DOUBLE_QUOTED]
]);

const OPENING = new Set([
  terms.ParenL,
  terms.BracketL,
  terms.BraceL,
  terms.replacementStart
]);

/** The blocks, brackets and strings around a place. */
export class Context {
  readonly parent: Context | null;
  readonly indent: number;
  readonly flags: number;
  readonly hash: number;

  constructor(parent: Context | null, indent: number, flags: number) {
    this.parent = parent;
    this.indent = indent;
    this.flags = flags;
    const above = parent ? (parent.hash + parent.hash) << 8 : 0;
    this.hash = above + indent + (indent << 4) + flags + (flags << 6);
  }
}

export const trackIndent = new ContextTracker<Context>({
  start: new Context(null, 0, 0),
  reduce(context, term) {
    const ends =
      (context.flags & IN_BRACKETS && BRACKETED.has(term)) ||
      (context.flags & IN_STRING &&
        (term === terms.String || term === terms.FormatString));
    return ends && context.parent ? context.parent : context;
  },
  shift(context, term, stack, input) {
    if (term === terms.indent) {
      return new Context(context, width(input, stack.pos - input.pos), 0);
    }
    if (term === terms.dedent) {
      return context.parent ?? context;
    }
    if (OPENING.has(term)) {
      return new Context(context, 0, IN_BRACKETS);
    }
    const flags = STRING_FLAGS.get(term);
    return flags === undefined
      ? context
      : new Context(context, 0, flags | IN_STRING | (context.flags & IN_BRACKETS));
  },
  hash: context => context.hash
});

/** The column after one more character of indentation. */
export function indented(depth: number, char: number): number {
  switch (char) {
    case TAB:
      return depth + 8 - (depth % 8);
    case FORM_FEED:
      return 0;
    case REMOVED:
      return depth;
    default:
      return depth + 1;
  }
}

function width(input: InputStream, length: number): number {
  let depth = 0;
  for (let at = 0; at < length; at += 1) {
    depth = indented(depth, input.peek(at));
  }
  return depth;
}
