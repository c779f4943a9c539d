import { chiSquaredHomogeneity } from '../chi-squared';
import { compareFeature } from '../feature-comparison';
import { ksTwoSample } from '../ks';
import { buildProfile } from '../profile';
import { goldenSample } from './golden-sample';

const LEAST = 0.05;
const baseline = goldenSample(600, 1);
const words = goldenSample(600, 2).map(u => (u < 0.5 ? 'a' : u < 0.8 ? 'b' : 'c'));

function featureOf(values: readonly unknown[], kind?: 'number' | 'boolean' | 'text') {
  return buildProfile([{ name: 'x', kind, values }]).features[0];
}

describe('compareFeature', () => {
  it('tests numbers by Kolmogorov and Smirnov', () => {
    const window = goldenSample(150, 3, { shift: 0.1 });
    const { drift } = compareFeature(featureOf(baseline), window, LEAST);
    const { statistic, p } = ksTwoSample(baseline, window);
    expect(drift).toMatchObject({ test: 'kolmogorov-smirnov', effect: statistic, p });
  });

  it('tests categories by χ² and measures them by total variation', () => {
    const window = words.slice(0, 150).map((word, i) => (i < 40 ? 'c' : word));
    const { drift } = compareFeature(featureOf(words), window, LEAST);
    const count = (values: readonly string[]) =>
      ['a', 'b', 'c'].map(word => values.filter(one => one === word).length);
    const shares = [count(words), count(window)].map((counts, i) =>
      counts.map(value => value / (i === 0 ? 600 : 150))
    );
    const variation = shares[0].reduce(
      (sum, share, i) => sum + Math.abs(share - shares[1][i]) / 2,
      0
    );
    expect(drift.test).toBe('chi-squared');
    expect(drift.effect).toBeCloseTo(variation, 12);
    expect(drift.p).toBeCloseTo(
      chiSquaredHomogeneity(count(words), count(window)).p,
      12
    );
  });

  it('never reports a floor below the least effect', () => {
    const constant = featureOf(new Array(600).fill('a'));
    const { drift } = compareFeature(constant, ['a', 'a'], LEAST);
    expect(drift).toMatchObject({ floor: LEAST, effect: 0, p: 1 });
  });

  it('reports the learned floor where it is higher', () => {
    const feature = featureOf(baseline);
    expect(feature.floor.value).toBeGreaterThan(LEAST);
    const { drift } = compareFeature(feature, baseline, LEAST);
    expect(drift.floor).toBe(feature.floor.value);
  });

  it('has nothing to compare where both sides are missing throughout', () => {
    const empty = featureOf([null, null, null], 'number');
    const { drift } = compareFeature(empty, [null, null], LEAST);
    expect(drift).toMatchObject({ effect: 0, p: 1, baselineMissing: 1 });
    expect(drift.windowMissing).toBe(1);
  });

  it('sees values arrive that training never had', () => {
    const empty = featureOf(new Array(600).fill(null), 'number');
    const { drift } = compareFeature(empty, goldenSample(150, 5), LEAST);
    expect(drift).toMatchObject({ test: 'chi-squared', effect: 1 });
    expect(drift.p).toBeLessThan(1e-50);
  });

  it('gives means of numbers, and none of categories', () => {
    const numbers = compareFeature(featureOf([1.5, 2.5, 3.5]), [2, null, 4], LEAST);
    expect(numbers.drift).toMatchObject({ baselineMean: 2.5, windowMean: 3 });
    const flags = compareFeature(featureOf([true, false]), [true, 0], LEAST);
    expect(flags.drift).toMatchObject({ baselineMean: null, windowMean: null });
    expect(flags.newCategoryRows).toBe(0);
  });

  it('counts new categories only where the baseline lists all of its own', () => {
    expect(compareFeature(featureOf(words), ['a', 'z', 'y'], LEAST)).toMatchObject({
      newCategoryRows: 2
    });
    const many = featureOf(Array.from({ length: 300 }, (_, i) => `id-${i}`));
    expect(compareFeature(many, ['z'], LEAST).newCategoryRows).toBe(0);
  });
});
