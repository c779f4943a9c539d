import { PIPELINE } from '../../__tests__/story';
import { cellSteps, type CellMark } from '../cell-steps';

/** A title, the parameters, then a heading before each step's code, and words at the end. */
const TEXTS = [
  '# Bike demand',
  null,
  '## Load',
  null,
  '## Clean',
  null,
  '## Features',
  null,
  '## Train',
  null,
  '## Evaluate',
  null,
  null,
  'That was it.',
  'See also'
];

function said(mark: CellMark | null): string | null {
  return mark && (mark.kind === 'step' ? mark.title : mark.kind);
}

describe('the mark beside each cell', () => {
  const marks = cellSteps(PIPELINE, TEXTS);
  const titles = marks.map(said);

  it('is the step of its code', () => {
    expect([titles[3], titles[5], titles[12]]).toEqual(['Load', 'Clean', 'Evaluate']);
  });

  it('is for a heading the step that it names', () => {
    expect([titles[2], titles[4], titles[6]]).toEqual(['Load', 'Clean', 'Features']);
  });

  it('is for text at the end the last one', () => {
    expect([titles[13], titles[14]]).toEqual(['Evaluate', 'Evaluate']);
  });

  it('is none for the title, and a word of its own for the parameters', () => {
    expect([titles[0], titles[1]]).toEqual([null, 'parameters']);
  });

  it('says where each step begins, once', () => {
    const begun = marks.map(mark => (mark?.kind === 'step' ? mark.begins : null));
    expect(begun.filter(Boolean)).toEqual(Array(5).fill('first'));
    expect(
      begun.map((begins, cell) => (begins ? cell : -1)).filter(at => at > 0)
    ).toEqual([2, 4, 6, 8, 10]);
  });

  it('says so again where another step stood between', () => {
    const [load, clean] = PIPELINE.steps;
    const again = {
      ...load,
      cells: [...load.cells, { id: 'c', index: 7, source: '' }]
    };
    const mixed = cellSteps({ ...PIPELINE, steps: [again, clean] }, TEXTS.slice(0, 8));
    expect(mixed[6]).toMatchObject({ title: 'Load', begins: 'again' });
    expect(mixed[7]).toMatchObject({ title: 'Load', begins: null });
  });

  it('marks all text of a notebook whose first step has no heading', () => {
    const one = { ...PIPELINE, parametersCell: null, steps: [PIPELINE.steps[1]] };
    expect(cellSteps(one, ['Words', null, null, 'x', 'y', null]).map(said)).toEqual(
      Array(6).fill('Clean')
    );
  });

  it('is none in a notebook without steps', () => {
    expect(
      cellSteps({ ...PIPELINE, parametersCell: null, steps: [] }, [null, 'a', null])
    ).toEqual([null, null, null]);
  });
});
