/** A logical line of Python begins here: not inside a string, a bracket or a continued line. */
export interface ILogicalStart {
  readonly from: number;
  /** End of the physical line, without its line break. */
  readonly to: number;
}

/**
 * The physical lines of a source at which a new logical line begins. Only there IPython's own
 * syntax counts: `% b` inside a bracket is a modulo, and `!rm` inside a string is text.
 *
 * @param foreign - Says whether a line is IPython's own: its quotes and brackets are not Python's.
 */
export function logicalStarts(
  source: string,
  foreign: (line: string) => boolean
): ILogicalStart[] {
  const starts: ILogicalStart[] = [];
  let depth = 0;
  let quote = '';
  let continued = false;
  let at = 0;
  while (at <= source.length) {
    const end = source.indexOf('\n', at);
    const to = end < 0 ? source.length : end;
    const line = source.slice(at, to);
    let skip = false;
    if (depth === 0 && quote === '' && !continued) {
      starts.push({ from: at, to });
      skip = foreign(line);
    }
    if (skip) {
      continued = /\\\s*$/.test(line);
    } else {
      ({ depth, quote } = scanLine(line, depth, quote));
      continued = quote === '' && /\\$/.test(line.trimEnd()) && !/^\s*#/.test(line);
    }
    at = to + 1;
  }
  return starts;
}

/** Carries bracket depth and an open long string over one line. */
function scanLine(
  line: string,
  depth: number,
  quote: string
): { depth: number; quote: string } {
  let at = 0;
  while (at < line.length) {
    const char = line.charAt(at);
    if (quote) {
      if (char === '\\') {
        at += 2;
      } else if (line.startsWith(quote, at)) {
        at += quote.length;
        quote = '';
      } else {
        at += 1;
      }
      continue;
    }
    if (char === '#') {
      break;
    }
    if (char === '"' || char === "'") {
      const long = char.repeat(3);
      quote = line.startsWith(long, at) ? long : char;
      at += quote.length;
      continue;
    }
    if ('([{'.includes(char)) {
      depth += 1;
    } else if (')]}'.includes(char)) {
      depth = Math.max(0, depth - 1);
    }
    at += 1;
  }
  // A short string ends with its line, unless a backslash continues it
  const open = quote.length === 3 || /\\$/.test(line) ? quote : '';
  return { depth, quote: open };
}
