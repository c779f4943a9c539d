import {
  accuracy,
  macroF1Score,
  meanAbsoluteError,
  rootMeanSquaredError,
  rSquared
} from '../../../statistics/performance';
import { compareMetrics } from '../compared-metrics';

const wave = (n: number, shift: number): number[] =>
  Array.from({ length: n }, (_, i) => Math.sin(i * 0.7) * 10 + shift * ((i % 5) - 2));

describe('metrics of two models', () => {
  it('agree with the definitions of regression', async () => {
    const [labels, champion, challenger] = [wave(200, 0), wave(200, 2), wave(200, 0.5)];
    const metrics = await compareMetrics('regression', {
      labels,
      champion,
      challenger
    });
    const expected = [meanAbsoluteError, rootMeanSquaredError, rSquared];
    metrics.forEach((metric, i) => {
      expect(metric.champion).toBeCloseTo(expected[i](labels, champion), 10);
      expect(metric.challenger).toBeCloseTo(expected[i](labels, challenger), 10);
      expect(metric.difference).toBeCloseTo(metric.challenger - metric.champion, 10);
    });
  });

  it('agree with the definitions of classification, of words as of numbers', async () => {
    const word = (value: number): string =>
      ['low', 'mid', 'high'][Math.round(value) % 3] ?? 'low';
    const [labels, champion, challenger] = [0, 3, 1].map(shift =>
      wave(150, shift).map(word)
    );
    const metrics = await compareMetrics('classification', {
      labels,
      champion,
      challenger
    });
    expect(metrics[0].champion).toBeCloseTo(accuracy(labels, champion), 10);
    expect(metrics[1].challenger).toBeCloseTo(macroF1Score(labels, challenger), 10);
  });

  it('hold the difference between the ends of the interval', async () => {
    const [labels, champion, challenger] = [wave(100, 0), wave(100, 1), wave(100, 1.1)];
    for (const { low, high, difference } of await compareMetrics('regression', {
      labels,
      champion,
      challenger
    })) {
      expect(low).toBeLessThanOrEqual(difference);
      expect(high).toBeGreaterThanOrEqual(difference);
    }
  });
});
