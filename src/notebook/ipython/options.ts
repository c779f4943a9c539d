/** What stands before the code in the line of a magic: `-n 10 -r 3` in `%timeit -n 10 -r 3 f()`. */
export interface IOptions {
  /** Where the code begins. */
  readonly end: number;
  /** The values of options that take one, by letter. */
  readonly values: readonly (readonly [string, string])[];
}

const WORD = /\s*(?:"[^"]*"|'[^']*'|\S+)/y;

/**
 * Reads options as `getopt` does; what is no option of the magic is code.
 *
 * @param spec - The letters, those that take a value followed by a colon.
 */
export function readOptions(line: string, spec: string): IOptions {
  const values: [string, string][] = [];
  let end = 0;
  for (;;) {
    const [word, after] = wordAt(line, end);
    if (word === '--') {
      return { end: after, values };
    }
    if (/^--[\w-]+$/.test(word)) {
      end = after;
      continue;
    }
    const read = /^-\w/.test(word) ? letters(word.slice(1), spec) : null;
    if (!read) {
      return { end, values };
    }
    end = after;
    if (read.open !== null) {
      const [value, next] = read.rest === '' ? wordAt(line, after) : [read.rest, after];
      values.push([read.open, value]);
      end = next;
    }
  }
}

/** The letters of one word: flags, and at last an option with its value; null for other words. */
function letters(
  word: string,
  spec: string
): { open: string | null; rest: string } | null {
  for (let at = 0; at < word.length; at += 1) {
    const letter = word.charAt(at);
    const place = letter === ':' ? -1 : spec.indexOf(letter);
    if (place < 0) {
      return null;
    }
    if (spec[place + 1] === ':') {
      return { open: letter, rest: word.slice(at + 1) };
    }
  }
  return { open: null, rest: '' };
}

function wordAt(line: string, at: number): [string, number] {
  WORD.lastIndex = at;
  const found = WORD.exec(line)?.[0];
  return found === undefined ? ['', at] : [found.trim(), at + found.length];
}
