import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { rowBytes, rowDigest } from '../row-digest';
import { compareBytes, utf8 } from '../utf8';
import { content } from './fixtures/row-digests.json';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('rowBytes', () => {
  it.each(content)('agrees with the format written in Python: $row', entry => {
    expect(hex(rowBytes(entry.row, entry.target))).toBe(entry.bytes);
    expect(rowDigest(entry.row, entry.target, sha256)).toBe(entry.digest);
  });

  it('does not depend on the order of the columns', () => {
    expect(rowBytes({ a: 1, b: 'x' }, 2)).toEqual(rowBytes({ b: 'x', a: 1 }, 2));
  });

  it('takes every kind of missing value for the same', () => {
    const missing = hex(rowBytes({ a: null }));
    expect(hex(rowBytes({ a: undefined }))).toBe(missing);
    expect(hex(rowBytes({ a: NaN }))).toBe(missing);
  });

  it('tells a row without target from one whose target is missing', () => {
    expect(rowBytes({ a: 1 })).not.toEqual(rowBytes({ a: 1 }, null));
  });

  it('tells a number from its text, and where one column ends from the next', () => {
    expect(rowBytes({ a: 1 })).not.toEqual(rowBytes({ a: '1' }));
    expect(rowBytes({ a: 'bc' })).not.toEqual(rowBytes({ ab: 'c' }));
  });

  it('takes a boolean for its number, and zero for zero', () => {
    expect(rowBytes({ a: true, b: -0 })).toEqual(rowBytes({ a: 1, b: 0 }));
    expect(rowBytes({ a: 10n })).toEqual(rowBytes({ a: 10 }));
  });

  it('takes texts of any length', () => {
    expect(rowBytes({ a: 'x'.repeat(500_000) })).toHaveLength(500_007);
  });

  it('names the column of a value that no row can hold', () => {
    expect(() => rowBytes({ when: new Date(0) })).toThrow(
      'Column “when” holds a object'
    );
  });

  it('gives different rows different bytes', () => {
    const value = fc.oneof(fc.string(), fc.integer(), fc.constant(null));
    const row = fc.dictionary(fc.string(), value);
    fc.assert(
      fc.property(row, row, (a, b) => {
        const entries = (one: typeof a) => JSON.stringify(Object.entries(one).sort());
        const areBytesEqual = compareBytes([...rowBytes(a)], [...rowBytes(b)]) === 0;
        fc.pre([a, b].every(one => Object.keys(one).every(key => !key.includes('\0'))));
        expect(areBytesEqual).toBe(entries(a) === entries(b));
      })
    );
  });
});

describe('utf8', () => {
  it('is what TextEncoder writes, and a question mark for half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => {
        expect(utf8(text)).toEqual([...new TextEncoder().encode(text)]);
      })
    );
    expect(utf8('a\ud800b')).toEqual([0x61, 0x3f, 0x62]);
  });
});
