import type { Diagnostic } from '../contract/pipeline';
import type { ICell } from './cells';
import type { ISpan } from './python/value';

/** A problem at offsets of a cell's source. */
export interface IProblem extends ISpan {
  readonly code: string;
  readonly severity: Diagnostic['severity'];
  readonly message: string;
  readonly fix?: string;
}

/** A problem as a diagnostic: offsets become lines and columns, counted from 1. */
export function diagnose(cell: ICell, problem: IProblem): Diagnostic {
  const start = place(cell.source, problem.from);
  const end = place(cell.source, Math.max(problem.to, problem.from));
  return {
    cell: cell.index,
    id: cell.id,
    line: start.line,
    column: start.column,
    endLine: end.line,
    endColumn: end.column,
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    ...(problem.fix === undefined ? {} : { fix: problem.fix })
  };
}

/** A problem of the whole notebook: it stands at the first line of its first cell. */
export function diagnoseNotebook(problem: Omit<IProblem, 'from' | 'to'>): Diagnostic {
  return {
    cell: 0,
    id: '',
    line: 1,
    column: 1,
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    ...(problem.fix === undefined ? {} : { fix: problem.fix })
  };
}

function place(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
}
