import type { ISpan } from '../python/value';
import type { IMagic } from '../python/walk';
import { logicalStarts } from './lines';

/** A cell's source as plain Python of equal length, and what was taken out. */
export interface IPlainPython {
  readonly source: string;
  readonly magics: Map<number, IMagic>;
  /** Spans whose bindings stay inside, as those of `%timeit`. */
  readonly quiet: ISpan[];
  /** The cell magic whose body is no Python, with its whole line; null for Python cells. */
  readonly opaque: {
    readonly name: string;
    readonly line: string;
    readonly body: string;
  } | null;
  /** Names that the cell magic binds: `%%capture out`, `%%bash --out text`. */
  readonly binds: string[];
}

/** Cell magics whose body is Python that runs in the notebook's namespace. */
const PYTHON_CELLS = new Set([
  'time',
  'timeit',
  'capture',
  'prun',
  'memit',
  'mprun',
  'skip'
]);
/** Line magics whose rest is a Python statement. */
const PYTHON_LINES = new Set(['time', 'timeit', 'prun', 'memit', 'mprun', 'lprun']);

const CELL_MAGIC = /^%%(?!%)([\w.]+)([^\n]*)/;
const LINE = /^(\s*)(%%?|!!?|\?\??)(.*)$/;
const HELP = /^\s*[^\s#'"=(]*[\w\])]\?\??\s*;?\s*$/;
const ASSIGNED = /^(\s*[A-Za-z_][\w.[\]'", *()]*?=\s*)([%!])(.+)$/;
const INTERPOLATED = /\$\{?([A-Za-z_]\w*)|\{([^{}]+)\}/g;

/** Turns IPython syntax into plain Python of equal length, line by line, as IPython reads it. */
export function plainPython(source: string): IPlainPython {
  const found: IPlainPython = {
    source,
    magics: new Map(),
    quiet: [],
    opaque: null,
    binds: []
  };
  const lead = /^\s*/.exec(source)?.[0].length ?? 0;
  const cell = CELL_MAGIC.exec(source.slice(lead));
  if (cell) {
    return cellMagic(found, source, lead, cell[1] ?? '', (cell[2] ?? '').trim());
  }
  return { ...found, source: lines(found, source, 0) };
}

function cellMagic(
  found: IPlainPython,
  source: string,
  lead: number,
  name: string,
  line: string
): IPlainPython {
  const end = source.indexOf('\n', lead);
  const start = end < 0 ? source.length : end;
  const body = source.slice(start);
  found.magics.set(lead, {
    name: `%%${name}`,
    line,
    names: mentioned(line),
    from: lead,
    to: start
  });
  const words = line.split(/\s+/);
  if (name === 'capture') {
    found.binds.push(...words.filter(word => /^[A-Za-z_]\w*$/.test(word)).slice(0, 1));
  }
  ['--out', '--err', '--proc', '-o'].forEach(option => {
    const value = words[words.indexOf(option) + 1];
    if (words.includes(option) && value && /^[A-Za-z_]\w*$/.test(value)) {
      found.binds.push(value);
    }
  });
  const first = blank(source.slice(0, lead)) + marker(source.slice(lead, start));
  if (!PYTHON_CELLS.has(name)) {
    return {
      ...found,
      source: first + blank(body),
      opaque: { name, line, body: body.slice(1) }
    };
  }
  if (name === 'timeit') {
    found.quiet.push({ from: 0, to: source.length });
  }
  return { ...found, source: first + lines(found, body, start) };
}

function lines(found: IPlainPython, source: string, offset: number): string {
  let result = source;
  const put = (from: number, text: string): void => {
    result = result.slice(0, from) + text + result.slice(from + text.length);
  };
  for (const { from, to } of logicalStarts(source, isForeign)) {
    const end = magicEnd(source, from, to);
    const line = source.slice(from, end);
    const assigned = isForeign(line) ? null : ASSIGNED.exec(line);
    if (assigned) {
      const at = from + (assigned[1] ?? '').length;
      const text = source.slice(at, end);
      remember(
        found,
        text.startsWith('!') ? '!' : text.slice(1),
        text,
        offset + at,
        offset + end
      );
      put(at, marker(text));
      continue;
    }
    if (!isForeign(line)) {
      continue;
    }
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    const at = from + indent;
    const text = source.slice(at, end);
    const payload = /^%(\w+)((?:\s+-\w+(?:\s+\d+)?)*)\s+/.exec(text);
    if (payload && PYTHON_LINES.has(payload[1] ?? '')) {
      put(at, `0;${' '.repeat(payload[0].length - 2)}`);
      if (payload[1] === 'timeit') {
        found.quiet.push({ from: offset + at, to: offset + end });
      }
      remember(found, payload[1] ?? '', '', offset + at, offset + end);
      continue;
    }
    remember(found, magicName(text), text, offset + at, offset + end);
    put(at, marker(text));
  }
  return result;
}

/** A magic line goes on after a backslash at its end. */
function magicEnd(source: string, from: number, to: number): number {
  let end = to;
  while (isForeign(source.slice(from, to)) && /\\\s*$/.test(source.slice(from, end))) {
    const next = source.indexOf('\n', end + 1);
    if (end >= source.length) {
      break;
    }
    end = next < 0 ? source.length : next;
  }
  return end;
}

function isForeign(line: string): boolean {
  return LINE.test(line) || HELP.test(line) || /^[,;/][A-Za-z_]/.test(line);
}

function magicName(text: string): string {
  if (text.startsWith('%')) {
    return /^%%?(\w+)/.exec(text)?.[1] ?? '%';
  }
  return text.startsWith('!') ? '!' : '?';
}

function remember(
  found: IPlainPython,
  name: string,
  text: string,
  from: number,
  to: number
): void {
  const short = name === '!' || name === '?' ? name : (/^\w+/.exec(name)?.[0] ?? name);
  const line = text.replace(/^(%%?\w*|!!?|\?\??)/, '').trim();
  found.magics.set(from, {
    name: short,
    line,
    names: short === '?' ? helpName(text) : mentioned(line),
    from,
    to
  });
}

function helpName(text: string): string[] {
  const name = /[A-Za-z_]\w*/.exec(text)?.[0];
  return name ? [name] : [];
}

/** Names that `$name` and `{expression}` mention; IPython fills them in from the notebook. */
function mentioned(line: string): string[] {
  const names = new Set<string>();
  for (const match of line.matchAll(INTERPOLATED)) {
    if (match[1]) {
      names.add(match[1]);
    }
    (match[2]?.match(/(?<![.\w])[A-Za-z_]\w*/g) ?? []).forEach(name => names.add(name));
  }
  return [...names];
}

/** A number and blanks: a statement and an expression, at the same place and of the same length. */
function marker(text: string): string {
  return text === '' ? '' : `0${blank(text.slice(1))}`;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
