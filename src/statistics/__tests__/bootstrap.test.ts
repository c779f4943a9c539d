import fc from 'fast-check';

import { bootstrapInterval, meanLossDifference } from '../bootstrap';
import { rootMeanSquaredError } from '../performance';
import { seededRandom } from '../random';
import { content } from './fixtures/random.json';
import { goldenSample } from './golden-sample';

describe('seededRandom', () => {
  it.each(content)('is xoshiro128** for the seed $seed', ({ seed, numbers }) => {
    const random = seededRandom(seed);
    expect(numbers.map(() => random.next())).toEqual(numbers);
  });

  it('draws below its bound, each number about as often', () => {
    const random = seededRandom(7);
    const counts = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < 60_000; i++) {
      counts[random.below(6)] += 1;
    }
    // five standard deviations of a binomial count
    counts.forEach(count => expect(Math.abs(count - 10_000)).toBeLessThan(460));
    expect(random.below(1)).toBe(0);
  });
});

describe('meanLossDifference', () => {
  const champion = goldenSample(400, 11);
  const noise = goldenSample(400, 12);

  it('contains no zero where the challenger is better by more than chance', () => {
    const challenger = champion.map((loss, i) => loss - 0.1 + 0.05 * noise[i]);
    const { difference, low, high } = meanLossDifference(champion, challenger);
    expect(low).toBeLessThan(difference);
    expect(difference).toBeLessThan(high);
    expect(high).toBeLessThan(0);
  });

  it('is as wide as the normal interval of a paired mean', () => {
    const challenger = champion.map((loss, i) => loss + noise[i]);
    const mean = noise.reduce((sum, value) => sum + value, 0) / 400;
    const sd = Math.sqrt(
      noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 399
    );
    const { low, high } = meanLossDifference(champion, challenger);
    const half = (1.96 * sd) / 20;
    expect(low).toBeCloseTo(mean - half, 2);
    expect(high).toBeCloseTo(mean + half, 2);
  });

  it('covers the true difference about as often as it says', () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const losses = goldenSample(60, 1000 + 7919 * trial);
      const { low, high } = meanLossDifference(
        losses.map(() => 0),
        losses,
        { resamples: 400, seed: trial }
      );
      covered += low <= 0.5 && high >= 0.5 ? 1 : 0;
    }
    expect(covered).toBeGreaterThan(178);
    expect(covered).toBeLessThan(200);
  });

  it('gives the same interval for the same seed, and another for another', () => {
    const challenger = champion.map((loss, i) => loss + noise[i]);
    const one = meanLossDifference(champion, challenger, { seed: 3 });
    expect(meanLossDifference(champion, challenger, { seed: 3 })).toEqual(one);
    expect(meanLossDifference(champion, challenger, { seed: 4 })).not.toEqual(one);
  });

  it('is exact where there is nothing to vary', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: 1, max: 20 }),
        (shift, rows) => {
          const losses = new Array<number>(rows).fill(0);
          const shifted = losses.map(() => shift);
          expect(meanLossDifference(losses, shifted, { resamples: 50 })).toEqual({
            difference: shift,
            low: shift,
            high: shift
          });
        }
      )
    );
  });

  it('refuses losses of different rows', () => {
    expect(() => meanLossDifference([1, 2], [1])).toThrow('there are 2 and 1');
  });
});

describe('bootstrapInterval', () => {
  it('serves figures that are no means', () => {
    const labels = goldenSample(300, 21);
    const close = labels.map((y, i) => y + 0.1 * (i % 2 ? 1 : -1));
    const far = labels.map((y, i) => y + 0.3 * (i % 3 ? 1 : -1));
    const rmse = (predictions: number[], drawn: Uint32Array) =>
      rootMeanSquaredError(
        Array.from(drawn, row => labels[row]),
        Array.from(drawn, row => predictions[row])
      );
    const interval = bootstrapInterval(
      300,
      drawn => rmse(far, drawn) - rmse(close, drawn),
      { resamples: 200 }
    );
    expect(interval.difference).toBeCloseTo(0.2, 10);
    expect(interval.low).toBeCloseTo(0.2, 10);
  });

  it('has no interval without rows', () => {
    expect(bootstrapInterval(0, () => 1)).toEqual({
      difference: NaN,
      low: NaN,
      high: NaN
    });
  });

  it('leaves out resamples without a figure', () => {
    const { low, high } = bootstrapInterval(
      2,
      drawn => (drawn[0] === drawn[1] ? NaN : 1),
      { resamples: 100 }
    );
    expect([low, high]).toEqual([1, 1]);
  });
});
