import { ContextTracker } from '@lezer/lr';
import type { InputStream } from '@lezer/lr';

import { DOUBLE_QUOTE, FORM_FEED, REMOVED, SINGLE_QUOTE, TAB } from './characters';
import * as terms from './parser.terms';

/** How a string is written: `rf"""` is raw, a format string, long, in double quotes. */
export interface IStringForm {
  readonly quote: number;
  readonly long: boolean;
  readonly raw: boolean;
  readonly format: boolean;
}

/** The lines of a block, which begin at a column; brackets, in which lines do not count; a string. */
export type Kind = number | 'brackets' | IStringForm;

/** What a place is in, and what that is in. */
export class Enclosure {
  constructor(
    readonly kind: Kind,
    readonly outer: Enclosure | null
  ) {
    this.hash = (Math.imul(outer?.hash ?? 7, 31) + numberOf(kind)) | 0;
  }

  /** The string that a place is in: its text, or what stands in its braces. */
  get string(): IStringForm | null {
    return typeof this.kind === 'object' ? this.kind : (this.outer?.string ?? null);
  }

  /** Of equal enclosures equal, as the parser needs it. */
  readonly hash: number;
}

function numberOf(kind: Kind): number {
  if (typeof kind === 'number') {
    return 32 + kind;
  }
  return kind === 'brackets' ? 1 : 2 + letterOf(kind);
}

function letterOf({ quote, long, raw, format }: IStringForm): number {
  return [quote === DOUBLE_QUOTE, long, raw, format].reduce(
    (bits, is) => 2 * bits + Number(is),
    0
  );
}

/** The terms that begin a string say in their names how it is written: `stringStartFRLD`. */
const STRINGS = new Map<number, IStringForm>(
  Object.entries(terms).flatMap(([name, term]) => {
    const form = /^stringStart(?<format>F?)(?<raw>R?)(?<long>L?)(?<double>D?)$/.exec(
      name
    )?.groups;
    return form
      ? [
          [
            term,
            {
              quote: form.double ? DOUBLE_QUOTE : SINGLE_QUOTE,
              long: form.long !== '',
              raw: form.raw !== '',
              format: form.format !== ''
            }
          ]
        ]
      : [];
  })
);

const OPENING: ReadonlySet<number> = new Set([
  terms.BraceL,
  terms.BracketL,
  terms.ParenL,
  terms.replacementStart
]);

/** What is complete with its closing bracket. */
const IN_BRACKETS: ReadonlySet<number> = new Set([
  // Calls, definitions, imports
  terms.ArgList,
  terms.ParamList,
  terms.TypeParamList,
  terms.importList,
  terms.withItems,
  terms.subscript,
  // Displays and comprehensions
  terms.ArrayComprehensionExpression,
  terms.ArrayExpression,
  terms.ComprehensionExpression,
  terms.DictionaryComprehensionExpression,
  terms.DictionaryExpression,
  terms.ParenthesizedExpression,
  terms.SetComprehensionExpression,
  terms.SetExpression,
  terms.TupleExpression,
  // Patterns
  terms.MappingPattern,
  terms.PatternArgList,
  terms.SequencePattern,
  // Format strings
  terms.FormatReplacement,
  terms.FormatString,
  terms.nestedFormatReplacement
]);

const WHOLE_STRINGS: ReadonlySet<number> = new Set([terms.FormatString, terms.String]);

function isCompletedBy(kind: Kind, term: number): boolean {
  switch (typeof kind) {
    case 'number':
      return false;
    case 'object':
      return WHOLE_STRINGS.has(term);
    default:
      return IN_BRACKETS.has(term);
  }
}

/** Follows what is open while the parser reads on. */
export const enclosures = new ContextTracker<Enclosure>({
  start: new Enclosure(0, null),
  hash: ({ hash }) => hash,
  shift(enclosure, term, stack, input) {
    const form = STRINGS.get(term);
    if (form) {
      return new Enclosure(form, enclosure);
    }
    if (OPENING.has(term)) {
      return new Enclosure('brackets', enclosure);
    }
    switch (term) {
      case terms.indent:
        return new Enclosure(columnAt(input, stack.pos - input.pos), enclosure);
      case terms.dedent:
        return enclosure.outer ?? enclosure;
      default:
        return enclosure;
    }
  },
  reduce(enclosure, term) {
    return enclosure.outer && isCompletedBy(enclosure.kind, term)
      ? enclosure.outer
      : enclosure;
  }
});

/** The column after so many more characters of indentation. */
export function columnAt(input: InputStream, length: number): number {
  let column = 0;
  for (let at = 0; at < length; at += 1) {
    switch (input.peek(at)) {
      case TAB:
        column = 8 * (Math.floor(column / 8) + 1);
        break;
      case FORM_FEED:
        column = 0;
        break;
      case REMOVED:
        break;
      default:
        column += 1;
    }
  }
  return column;
}
