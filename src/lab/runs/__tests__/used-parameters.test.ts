import { PIPELINE } from '../../__tests__/story';
import { usedParameters } from '../used-parameters';

const pipeline = {
  ...PIPELINE,
  parameters: [
    { name: 'trees', type: 'int', default: 80, cell: 1 },
    { name: 'seed', type: 'none', default: null, cell: 1 }
  ] as typeof PIPELINE.parameters
};

describe('the parameters of a run', () => {
  it('are the notebook’s own where none was set', () => {
    expect(usedParameters({ parameters: {}, pipeline })).toEqual([
      { name: 'trees', value: 80 },
      { name: 'seed', value: null }
    ]);
  });

  it('say what was set instead', () => {
    expect(
      usedParameters({ parameters: { trees: 120, seed: null }, pipeline })
    ).toEqual([
      { name: 'trees', value: 120, instead: 80 },
      { name: 'seed', value: null }
    ]);
  });

  it('are shown too where the notebook no longer has them', () => {
    expect(usedParameters({ parameters: { old: 1 }, pipeline })).toContainEqual({
      name: 'old',
      value: 1
    });
  });
});
