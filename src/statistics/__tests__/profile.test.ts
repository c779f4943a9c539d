import fc from 'fast-check';

import type { IFeatureProfile } from '../baseline-profile';
import { ksStatistic, sizeOf, stepsOf } from '../ks';
import { buildProfile } from '../profile';
import { categoryOf, kindOf, numericValue } from '../values';
import { content } from './fixtures/distribution.json';
import { goldenSample } from './golden-sample';

function profileOf(values: readonly unknown[], kind?: 'number' | 'text' | 'boolean') {
  return buildProfile([{ name: 'x', kind, values }]).features[0];
}

function numeric(feature: IFeatureProfile) {
  if (feature.kind !== 'numeric') {
    throw new Error(`${feature.name} is ${feature.kind}`);
  }
  return feature;
}

function categorical(feature: IFeatureProfile) {
  if (feature.kind !== 'categorical') {
    throw new Error(`${feature.name} is ${feature.kind}`);
  }
  return feature;
}

const repeated = (values: readonly unknown[], times: number) =>
  Array.from({ length: values.length * times }, (_, i) => values[i % values.length]);

describe('buildProfile', () => {
  it('describes numbers as numpy does', () => {
    const values = goldenSample(content.size, content.seed, { power: 2 });
    const feature = numeric(profileOf(values));
    expect(feature.mean).toBeCloseTo(content.mean, 14);
    expect(feature.sd).toBeCloseTo(content.sd, 14);
    expect([feature.min, feature.max]).toEqual([
      content.quantiles[0],
      content.quantiles[8]
    ]);
    expect(feature.quantiles['0.25']).toBeCloseTo(content.quantiles[3], 14);
    feature.histogram.shares.forEach((share, i) =>
      expect(share).toBeCloseTo(content.widthCounts[i] / content.size, 14)
    );
    feature.bins.shares.forEach((share, i) =>
      expect(share).toBeCloseTo(content.frequencyCounts[i] / content.size, 14)
    );
  });

  it('keeps every value where few are distinct', () => {
    const values = goldenSample(20_000, 5, { decimals: 3 });
    const { sample } = numeric(profileOf(values));
    expect(sample.resolution).toBe(0);
    expect(sample).toMatchObject(stepsOf(values));
  });

  it('keeps 5,000 order statistics of more, no further off than it says', () => {
    for (const size of [5001, 7777, 20_000]) {
      const values = goldenSample(size, 6, { power: 2 });
      const { sample } = numeric(profileOf(values));
      expect(sizeOf(sample)).toBe(5000);
      expect(sample.resolution).toBe(0.0001);
      expect(ksStatistic(sample, stepsOf(values))).toBeLessThanOrEqual(
        sample.resolution + 1e-12
      );
    }
  });

  it('takes few, often repeated integers for categories', () => {
    expect(profileOf(repeated([0, 1, 2, 3, 4, 5, 6], 20)).kind).toBe('categorical');
    expect(profileOf(repeated([0.5, 1, 2], 50)).kind).toBe('numeric');
    const many = Array.from({ length: 21 }, (_, i) => i);
    expect(profileOf(repeated(many, 50)).kind).toBe('numeric');
    expect(profileOf([20, 35, 41, 28]).kind).toBe('numeric');
  });

  it('counts categories, the most frequent first', () => {
    const feature = categorical(profileOf(['b', 'a', 'b', null, 'c', 'a', 'b']));
    expect(feature.categories).toEqual([
      { name: 'b', count: 3 },
      { name: 'a', count: 2 },
      { name: 'c', count: 1 }
    ]);
    expect([feature.missing, feature.otherRows]).toEqual([1, 0]);
  });

  it('lists 200 categories and counts the rows of the others', () => {
    const values = Array.from({ length: 500 }, (_, i) => `id-${i}`);
    const feature = categorical(profileOf(values));
    expect(feature.categories).toHaveLength(200);
    expect(feature.otherRows).toBe(300);
  });

  it('counts NaN, infinities and texts among numbers as missing', () => {
    const feature = numeric(
      profileOf([1.5, NaN, Infinity, -Infinity, 'x', null, undefined, 2.5], 'number')
    );
    expect(feature).toMatchObject({ rows: 8, missing: 6, mean: 2, min: 1.5, max: 2.5 });
  });

  it('describes a column in which everything is missing', () => {
    const feature = numeric(profileOf([null, NaN, null], 'number'));
    expect(feature).toMatchObject({ missing: 3, mean: null, sd: null, min: null });
    expect(feature.quantiles).toEqual({});
    expect(categorical(profileOf([null, null])).categories).toEqual([]);
  });

  it('has a profile of nothing', () => {
    expect(buildProfile([])).toMatchObject({ version: 1, rows: 0, features: [] });
    expect(profileOf([]).rows).toBe(0);
  });

  it('gives the span of the event times', () => {
    const times = [Date.UTC(2011, 0, 2), null, Date.UTC(2011, 0, 1)];
    const columns = [{ name: 'x', values: [1, 2, 3] }];
    expect(buildProfile(columns, { times })).toMatchObject({
      from: '2011-01-01T00:00:00.000Z',
      to: '2011-01-02T00:00:00.000Z'
    });
    expect(buildProfile(columns)).toMatchObject({ from: null, to: null });
  });

  it('survives JSON unchanged, whatever the values', () => {
    const value = fc.oneof(
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constantFrom(null, undefined, NaN, Infinity)
    );
    fc.assert(
      fc.property(
        fc.array(value, { maxLength: 80 }),
        fc.constantFrom(undefined, 'number', 'text', 'boolean'),
        (values, kind) => {
          const profile = buildProfile([{ name: 'x', kind, values }]);
          const written = JSON.stringify(profile);
          expect(JSON.stringify(JSON.parse(written))).toBe(written);
          expect(written).not.toMatch(/:null,"(rows|missing|value|count)/);
        }
      )
    );
  });
});

describe('values', () => {
  it('become numbers or missing', () => {
    expect([1, true, 2n, '3', null, -Infinity].map(numericValue)).toEqual([
      1,
      1,
      2,
      null,
      null,
      null
    ]);
  });

  it('become categories that do not depend on how a request writes them', () => {
    expect([1, true, '1'].map(value => categoryOf(value, 'number'))).toEqual([
      '1',
      '1',
      '1'
    ]);
    expect([0, false].map(value => categoryOf(value, 'boolean'))).toEqual([
      'false',
      'false'
    ]);
    expect(categoryOf(-0, 'number')).toBe('0');
    expect([null, undefined, NaN].map(value => categoryOf(value, 'text'))).toEqual([
      null,
      null,
      null
    ]);
  });

  it('tell the kind of their column', () => {
    expect(kindOf([null, 1, 2.5])).toBe('number');
    expect(kindOf([true, null])).toBe('boolean');
    expect(kindOf(['a'])).toBe('text');
    expect(kindOf([1, 'a'])).toBe('text');
    expect(kindOf([])).toBe('text');
  });
});
