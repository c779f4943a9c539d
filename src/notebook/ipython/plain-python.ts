import { MAGIC, REMOVED } from '../python/grammar/characters';
import { parsePython, ERROR } from '../python/tree';
import type { IPythonNode } from '../python/tree';
import type { ISpan } from '../python/value';
import { withoutPrompts } from './cleanup';
import {
  AUTOMATIC,
  AUTOMATIC_NAMES,
  PYTHON_CELLS,
  PYTHON_LINES,
  SELF_CONTAINED_CELLS
} from './known-magics';
import { logicalLines } from './lines';
import { lineMagic, mentioned, outputs, words } from './magic';
import type { IMagic } from './magic';
import { readOptions } from './options';

/** A cell's source as plain Python of equal length, and what was taken out. */
export interface IPlainPython {
  readonly source: string;
  /** By the place where each begins; a character of its own stands there. */
  readonly magics: ReadonlyMap<number, IMagic>;
  /** Spans whose bindings stay inside, as those of `%timeit`. */
  readonly quiet: readonly ISpan[];
  /** The cell magic whose body is no Python, with its whole line; null for Python cells. */
  readonly opaque: {
    readonly name: string;
    readonly line: string;
    readonly body: string;
  } | null;
  /** Names that the cell magic binds: `%%capture out`, `%%bash --out text`. */
  readonly binds: readonly string[];
}

const CELL_MAGIC = /^%%(?!\w+\?)(\S*)([^\n]*)/;
const ONE_LINE = /^\s*\uE001*[ \t]*([\w]+)(?![\w.*])[ \t]*([^\n]*)\n?$/;

/** Turns IPython syntax into plain Python of equal length, as IPython reads it. */
export function plainPython(source: string): IPlainPython {
  const cell = new Cell(source.replace(/[\uE000\uE001]/g, '\uE002'));
  cell.read(0);
  return { ...cell, source: cell.plain() };
}

class Cell {
  readonly magics = new Map<number, IMagic>();
  readonly quiet: ISpan[] = [];
  opaque: IPlainPython['opaque'] = null;
  readonly binds: string[] = [];

  constructor(source: string) {
    this._source = source;
  }

  /** Reads what begins at a place as a cell: a cell magic, or lines. */
  read(begin: number): void {
    const rest = withoutPrompts(this._source.slice(begin));
    this._source = this._source.slice(0, begin) + rest;
    const lead = begin + (/^[\s\uE001]*/.exec(rest)?.[0].length ?? 0);
    const header = CELL_MAGIC.exec(this._source.slice(lead));
    if (header) {
      this._cellMagic(lead, header[1] ?? '', (header[2] ?? '').trim());
    } else if (!this._automatic(begin)) {
      this._lines(begin, this._source.length);
    }
  }

  /** The source, with a character of its own where each magic begins. */
  plain(): string {
    let result = '';
    let at = 0;
    for (const [from, text] of [...this._edits].sort(([one], [other]) => one - other)) {
      result += this._source.slice(at, from) + text;
      at = from + text.length;
    }
    return result + this._source.slice(at);
  }

  private _cellMagic(lead: number, name: string, line: string): void {
    const source = this._source;
    const end = source.indexOf('\n', lead);
    const to = end < 0 ? source.length : end;
    const body = source.slice(to + 1);
    const python = PYTHON_CELLS.has(name);
    const spec = PYTHON_LINES.get(name);
    const start = lead + 2 + name.length;
    const code =
      python && spec !== undefined
        ? { from: start + readOptions(source.slice(start, to), spec).end, to }
        : null;
    const looksUp = !python && !SELF_CONTAINED_CELLS.test(name);
    this._put({
      name: `%%${name}`,
      line,
      names: looksUp ? words(`${line}\n${body}`) : mentioned(line),
      binds: [],
      code,
      lenient: true,
      call: null,
      from: lead,
      to
    });
    this.binds.push(...outputs(line));
    if (name === 'capture') {
      this.binds.push(
        ...line
          .split(/\s+/)
          .filter(word => /^[A-Za-z_]\w*$/.test(word))
          .slice(0, 1)
      );
    }
    if (name === 'timeit') {
      this.quiet.push({ from: lead, to: source.length });
    }
    if (python) {
      this.read(Math.min(to + 1, source.length));
    } else {
      this.opaque = { name, line, body };
      this._edits.set(to, source.slice(to).replace(/[^\n]/g, ' '));
    }
  }

  private _lines(begin: number, end: number): void {
    for (const { to, kind, at } of logicalLines(this._source, begin, end)) {
      if (kind !== 'python') {
        this._magic(at, to, kind === 'help' ? 'help' : 'line');
      }
    }
  }

  private _magic(from: number, to: number, kind: 'help' | 'line'): void {
    const text = this._source.slice(from, to);
    // A magic goes on after a backslash, and a name after a bracket that spans lines
    for (const { index, 0: joint } of text.matchAll(/\\?\r?\n/g)) {
      this._edits.set(from + index, String.fromCharCode(REMOVED).repeat(joint.length));
    }
    const magic = lineMagic(
      text.replace(/\\\r?\n/g, joint => ' '.repeat(joint.length)),
      from,
      kind
    );
    this._put(magic);
    if (magic.name === 'timeit') {
      this.quiet.push({ from, to });
    }
    if (magic.code) {
      this._lines(magic.code.from, to);
    }
  }

  /** `pip install x` as the one line of a cell: IPython adds the `%`. */
  private _automatic(begin: number): boolean {
    const text = this._source.slice(begin);
    const [, name = '', rest = ''] = ONE_LINE.exec(text) ?? [];
    if (!AUTOMATIC.has(name) || /^[=,]/.test(rest)) {
      return false;
    }
    const valid = !hasError(parsePython(text));
    if (valid && (!AUTOMATIC_NAMES.test(name) || /^[([.]/.test(rest))) {
      return false;
    }
    const from = begin + text.indexOf(name);
    const to = begin + text.trimEnd().length;
    const magic = lineMagic(`%${this._source.slice(from, to)}`, from - 1, 'line');
    const names = valid ? words(text) : magic.names;
    this._put({ ...magic, names, from, to });
    if (magic.code) {
      this._lines(magic.code.from, to);
    }
    return true;
  }

  private _put(magic: IMagic): void {
    this.magics.set(magic.from, magic);
    this._edits.set(magic.from, String.fromCharCode(MAGIC));
  }

  private _source: string;
  private readonly _edits = new Map<number, string>();
}

function hasError(node: IPythonNode): boolean {
  return node.name === ERROR || node.children.some(hasError);
}
