import type { ISpan } from '../python/value';
import {
  AS_WRITTEN,
  NAMING_MAGICS,
  PYTHON_LINES,
  SETTING_MAGICS,
  SHELL_MAGICS,
  SHOWING_MAGICS
} from './known-magics';
import { readOptions } from './options';

/** A piece of IPython syntax that was taken out of the source. */
export interface IMagic extends ISpan {
  /** Its name; `!` for commands, `?` for help, `%%name` for cell magics, `/` for automatic calls. */
  readonly name: string;
  readonly line: string;
  /** Names that it mentions; read where they are bound. */
  readonly names: readonly string[];
  /** Names that it binds. */
  readonly binds: readonly string[];
  /** Python in its line that it runs. */
  readonly code: ISpan | null;
  /** True where code that is no Python is no error for certain. */
  readonly lenient: boolean;
  /** A function that it calls, with names as arguments: `/f a b`. */
  readonly call: { readonly callee: string; readonly args: readonly string[] } | null;
}

const NAME = /^[A-Za-z_]\w*$/;
const WORDS = /(?<![.\w])[A-Za-z_]\w*/g;
const INTERPOLATED = /\$\{?([A-Za-z_]\w*)|\{([^{}]+)\}/g;

/** Reads `%name line`, `!command`, `name?` and `/f a`, from its first to its last character. */
export function lineMagic(text: string, from: number, kind: 'help' | 'line'): IMagic {
  const plain = { ...NOTHING, from, to: from + text.length };
  if (kind === 'help' || text.startsWith('?')) {
    return {
      ...plain,
      name: '?',
      line: text,
      names: text.match(WORDS)?.slice(0, 1) ?? []
    };
  }
  if (text.startsWith('!')) {
    const line = text.replace(/^!!?/, '').trim();
    return { ...plain, name: '!', line, names: mentioned(line) };
  }
  if (/^[,;/]/.test(text)) {
    return automaticCall(text, plain);
  }
  const [head = '', sign = '', name = ''] = /^(%*)([^\s%(]*)/.exec(text) ?? [];
  return magic(name || sign || '%', text.slice(head.length), from + head.length, plain);
}

const NOTHING = { names: [], binds: [], code: null, lenient: false, call: null };

function magic(
  name: string,
  rest: string,
  at: number,
  plain: Omit<IMagic, 'name' | 'line'>
): IMagic {
  const line = rest.trim();
  const spec = PYTHON_LINES.get(name);
  if (spec !== undefined) {
    const { end, values } = readOptions(rest, spec);
    return {
      ...plain,
      name,
      line: '',
      names: [...functionsOf(values), ...(AS_WRITTEN.has(name) ? [] : mentioned(line))],
      code: { from: at + end, to: plain.to },
      lenient: !AS_WRITTEN.has(name)
    };
  }
  const known = [SETTING_MAGICS, SHOWING_MAGICS, SHELL_MAGICS, NAMING_MAGICS].some(
    pattern => pattern.test(name)
  );
  return {
    ...plain,
    name,
    line,
    names:
      known && !/^(pinfo|psource|pdoc|pfile|pdef|load|edit)/.test(name)
        ? mentioned(line)
        : words(line),
    binds: bound(name, line)
  };
}

/** Names of functions that are profiled: `-f name`. */
function functionsOf(values: readonly (readonly [string, string])[]): string[] {
  return values.flatMap(([letter, value]) => (letter === 'f' ? words(value) : []));
}

/** Names that a line magic binds. */
function bound(name: string, line: string): string[] {
  const parts = line.split(/\s+/);
  switch (name) {
    case 'macro':
      return parts.filter(part => NAME.test(part)).slice(0, 1);
    case 'store':
      return parts.includes('-r') ? parts.filter(part => NAME.test(part)) : [];
    case 'sc':
      return /^(?:-\w+\s+)*([A-Za-z_]\w*)\s*=/.exec(line)?.slice(1) ?? [];
    default:
      return outputs(line);
  }
}

/** Names that the line of a magic gives for what comes out: `name <<`, `--out name`, `-o a,b`. */
export function outputs(line: string): string[] {
  const found = /(?:^|\s)([A-Za-z_]\w*)\s*=?\s*<</.exec(line)?.slice(1) ?? [];
  for (const match of line.matchAll(
    /(?:^|\s)(?:--out(?:put)?|--err(?:or)?|--proc|-o)[\s=]+(\S+)/g
  )) {
    found.push(...(match[1] ?? '').split(','));
  }
  return found.filter(name => NAME.test(name));
}

/** `,f a b` and `;f a b` give words as strings, `/f a b` gives names. */
function automaticCall(text: string, plain: Omit<IMagic, 'name' | 'line'>): IMagic {
  const [callee = '', ...args] = text.slice(1).split(/\s+/);
  const line = text.slice(1);
  const given = text.startsWith('/') ? args : [];
  return {
    ...plain,
    name: '/',
    line,
    names: [callee, ...given].flatMap(words),
    call: { callee, args: given }
  };
}

/** Names that `$name` and `{expression}` mention; IPython fills them in from the notebook. */
export function mentioned(line: string): string[] {
  const names = new Set<string>();
  for (const match of line.matchAll(INTERPOLATED)) {
    if (match[1]) {
      names.add(match[1]);
    }
    words(match[2] ?? '').forEach(name => names.add(name));
  }
  return [...names];
}

/** All that may be a name. */
export function words(text: string): string[] {
  return [...new Set(text.match(WORDS) ?? [])];
}
