import type { Diagnostic } from '../../../contract/pipeline';
import { neighbour } from '../problem-order';

function problem(cell: number, line: number, column = 1): Diagnostic {
  return {
    cell,
    line,
    column,
    id: `cell-${cell}`,
    code: 'x',
    severity: 'warning',
    message: `${cell}:${line}`
  };
}

const PROBLEMS = [problem(5, 2), problem(1, 3), problem(1, 1, 4)];
const said = (found: Diagnostic | null): string | undefined => found?.message;

describe('the way from problem to problem', () => {
  it('goes down by cell, line and column', () => {
    expect(said(neighbour(PROBLEMS, { cell: 0, line: 0, column: 0 }, 1))).toBe('1:1');
    expect(said(neighbour(PROBLEMS, { cell: 1, line: 1, column: 4 }, 1))).toBe('1:3');
    expect(said(neighbour(PROBLEMS, { cell: 1, line: 3, column: 1 }, 1))).toBe('5:2');
  });

  it('goes up', () => {
    expect(said(neighbour(PROBLEMS, { cell: 1, line: 3, column: 1 }, -1))).toBe('1:1');
  });

  it('begins anew at both ends', () => {
    expect(said(neighbour(PROBLEMS, { cell: 9, line: 1, column: 1 }, 1))).toBe('1:1');
    expect(said(neighbour(PROBLEMS, { cell: 0, line: 0, column: 0 }, -1))).toBe('5:2');
  });

  it('ends nowhere without problems', () => {
    expect(neighbour([], { cell: 0, line: 0, column: 0 }, 1)).toBeNull();
  });
});
