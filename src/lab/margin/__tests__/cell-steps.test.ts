import { PIPELINE } from '../../__tests__/story';
import { cellSteps } from '../cell-steps';

describe('the step of each cell', () => {
  const titles = cellSteps(PIPELINE, 15).map(step => step?.title ?? null);

  it('is that of its code', () => {
    expect([titles[1], titles[5], titles[12]]).toEqual(['Load', 'Clean', 'Evaluate']);
  });

  it('is for a heading the step that it names', () => {
    expect([titles[2], titles[4], titles[6]]).toEqual(['Load', 'Clean', 'Features']);
  });

  it('is for text at the end the last one', () => {
    expect([titles[13], titles[14]]).toEqual(['Evaluate', 'Evaluate']);
  });

  it('is none in a notebook without steps', () => {
    expect(cellSteps({ ...PIPELINE, steps: [] }, 3)).toEqual([null, null, null]);
  });
});
