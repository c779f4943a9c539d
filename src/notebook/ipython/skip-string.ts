/**
 * The place after a string whose quote is at `at`. A short string ends with its line at the latest.
 *
 * @param format - Whether `{…}` holds code, which may have strings of its own.
 */
export function skipString(source: string, at: number, format: boolean): number {
  const char = source[at] ?? '';
  const long = char.repeat(3);
  const quote = source.startsWith(long, at) ? long : char;
  let next = at + quote.length;
  while (next < source.length) {
    if (source.startsWith(quote, next)) {
      return next + quote.length;
    }
    const here = source[next];
    if (here === '\n' && quote.length === 1) {
      return next;
    }
    if (here === '\\') {
      next += source.startsWith('\r\n', next + 1) ? 3 : 2;
    } else if (format && here === '{') {
      next = source[next + 1] === '{' ? next + 2 : skipReplacement(source, next, quote);
    } else {
      next += 1;
    }
  }
  return source.length;
}

/** The place after `{…}` in a format string, or where the string ends before that. */
function skipReplacement(source: string, at: number, quote: string): number {
  let depth = 0;
  let next = at;
  while (next < source.length) {
    const here = source[next] ?? '';
    if (here === '\n' && quote.length === 1) {
      return next;
    }
    if ('{[('.includes(here)) {
      depth += 1;
    } else if ('}])'.includes(here)) {
      depth -= 1;
      if (depth === 0) {
        return next + 1;
      }
    } else if (here === '"' || here === "'") {
      const before = /[a-zA-Z]{0,2}$/.exec(source.slice(at, next))?.[0] ?? '';
      next = skipString(source, next, /[ft]/i.test(before));
      continue;
    }
    next += 1;
  }
  return source.length;
}
