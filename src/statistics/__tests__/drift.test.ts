import fc from 'fast-check';

import { FeatureDrift } from '../../contract/monitor';
import { chiSquaredHomogeneity } from '../chi-squared';
import { compareWindow } from '../drift';
import { ksTwoSample } from '../ks';
import { buildProfile } from '../profile';
import { goldenSample } from './golden-sample';

const ROWS = 2000;
const WORDS = ['clear', 'mist', 'rain', 'snow'];

/** Hourly rows whose order tells nothing, so that the floors are those of chance. */
function columns(rows: number, seed: number) {
  const temp = goldenSample(rows, seed);
  const word = goldenSample(rows, seed + 1);
  const flag = goldenSample(rows, seed + 2);
  return [
    { name: 'temp', values: temp as (number | null)[] },
    { name: 'weather', values: word.map(u => WORDS[Math.floor(3 * u * u)]) },
    { name: 'holiday', values: flag.map(u => u < 0.3) }
  ];
}

const profile = buildProfile(columns(ROWS, 1), { blockRows: 200 });

/** A window of 200 rows in which one column was changed. */
function windowWith(name: string, change: (value: unknown, row: number) => unknown) {
  return columns(200, 77).map(column =>
    column.name === name ? { name, values: column.values.map(change) } : column
  );
}

function stateOf(name: string, change: (value: unknown, row: number) => unknown) {
  const { features } = compareWindow(profile, windowWith(name, change));
  const found = features.find(({ feature }) => feature === name);
  if (!found) {
    throw new Error(`no ${name}`);
  }
  return found;
}

