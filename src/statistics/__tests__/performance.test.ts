import {
  accuracy,
  f1Score,
  logLoss,
  macroF1Score,
  meanAbsoluteError,
  rSquared,
  rootMeanSquaredError
} from '../performance';
import { content } from './fixtures/performance.json';
import { goldenSample } from './golden-sample';

const labels = goldenSample(200, 3).map(value => 10 * value);
const noise = goldenSample(200, 4);
const predictions = labels.map((value, i) => value + noise[i] - 0.5);

describe('metrics of a regression', () => {
  it('agree with scikit-learn', () => {
    expect(meanAbsoluteError(labels, predictions)).toBeCloseTo(
      content.meanAbsoluteError,
      12
    );
    expect(rootMeanSquaredError(labels, predictions)).toBeCloseTo(
      content.rootMeanSquaredError,
      12
    );
    expect(rSquared(labels, predictions)).toBeCloseTo(content.rSquared, 12);
  });

  it('have no R² where all labels are equal', () => {
    expect(rSquared([3, 3, 3], [1, 2, 3])).toBeNaN();
  });

  it('have no value without rows, and refuse rows of different number', () => {
    expect(meanAbsoluteError([], [])).toBeNaN();
    expect(rootMeanSquaredError([], [])).toBeNaN();
    expect(() => meanAbsoluteError([1, 2], [1])).toThrow('2 labels but 1 predictions');
  });
});

describe('metrics of a classification', () => {
  it('agree with scikit-learn', () => {
    const { truth, guess, probabilities } = content;
    expect(accuracy(truth, guess)).toBeCloseTo(content.accuracy, 14);
    expect(f1Score(truth, guess, 'a')).toBeCloseTo(content.f1.a, 14);
    expect(f1Score(truth, guess, 'b')).toBeCloseTo(content.f1.b, 14);
    expect(f1Score(truth, guess, 'c')).toBeCloseTo(content.f1.c, 14);
    expect(macroF1Score(truth, guess)).toBeCloseTo(content.macroF1, 14);
    expect(logLoss(truth, probabilities, ['a', 'b', 'c'])).toBeCloseTo(
      content.logLoss,
      12
    );
  });

  it('count a class that is nowhere as 0, and nothing as no number', () => {
    expect(f1Score([1, 0], [1, 0], 2)).toBe(0);
    expect(f1Score([], [], 1)).toBeNaN();
    expect(accuracy([], [])).toBeNaN();
  });

  it('keep a confident miss finite and refuse an unknown label', () => {
    expect(logLoss([1], [[1, 0]], [0, 1])).toBeCloseTo(36.04365338911715, 12);
    expect(() => logLoss(['x'], [[1, 0]], ['a', 'b'])).toThrow(
      'the label of row 0 is none of them'
    );
  });
});
