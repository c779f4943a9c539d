import fc from 'fast-check';

import type { ICategoricalProfile } from '../baseline-profile';
import { categoricalHistogram, numericHistogram } from '../drift-histogram';
import { stepsOf } from '../ks';
import { buildProfile } from '../profile';

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const total = (shares: readonly number[]) =>
  shares.reduce((sum, share) => sum + share, 0);

function profileOf(values: readonly unknown[]): ICategoricalProfile {
  const [feature] = buildProfile([{ name: 'x', kind: 'text', values }]).features;
  if (feature.kind !== 'categorical') {
    throw new Error('not categorical');
  }
  return feature;
}

describe('numericHistogram', () => {
  it('reaches over both samples, so that a shift is seen as one', () => {
    const { edges, baseline, window } = numericHistogram(
      stepsOf([0, 1, 2, 3, 4]),
      stepsOf([96, 97, 98, 99, 100])
    );
    expect([edges?.[0], edges?.[20]]).toEqual([0, 100]);
    expect(baseline[0]).toBe(1);
    expect(window[19]).toBe(1);
  });

  it('does not let one wild value squeeze all others into one bar', () => {
    const usual = Array.from({ length: 1000 }, (_, i) => i / 1000);
    const { edges, window } = numericHistogram(
      stepsOf(usual),
      stepsOf([...usual, 1e12])
    );
    expect(edges?.[20]).toBeLessThan(1.1);
    expect(total(window)).toBeCloseTo(1, 12);
  });

  it('weighs a value by how often it occurs', () => {
    const { baseline } = numericHistogram(stepsOf([0, 0, 0, 10]), stepsOf([0, 10]));
    expect([baseline[0], baseline[19]]).toEqual([0.75, 0.25]);
  });

  it('shows what there is where a sample is empty or constant', () => {
    const none = stepsOf([]);
    expect(numericHistogram(none, none)).toEqual({
      edges: [],
      categories: null,
      baseline: [],
      window: []
    });
    const half = numericHistogram(stepsOf([1, 2]), none);
    expect([total(half.baseline), total(half.window)]).toEqual([1, 0]);
    const constant = numericHistogram(stepsOf([5, 5]), stepsOf([5]));
    expect(constant).toMatchObject({ edges: [4.5, 5.5], baseline: [1], window: [1] });
  });

  it('loses nothing', () => {
    const sample = fc.array(finite, { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const { edges, baseline, window } = numericHistogram(stepsOf(a), stepsOf(b));
        expect(baseline).toHaveLength((edges?.length ?? 0) - 1);
        expect(total(baseline)).toBeCloseTo(1, 9);
        expect(total(window)).toBeCloseTo(1, 9);
      })
    );
  });
});

describe('categoricalHistogram', () => {
  it('shows categories by frequency, then new and missing ones where they occur', () => {
    const profile = profileOf(['a', 'a', 'b', null]);
    expect(categoricalHistogram(profile, [1, 1, 2], 0)).toEqual({
      edges: null,
      categories: ['a', 'b', '(new)', '(missing)'],
      baseline: [0.5, 0.25, 0, 0.25],
      window: [0.25, 0.25, 0.5, 0]
    });
    expect(categoricalHistogram(profile, [1, 1, 0], 0).categories).not.toContain(
      '(new)'
    );
  });

  it('sums up what twelve bars do not show', () => {
    const letters = [...'abcdefghijklmno'];
    const { categories, baseline } = categoricalHistogram(
      profileOf(letters),
      [...letters.map(() => 1), 0],
      0
    );
    expect(categories).toHaveLength(13);
    expect(categories?.[12]).toBe('(other)');
    expect(baseline[12]).toBeCloseTo(3 / 15, 12);
  });

  it('does not call new what a shortened list may have left out', () => {
    const many = profileOf(Array.from({ length: 300 }, (_, i) => `id-${i}`));
    const window = [...many.categories.map(() => 0), 50];
    const { categories } = categoricalHistogram(many, window, 0);
    expect(categories).toContain('(other)');
    expect(categories).not.toContain('(new)');
  });
});
