import fc from 'fast-check';

import { chiSquaredHomogeneity, chiSquaredTail } from '../chi-squared';
import { fisherExact } from '../fisher';
import { content } from './fixtures/contingency.json';
import { relativeError } from './golden-sample';

const counts = fc.array(fc.integer({ min: 0, max: 500 }), {
  minLength: 1,
  maxLength: 12
});

describe('chiSquaredHomogeneity', () => {
  it.each(content.chiSquared)(
    'agrees with scipy on $table, with Yates’ correction only for two columns',
    ({ table, statistic, degrees, p }) => {
      const found = chiSquaredHomogeneity(table[0], table[1]);
      expect(found.method).toBe('chi-squared');
      expect(found.degrees).toBe(degrees);
      expect(Math.abs(found.statistic - statistic)).toBeLessThan(
        1e-10 * (1 + statistic)
      );
      expect(relativeError(found.p, p)).toBeLessThan(1e-9);
    }
  );

  it('pools all columns with a small expected cell into one', () => {
    const pooled = chiSquaredHomogeneity(
      [500, 300, 12, 10, 8, 6],
      [150, 90, 4, 3, 2, 9]
    );
    const byHand = chiSquaredHomogeneity([500, 300, 36], [150, 90, 18]);
    expect(pooled.columns).toBe(3);
    expect(pooled.p).toBeCloseTo(byHand.p, 14);
  });

  it('lets the smallest large column join what is still too small', () => {
    const pooled = chiSquaredHomogeneity([500, 300, 3], [50, 30, 1]);
    expect(pooled.columns).toBe(2);
    expect(pooled.p).toBeCloseTo(chiSquaredHomogeneity([500, 303], [50, 31]).p, 14);
  });

  it('turns to Fisher’s test where two columns are left and one is small', () => {
    const found = chiSquaredHomogeneity([2067, 0], [165, 3]);
    expect(found.method).toBe('fisher');
    expect(found.p).toBe(fisherExact(2067, 0, 165, 3));
    const tiny = chiSquaredHomogeneity([3, 2, 1], [1, 1, 4]);
    expect(tiny).toMatchObject({ method: 'fisher', columns: 2 });
  });

  it('sees a category that only one sample has', () => {
    const found = chiSquaredHomogeneity([900, 600, 0], [60, 40, 68]);
    expect(found.p).toBeLessThan(1e-50);
    expect(found.p).toBeGreaterThan(0);
  });

  it('has nothing to say of one column or an empty sample', () => {
    expect(chiSquaredHomogeneity([10], [20])).toMatchObject({ p: 1, method: 'none' });
    expect(chiSquaredHomogeneity([10, 5], [0, 0])).toMatchObject({
      p: 1,
      method: 'none'
    });
    expect(chiSquaredHomogeneity([], [])).toMatchObject({ p: 1, method: 'none' });
  });

  it('gives a probability for any table', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const length = Math.min(a.length, b.length);
        const { p } = chiSquaredHomogeneity(a.slice(0, length), b.slice(0, length));
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
      })
    );
  });

  it('finds nothing where the shares are equal', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 5 }), (a, factor) => {
        const { p } = chiSquaredHomogeneity(
          a,
          a.map(count => count * factor)
        );
        expect(p).toBeGreaterThan(0.999);
      })
    );
  });
});

describe('chiSquaredTail', () => {
  it('is 5 % at the tables’ critical values', () => {
    expect(chiSquaredTail(3.841458820694124, 1)).toBeCloseTo(0.05, 12);
    expect(chiSquaredTail(18.307038053275146, 10)).toBeCloseTo(0.05, 12);
  });
});

describe('fisherExact', () => {
  it.each(content.fisher)('agrees with scipy on $table', ({ table, p }) => {
    const [[a, b], [c, d]] = table;
    expect(relativeError(fisherExact(a, b, c, d), p)).toBeLessThan(1e-9);
  });

  it('is the same for the table turned around', () => {
    const cell = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        const p = fisherExact(a, b, c, d);
        expect(fisherExact(a, c, b, d)).toBeCloseTo(p, 10);
        expect(fisherExact(c, d, a, b)).toBeCloseTo(p, 10);
      })
    );
  });
});
