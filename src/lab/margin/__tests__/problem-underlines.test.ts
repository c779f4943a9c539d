import { Text } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { Signal } from '@lumino/signaling';

import type { Diagnostic } from '../../../contract/pipeline';
import { Settings } from '../../settings';
import type { ILivePipeline } from '../../tokens';
import { problemUnderlines, rangeOf } from '../problem-underlines';
import { Problems } from '../problems';

const DOC = Text.of(['con = connect()', 'hours = con.read()']);

function problem(parts: Partial<Diagnostic>): Diagnostic {
  return {
    cell: 0,
    id: 'cell-a',
    line: 2,
    column: 9,
    code: 'x',
    severity: 'warning',
    message: 'It cannot cross.',
    ...parts
  };
}

describe('the place of a problem', () => {
  it('is the word at its line and column', () => {
    const { from, to } = rangeOf(problem({}), DOC);
    expect(DOC.sliceString(from, to)).toBe('con');
  });

  it('is the range that it names', () => {
    const { from, to } = rangeOf(problem({ endLine: 2, endColumn: 17 }), DOC);
    expect(DOC.sliceString(from, to)).toBe('con.read');
  });

  it.each([
    ['a line that is gone', { line: 9 }],
    ['a column that is gone', { column: 99 }],
    ['an end before its start', { endLine: 1, endColumn: 1 }]
  ])('stays inside of the text for %s', (_, parts) => {
    const { from, to } = rangeOf(problem(parts), DOC);
    expect(from).toBeLessThanOrEqual(to);
    expect(to).toBeLessThanOrEqual(DOC.length);
  });
});

describe('underlines in a cell', () => {
  class Live implements ILivePipeline {
    diagnostics: readonly Diagnostic[] = [];
    readonly path = 'a.ipynb';
    readonly executed = null;
    readonly pipeline = null;
    readonly split = undefined;
    readonly contentOf = (): undefined => undefined;
    readonly setParameters = (): void => undefined;
    readonly stateChanged = new Signal<this, void>(this);

    find(diagnostics: readonly Diagnostic[]): void {
      this.diagnostics = diagnostics;
      this.stateChanged.emit();
    }
  }

  function open(cell: string): { live: Live; marks(): string[]; view: EditorView } {
    const live = new Live();
    const view = new EditorView({
      doc: DOC.toString(),
      extensions: problemUnderlines(cell, new Problems(live, new Settings())),
      parent: document.body
    });
    return {
      live,
      view,
      marks: () =>
        [...view.dom.querySelectorAll('.jp-mlops-Problem')].map(
          node => node.textContent ?? ''
        )
    };
  }

  it('come when a problem is found and go when it is mended', () => {
    const { live, marks, view } = open('cell-a');
    live.find([problem({})]);
    expect(marks()).toEqual(['con']);
    live.find([]);
    expect(marks()).toEqual([]);
    view.destroy();
  });

  it('stay with their word while the user types before it', () => {
    const { live, marks, view } = open('cell-a');
    live.find([problem({})]);
    view.dispatch({ changes: { from: 0, insert: '# a comment\n' } });
    expect(marks()).toEqual(['con']);
    view.destroy();
  });

  it('are not drawn for other cells, nor for remarks', () => {
    const { live, marks, view } = open('cell-b');
    live.find([problem({}), problem({ id: 'cell-b', severity: 'info' })]);
    expect(marks()).toEqual([]);
    view.destroy();
  });
});
