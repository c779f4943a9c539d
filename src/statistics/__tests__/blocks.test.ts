import fc from 'fast-check';

import { learnFloor, planBlocks } from '../blocks';
import { cumulativeDistance, totalVariation } from '../effect';

const HOUR = 3_600_000;
const OPTIONS = { windowHours: 24, blockRows: 50 };
const hourly = (rows: number) => Array.from({ length: rows }, (_, i) => i * HOUR);

describe('planBlocks', () => {
  it('lays blocks of a window’s length every quarter of it, up to the last row', () => {
    const { summary, ranges } = planBlocks(240, hourly(240), OPTIONS);
    expect(summary).toEqual({ basis: 'time', length: 24, count: 37 });
    expect(ranges.slice(0, 3)).toEqual([
      [0, 24],
      [6, 30],
      [12, 36]
    ]);
    expect(ranges[36]).toEqual([216, 240]);
  });

  it('puts rows into time order first', () => {
    const times = hourly(240).reverse();
    const { order } = planBlocks(240, times, OPTIONS);
    expect(order[0]).toBe(239);
    expect(order[239]).toBe(0);
  });

  it('shortens the blocks where the rows span less than two windows', () => {
    const { summary } = planBlocks(200, hourly(200), { ...OPTIONS, windowHours: 168 });
    expect(summary).toMatchObject({ basis: 'time', length: 49.75 });
  });

  it('goes by rows where there are no times, or hardly any', () => {
    const byRows = { basis: 'rows', length: 50 };
    expect(planBlocks(400, null, OPTIONS).summary).toMatchObject(byRows);
    const sparse = hourly(400).map((time, i) => (i < 10 ? time : NaN));
    expect(planBlocks(400, sparse, OPTIONS).summary).toMatchObject(byRows);
  });

  it('takes no more than a quarter of the rows for a block', () => {
    expect(planBlocks(120, null, OPTIONS).summary.length).toBe(30);
  });

  it('keeps rows without a time out of every block', () => {
    const times = hourly(240).map((time, i) => (i % 10 === 0 ? NaN : time));
    const { order, ranges } = planBlocks(240, times, OPTIONS);
    for (const [from, to] of ranges) {
      expect(order.slice(from, to).every(row => row % 10 !== 0)).toBe(true);
    }
  });

  it('leaves out blocks that hold far fewer rows than the others', () => {
    const withHole = hourly(480).filter(
      time => time < 200 * HOUR || time >= 240 * HOUR
    );
    const { ranges } = planBlocks(withHole.length, withHole, OPTIONS);
    expect(ranges.every(([from, to]) => to - from >= 20)).toBe(true);
    expect(ranges.length).toBeLessThan(77);
  });

  it('says that too few rows give no blocks', () => {
    const none = { basis: 'none', length: 0, count: 0 };
    expect(planBlocks(30, null, OPTIONS).summary).toEqual(none);
    expect(planBlocks(0, null, OPTIONS).summary).toEqual(none);
    expect(planBlocks(0, [], OPTIONS).summary).toEqual(none);
    const atOnce = new Array<number>(100).fill(5);
    expect(planBlocks(100, atOnce, OPTIONS).summary).toEqual(none);
  });

  it('looks at 400 places at most', () => {
    const { ranges } = planBlocks(20_000, hourly(20_000), OPTIONS);
    expect(ranges.length).toBeGreaterThan(390);
    expect(ranges.length).toBeLessThanOrEqual(402);
  });

  it('makes only ranges of existing rows', () => {
    const time = fc.oneof(fc.integer({ min: 0, max: 1e10 }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(time, { maxLength: 300 }), times => {
        const { order, ranges } = planBlocks(times.length, times, OPTIONS);
        expect([...order].sort((a, b) => a - b)).toEqual(times.map((_, row) => row));
        for (const [from, to] of ranges) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(to - from).toBeGreaterThanOrEqual(20);
          expect(to).toBeLessThanOrEqual(times.length);
        }
      })
    );
  });
});

describe('learnFloor', () => {
  const plan = planBlocks(240, hourly(240), OPTIONS);

  it('is a tenth above the greatest effect of a block against the rest', () => {
    const codes = hourly(240).map((_, i) => (i >= 48 && i < 60 ? 1 : 0));
    const floor = learnFloor(plan, codes, 2, totalVariation);
    expect(Math.max(...floor.effects)).toBeCloseTo(12 / 24, 14);
    expect(floor.value).toBeCloseTo(0.55, 14);
    expect(floor.effects).toHaveLength(plan.ranges.length);
  });

  it('compares each block with the rest, not with the whole', () => {
    const values = fc.array(fc.integer({ min: 0, max: 4 }), {
      minLength: 240,
      maxLength: 240
    });
    const count = (codes: number[]) =>
      [0, 1, 2, 3, 4].map(code => codes.filter(one => one === code).length);
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(cumulativeDistance, totalVariation),
        (codes, effect) => {
          const { effects } = learnFloor(plan, codes, 5, effect);
          plan.ranges.forEach(([from, to], i) => {
            const block = codes.slice(from, to);
            const rest = [...codes.slice(0, from), ...codes.slice(to)];
            expect(effects[i]).toBeCloseTo(effect(count(block), count(rest)), 12);
          });
        }
      ),
      { numRuns: 20 }
    );
  });

  it('is at most one, and zero where nothing varies', () => {
    const codes = hourly(240).map((_, i) => Math.floor(i / 24));
    expect(learnFloor(plan, codes, 10, totalVariation).value).toBe(1);
    const constant = hourly(240).map(() => 0);
    expect(learnFloor(plan, constant, 1, cumulativeDistance).value).toBe(0);
  });

  it('leaves rows without a value out of both sides', () => {
    const codes = hourly(240).map((_, i) => (i % 2 === 0 ? -1 : 0));
    expect(learnFloor(plan, codes, 1, totalVariation).value).toBe(0);
    const none = hourly(240).map(() => -1);
    expect(learnFloor(plan, none, 0, cumulativeDistance).value).toBe(0);
  });
});

describe('the distances', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 50 }), {
    minLength: 6,
    maxLength: 6
  });

  it('are by hand what the formulas say', () => {
    expect(cumulativeDistance([1, 1, 0], [0, 1, 1])).toBeCloseTo(0.5, 15);
    expect(totalVariation([1, 1, 0], [0, 1, 1])).toBeCloseTo(0.5, 15);
    expect(totalVariation([3, 1], [1, 3])).toBeCloseTo(0.5, 15);
    expect(totalVariation([5, 0], [0, 9])).toBe(1);
    expect(cumulativeDistance([0, 0], [1, 2])).toBe(0);
  });

  it('lie between 0 and 1, and no event differs more than the total variation', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const d = cumulativeDistance(a, b);
        const variation = totalVariation(a, b);
        expect(d).toBeGreaterThanOrEqual(0);
        expect(variation).toBeLessThanOrEqual(1 + 1e-12);
        expect(d).toBeLessThanOrEqual(variation + 1e-12);
      })
    );
  });
});