describe('compareWindow', () => {
  it('finds no drift where there is none', () => {
    const result = compareWindow(profile, columns(200, 77));
    expect(result).toMatchObject({ state: 'no-drift', drifted: [], rows: 200 });
    expect(result.largest).toBeLessThanOrEqual(1);
    expect(Object.keys(result.effects).sort()).toEqual(['holiday', 'temp', 'weather']);
  });

  it('finds numbers that moved, and puts them first', () => {
    const moved = windowWith('temp', value => Number(value) + 0.5);
    const { state, drifted, features, largest } = compareWindow(profile, moved);
    expect([state, drifted]).toEqual(['drift', ['temp']]);
    expect(features[0]).toMatchObject({
      feature: 'temp',
      test: 'kolmogorov-smirnov',
      state: 'drifted'
    });
    expect(features[0].effect).toBeGreaterThan(0.5);
    expect(features[0].effect).toBeLessThan(0.6);
    expect(largest).toBe(features[0].effect / features[0].floor);
    expect(features[0].windowMean).toBeCloseTo(
      (features[0].baselineMean ?? 0) + 0.5,
      1
    );
  });

  it('finds categories whose shares changed', () => {
    const { state, test } = stateOf('weather', () => 'rain');
    expect([state, test]).toEqual(['drifted', 'chi-squared']);
    expect(stateOf('holiday', (_, row) => row % 10 < 8)).toMatchObject({
      state: 'drifted',
      kind: 'categorical'
    });
  });

  it('counts a category that training never had', () => {
    const snow = windowWith('weather', (value, row) => (row < 60 ? 'snow' : value));
    const result = compareWindow(profile, snow);
    expect(result.newCategories).toEqual({ weather: 60 });
    expect(result.drifted).toEqual(['weather']);
    const [weather] = result.features;
    expect(weather.histogram.categories).toContain('(new)');
    expect(compareWindow(profile, columns(200, 77)).newCategories).toEqual({});
  });

  it.each([
    ['null', null],
    ['NaN', NaN],
    ['infinity', Infinity],
    ['a text', 'broken']
  ])('finds a sensor that sends %s half of the time', (_, value) => {
    const broken = stateOf('temp', (old, row) => (row % 2 ? value : old));
    expect(broken).toMatchObject({ state: 'drifted', test: 'chi-squared' });
    expect(broken.windowMissing).toBe(0.5);
    expect(broken.effect).toBeCloseTo(0.5, 10);
  });

  it('doubles p where values and missing values were both tested', () => {
    const broken = stateOf('temp', (old, row) => (row < 5 ? null : old));
    const fisher = chiSquaredHomogeneity([ROWS, 0], [195, 5]);
    expect(fisher.method).toBe('fisher');
    const present = windowWith('temp', value => value)[0]
      .values.slice(5)
      .map(Number);
    const baseline = columns(ROWS, 1)[0].values.map(Number);
    const { p } = ksTwoSample(baseline, present);
    const single = broken.test === 'chi-squared' ? fisher.p : p;
    expect(broken.p).toBeCloseTo(Math.min(1, 2 * single), 12);
    expect(single).toBeLessThan(0.5);
  });

  it('finds missing values although the seasons have raised the floor', () => {
    const times = Array.from({ length: ROWS }, (_, i) => i * 3_600_000);
    const rising = times.map((_, i) => i / ROWS);
    const seasonal = buildProfile([{ name: 'day', values: rising }], { times });
    expect(seasonal.features[0].floor.value).toBeGreaterThan(0.9);
    const values = rising.slice(1000, 1168).map((value, i) => (i % 3 ? value : null));
    const { features } = compareWindow(seasonal, [{ name: 'day', values }]);
    expect(features[0]).toMatchObject({ state: 'drifted', test: 'chi-squared' });
  });

  it('takes a column that no request carries for missing', () => {
    const { drifted, features } = compareWindow(profile, columns(200, 77).slice(1));
    expect(drifted).toEqual(['temp']);
    expect(features[0]).toMatchObject({ windowMissing: 1, windowMean: null });
  });

  it('ignores a column that training did not have', () => {
    const more = [...columns(200, 77), { name: 'other', values: [1, 2, 3] }];
    expect(compareWindow(profile, more).features).toHaveLength(3);
  });

  it('calls a certain change below the floor small', () => {
    const times = Array.from({ length: ROWS }, (_, i) => i * 3_600_000);
    const waves = times.map((_, i) => Math.sin(i / 150) + (i % 7) / 10);
    const seasonal = buildProfile([{ name: 'wave', values: waves }], { times });
    const { features, state } = compareWindow(seasonal, [
      { name: 'wave', values: waves.slice(600, 768) }
    ]);
    expect(features[0].adjustedP).toBeLessThan(0.001);
    expect(features[0].state).toBe('small-change');
    expect(state).toBe('no-drift');
  });

  it('does not tell with too few rows', () => {
    const few = compareWindow(profile, columns(21, 77));
    expect(few).toMatchObject({ state: 'no-data', rows: 21, rowsNeeded: 100 });
    expect(few.features).toEqual([]);
    expect(compareWindow(profile, [], { minimumRows: 0 }).state).toBe('no-data');
    expect(compareWindow(profile, columns(21, 77), { minimumRows: 20 }).state).toBe(
      'no-drift'
    );
  });

  it('corrects for the number of features', () => {
    const { features } = compareWindow(profile, columns(200, 77));
    for (const { p, adjustedP } of features) {
      expect(adjustedP).toBeGreaterThanOrEqual(p);
      expect(adjustedP).toBeLessThanOrEqual(Math.min(1, 3 * p) + 1e-15);
    }
  });

  it('accounts for a thinned baseline: no certainty beyond its resolution', () => {
    const values = goldenSample(20_000, 9);
    const thinned = buildProfile([{ name: 'x', values }]);
    const steady = compareWindow(thinned, [
      { name: 'x', values: goldenSample(300, 8) }
    ]);
    expect(steady.features[0].state).toBe('no-change-found');
    const same = compareWindow(thinned, [{ name: 'x', values }]);
    expect(same.features[0].p).toBe(1);
  });

  it('gives what the contract asks for, shares that sum to one', () => {
    for (const { features } of [
      compareWindow(profile, columns(200, 77)),
      compareWindow(
        profile,
        windowWith('temp', value => Number(value) + 1e6)
      )
    ]) {
      for (const feature of features) {
        expect(FeatureDrift.parse(feature)).toEqual(feature);
        const { baseline, window, edges, categories } = feature.histogram;
        expect(baseline.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        expect(window.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        expect(window).toHaveLength(
          edges ? edges.length - 1 : (categories?.length ?? 0)
        );
      }
    }
  });

  it('has a result for whatever a window holds, from a profile read back from JSON', () => {
    const value = fc.oneof(
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constantFrom(null, undefined, {}, NaN)
    );
    const stored: typeof profile = JSON.parse(JSON.stringify(profile));
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.array(value, { maxLength: 60 }),
        (temp, weather) => {
          const result = compareWindow(
            stored,
            [
              { name: 'temp', values: temp },
              { name: 'weather', values: weather }
            ],
            { minimumRows: 1 }
          );
          for (const feature of result.features) {
            FeatureDrift.parse(feature);
            expect(feature.p).toBeGreaterThanOrEqual(0);
            expect(feature.p).toBeLessThanOrEqual(1);
            expect(feature.effect).toBeLessThanOrEqual(1 + 1e-12);
          }
        }
      )
    );
  });

  it('raises hardly ever a false alarm on windows like the training data', () => {
    let alarms = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { state } = compareWindow(profile, columns(200, 5000 + 104_729 * seed));
      alarms += state === 'drift' ? 1 : 0;
    }
    expect(alarms).toBeLessThanOrEqual(10);
  });

  it('stays finite with the largest numbers there are', () => {
    const values = [Number.MAX_VALUE, -Number.MAX_VALUE, 1e293];
    const { features } = compareWindow(profile, [{ name: 'temp', values }], {
      minimumRows: 1
    });
    features.forEach(feature => FeatureDrift.parse(feature));
  });

  it('takes a column of any name', () => {
    const odd = buildProfile([
      { name: '__proto__', values: columns(ROWS, 1)[0].values }
    ]);
    const { features } = compareWindow(odd, [
      { name: '__proto__', values: goldenSample(200, 3) }
    ]);
    expect(features.map(({ feature }) => feature)).toEqual(['__proto__']);
  });
});
