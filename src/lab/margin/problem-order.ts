import type { Diagnostic } from '../../contract/pipeline';

/** A place in a notebook: cell from 0, line and column from 1. */
export type Place = Pick<Diagnostic, 'cell' | 'line' | 'column'>;

/** The problem after a place, or before it, round the ends of the notebook; null where there is none. */
export function neighbour(
  problems: readonly Diagnostic[],
  place: Place,
  direction: 1 | -1
): Diagnostic | null {
  const inOrder = [...problems].sort((one, other) => compare(one, other) * direction);
  return (
    inOrder.find(problem => compare(problem, place) * direction > 0) ??
    inOrder[0] ??
    null
  );
}

function compare(one: Place, other: Place): number {
  return one.cell - other.cell || one.line - other.line || one.column - other.column;
}
