import fc from 'fast-check';

import { Name } from '../../../contract/identifier';
import { labelValue, objectName } from '../object-name';

describe('the name of an object', () => {
  it('is the word itself where that is a valid name', () => {
    expect(objectName(['bike-demand'])).toBe('bike-demand');
    expect(objectName(['a'.repeat(63)])).toBe('a'.repeat(63));
  });

  it('shows what it is made of, and tells apart what would look alike', () => {
    expect(objectName(['Prévision vélo', 'run 7'])).toMatch(
      /^prevision-velo-run-7-[0-9a-f]{10}$/
    );
    expect(objectName(['a-b', 'c'])).not.toBe(objectName(['a', 'b-c']));
    expect(objectName(['Model'])).not.toBe(objectName(['model']));
  });

  it('keeps within 63 characters, and names that differ only beyond stay two', () => {
    const long = 'x'.repeat(80);
    const [one, other] = [`${long}1`, `${long}2`].map(name => objectName([name]));
    expect(one).toHaveLength(63);
    expect(one).not.toBe(other);
  });

  it('begins with a letter where it is made', () => {
    expect(objectName(['2024', 'sales'])).toMatch(/^x-2024-sales-/);
    expect(objectName(['模型'])).toMatch(/^x-[0-9a-f]{10}$/);
  });

  it('is valid, within its limit and stable for any parts', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary', maxLength: 100 }), {
          minLength: 1,
          maxLength: 4
        }),
        fc.integer({ min: 20, max: 63 }),
        (parts, limit) => {
          const name = objectName(parts, { limit });
          expect(Name.safeParse(name).success).toBe(true);
          expect(name.length).toBeLessThanOrEqual(limit);
          expect(objectName([...parts], { limit })).toBe(name);
        }
      )
    );
  });

  it('differs for different parts', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.array(fc.string(), { minLength: 1, maxLength: 3 }), {
          minLength: 2,
          maxLength: 20,
          comparator: (a, b) => JSON.stringify(a) === JSON.stringify(b)
        }),
        all => {
          expect(new Set(all.map(parts => objectName(parts))).size).toBe(all.length);
        }
      )
    );
  });

  it('gives a label its value unchanged where it may stand there', () => {
    expect(labelValue('v1.2_a')).toBe('v1.2_a');
    expect(labelValue('notebooks/a b.ipynb')).toMatch(
      /^notebooks-a-b-ipynb-[0-9a-f]{10}$/
    );
    expect(labelValue('Z'.repeat(64))).toHaveLength(63);
  });
});
