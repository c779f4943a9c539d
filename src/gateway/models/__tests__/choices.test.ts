import type { ModelCandidate, RunState } from '../../../contract/run';
import { chooseCandidate } from '../candidate';
import { compareGolden, goldenRequest } from '../golden';

const model = (
  variable: string,
  change: Partial<ModelCandidate> = {}
): ModelCandidate => ({
  variable,
  step: 'train',
  kind: 'sklearn',
  type: 'sklearn.linear_model.Ridge',
  fitCaptured: true,
  ...change
});
const run = (models: ModelCandidate[], state: RunState = 'succeeded') => ({
  state,
  number: 7,
  models
});

describe('the model of a run', () => {
  it('is the only one', () => {
    expect(chooseCandidate(run([model('m')]), undefined).variable).toBe('m');
  });

  it('is said to be missing where nothing was trained', () => {
    expect(() => chooseCandidate(run([]), undefined)).toThrow(
      'This run trained nothing that can be registered.'
    );
  });

  it('must be chosen among several, which are named', () => {
    expect(() => chooseCandidate(run([model('a'), model('b')]), undefined)).toThrow(
      'This run trained several models: a, b.'
    );
    expect(chooseCandidate(run([model('a'), model('b')]), 'b').variable).toBe('b');
    expect(() => chooseCandidate(run([model('a')]), 'c')).toThrow('variable "c"');
  });

  it('is the one whose training was seen', () => {
    const models = [model('loaded', { fitCaptured: false }), model('trained')];
    expect(chooseCandidate(run(models), undefined).variable).toBe('trained');
  });

  it('is the one that can be served, where only one can', () => {
    const models = [model('net', { kind: null }), model('trained')];
    expect(chooseCandidate(run(models), undefined).variable).toBe('trained');
  });

  it('is what the last step left in a variable', () => {
    const models = [model('m'), model('m', { step: 'tune' })];
    expect(chooseCandidate(run(models), undefined).step).toBe('tune');
  });

  it('is refused where it cannot be served, with the kinds that can', () => {
    const models = [model('net', { kind: null, type: 'torch.nn.Linear' })];
    expect(() => chooseCandidate(run(models), undefined)).toThrow(
      expect.objectContaining({
        body: expect.objectContaining({
          code: 'model-kind-not-served',
          cause: 'Models of these kinds can be served: scikit-learn, XGBoost.'
        })
      })
    );
  });

  it('is not taken from a run that has not succeeded', () => {
    expect(() => chooseCandidate(run([model('m')], 'failed'), undefined)).toThrow(
      'Run 7 has not succeeded (failed)'
    );
  });
});

describe('the golden request', () => {
  const golden = {
    rows: [{ x: 1 }, { x: 2 }],
    predictions: [1, 1000],
    probabilities: null
  };

  it('allows for rounding and for nothing more', () => {
    expect(compareGolden(golden, { predictions: [1 + 1e-7, 1000.0005] }).same).toBe(
      true
    );
    expect(compareGolden(golden, { predictions: [1, 1000.01] })).toEqual({
      same: false,
      summary:
        '1 of 2 predictions differ from those in training, the greatest by 0.0100.'
    });
    expect(compareGolden(golden, { predictions: [1] }).same).toBe(false);
  });

  it('wants classes and probabilities to be the same', () => {
    const classes = { rows: [{}], predictions: ['a'], probabilities: [[0.25, 0.75]] };
    const same = { predictions: ['a'], probabilities: [[0.25, 0.75]] };
    expect(compareGolden(classes, same).same).toBe(true);
    expect(compareGolden(classes, { ...same, predictions: ['b'] }).same).toBe(false);
    expect(compareGolden(classes, { ...same, probabilities: [[0.5, 0.5]] })).toEqual({
      same: false,
      summary: '2 of 2 probabilities differ from those in training.'
    });
  });

  it('is refused for a model with several outputs a row', () => {
    const example = { rows: [{ x: 1 }], predictions: [[1, 2]], probabilities: null };
    expect(() => goldenRequest(example)).toThrow('one number, text or truth value');
    expect(goldenRequest({ ...example, rows: [] })).toBeNull();
    expect(goldenRequest(null)).toBeNull();
  });
});
