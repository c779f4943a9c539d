import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';

import type { Diagnostic } from '../../../contract/pipeline';
import { CellNote } from '../cell-note';

const PROBLEM: Diagnostic = {
  cell: 0,
  id: 'cell-a',
  line: 2,
  column: 1,
  code: 'x',
  severity: 'error',
  message: 'exit() ends the step.',
  fix: 'Remove the line.'
};

function cell(id: string): { node: HTMLElement; model: object } {
  return {
    node: document.createElement('div'),
    model: { sharedModel: { getId: () => id } }
  };
}

function setUp(): {
  cells: { node: HTMLElement }[];
  select(index: number): void;
  solve(): void;
  showPanel: jest.Mock;
} {
  const cells = [cell('cell-a'), cell('cell-b')];
  let active: unknown = null;
  let problems = [PROBLEM];
  const owner = {};
  const activeCellChanged = new Signal<object, void>(owner);
  const changed = new Signal<object, void>(owner);
  const showPanel = jest.fn();
  new CellNote({
    tracker: {
      activeCellChanged,
      get activeCell() {
        return active;
      }
    } as never,
    problems: {
      changed,
      of: (id: string) => problems.filter(problem => problem.id === id)
    } as never,
    trans: nullTranslator.load('mlops'),
    showPanel
  });
  return {
    cells,
    select: index => {
      active = cells[index];
      activeCellChanged.emit();
    },
    solve: () => {
      problems = [];
      changed.emit();
    },
    showPanel
  };
}

describe('the note under a cell', () => {
  it('says problem and fix of the selected cell, and leads to the panel', () => {
    const { cells, select, showPanel } = setUp();
    select(0);
    expect(cells[0].node.textContent).toContain('Line 2: exit() ends the step.');
    expect(cells[0].node.textContent).toContain('Remove the line.');
    cells[0].node.querySelector('button')?.click();
    expect(showPanel).toHaveBeenCalledTimes(1);
  });

  it('goes with the selection and with the problem', () => {
    const { cells, select, solve } = setUp();
    select(0);
    select(1);
    expect(cells.map(({ node }) => node.textContent)).toEqual(['', '']);
    select(0);
    solve();
    expect(cells[0].node.textContent).toBe('');
  });
});
