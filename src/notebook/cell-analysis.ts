import { interpreterUse } from './ipython/interpreter-use';
import type { IInterpreterUse } from './ipython/interpreter-use';
import { plainPython } from './ipython/plain-python';
import type { IPlainPython } from './ipython/plain-python';
import type { IProblem } from './problem';
import { readable } from './python/errors';
import type { CellEvent, ISpan } from './python/value';
import { FRESH } from './python/value';
import { walkCell } from './python/walk';

/** What one cell does, as far as its own source tells. */
export interface ICellAnalysis {
  readonly events: CellEvent[];
  /** Top-level names of the modules that it imports, in functions too. */
  readonly imports: string[];
  /** True where it matters whether two values are one object: `a is b`. */
  readonly identity: boolean;
  readonly interpreter: IInterpreterUse;
  readonly opaque: IPlainPython['opaque'];
  readonly problems: IProblem[];
  /** True where nothing but blanks and comments is there. */
  readonly empty: boolean;
}

/** Analyses one cell's source: IPython syntax, grammar, scopes. Never throws. */
export function analyseCell(source: string): ICellAnalysis {
  const plain = plainPython(source);
  const python = readable(plain.source, plain.magics);
  const { error } = python;
  const problems: IProblem[] = [];
  if (error) {
    problems.push({
      code: 'syntax-error',
      severity: 'error',
      message: error.message,
      fix: 'Correct the cell; nothing runs before it can be read.',
      from: error.from,
      to: error.to
    });
  }
  const { events, imports, identity } = walkCell(python, plain.magics, plain.quiet);
  const whole: ISpan = { from: 0, to: firstLine(source) };
  for (const name of plain.binds) {
    events.push({ t: 'write', name, definite: true, value: FRESH, ...whole });
  }
  return {
    events,
    imports,
    identity,
    interpreter: interpreterUse(source),
    opaque: plain.opaque,
    problems,
    empty: source.replace(/^\s*#.*$/gm, '').trim() === ''
  };
}

function firstLine(source: string): number {
  const end = source.indexOf('\n');
  return end < 0 ? source.length : end;
}

/** Analyses each distinct source once: an edit costs one cell. */
export class CellAnalyses {
  /** The analysis of a source, from memory where it was seen in the last two rounds. */
  of(source: string): ICellAnalysis {
    const found =
      this._now.get(source) ?? this._before.get(source) ?? analyseCell(source);
    this._now.set(source, found);
    return found;
  }

  /** Forgets what the last conversion did not use. */
  next(): void {
    this._before = this._now;
    this._now = new Map();
  }

  private _now = new Map<string, ICellAnalysis>();
  private _before = new Map<string, ICellAnalysis>();
}
