import { PIPELINE } from '../../__tests__/story';
import type { Pipeline } from '../../../contract/pipeline';
import { dataInputs, dataOutputs, ownCells, predecessors } from '../data-flow';

/** `months` is set in the first step's parameters cell and read again by the third. */
function withParameter(parameters: string[]): Pipeline {
  const [load, clean, features, ...rest] = PIPELINE.steps;
  return {
    ...PIPELINE,
    steps: [
      { ...load, outputs: ['months', 'rides'] },
      clean,
      {
        ...features,
        inputs: [...features.inputs, { variable: 'months', from: 'load' }],
        parameters
      },
      ...rest
    ]
  };
}

describe('the data that flows between steps', () => {
  it('leaves out parameters, which are set and not made', () => {
    const { steps } = withParameter(['months']);
    expect(dataInputs(steps[2]).map(({ variable }) => variable)).toEqual(['hours']);
    expect(predecessors(steps[2])).toEqual(['clean']);
    const ordered = { ...steps[2], after: ['clean', 'load'] };
    expect(predecessors(ordered)).toEqual(['clean']);
    expect(dataOutputs(steps[0], withParameter(['months']))).toEqual(['rides']);
  });

  it('keeps a variable that a step has made of a parameter', () => {
    const { steps } = withParameter([]);
    expect(predecessors(steps[2])).toEqual(['clean', 'load']);
    expect(dataOutputs(steps[0], withParameter([]))).toEqual(['months', 'rides']);
  });

  it('keeps the bare order of steps', () => {
    expect(predecessors({ ...PIPELINE.steps[1], after: ['train'] })).toEqual([
      'load',
      'train'
    ]);
  });

  it('counts the parameters cell to no step that has others', () => {
    const [load] = PIPELINE.steps;
    expect(ownCells(load, PIPELINE).map(({ index }) => index)).toEqual([3]);
    const bare = { ...load, cells: load.cells.slice(0, 1) };
    expect(ownCells(bare, PIPELINE).map(({ index }) => index)).toEqual([1]);
  });
});
