import fc from 'fast-check';

import { benjaminiHochberg } from '../benjamini-hochberg';
import { content } from './fixtures/correction.json';

const lists = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 });

describe('benjaminiHochberg', () => {
  it.each(content)('agrees with scipy on $p', ({ p, adjusted }) => {
    const found = benjaminiHochberg(p);
    adjusted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 14));
  });

  it('never makes a p-value smaller, nor changes their order', () => {
    fc.assert(
      fc.property(lists, pValues => {
        const adjusted = benjaminiHochberg(pValues);
        pValues.forEach((p, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(p * (1 - 1e-15));
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          pValues.forEach((q, j) => {
            if (p < q) {
              expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
            }
          });
        });
      })
    );
  });

  it('rejects what the step-up procedure rejects', () => {
    fc.assert(
      fc.property(lists, pValues => {
        const sorted = [...pValues].sort((a, b) => a - b);
        const last = sorted.findLastIndex(
          (p, i) => p <= (0.05 * (i + 1)) / sorted.length
        );
        const rejected = benjaminiHochberg(pValues).filter(p => p <= 0.05).length;
        expect(Math.abs(rejected - (last + 1))).toBe(0);
      })
    );
  });

  it('takes a test that could not be made for no evidence', () => {
    expect(benjaminiHochberg([0.01, NaN])).toEqual([0.02, 1]);
    expect(benjaminiHochberg([])).toEqual([]);
  });
});
