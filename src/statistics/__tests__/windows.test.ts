import fc from 'fast-check';

import { cutWindows } from '../windows';

const HOUR = 3_600_000;
const itself = (time: number | null) => time;

describe('cutWindows', () => {
  it('cuts from the first row on, each window half-open', () => {
    const { windows } = cutWindows([0, HOUR, 2 * HOUR - 1, 2 * HOUR], itself, {
      hours: 2
    });
    expect(windows).toEqual([
      { from: 0, to: 2 * HOUR, rows: [0, HOUR, 2 * HOUR - 1] },
      { from: 2 * HOUR, to: 4 * HOUR, rows: [2 * HOUR] }
    ]);
  });

  it('follows a given origin in both directions', () => {
    const { windows } = cutWindows([-HOUR, HOUR], itself, { hours: 3, origin: 0 });
    expect(windows.map(({ from }) => from)).toEqual([-3 * HOUR, 0]);
  });

  it('shows windows without rows, for no data is a state of its own', () => {
    const { windows } = cutWindows([0, 3.5 * HOUR], itself, { hours: 1 });
    expect(windows.map(({ rows }) => rows.length)).toEqual([1, 0, 0, 1]);
  });

  it('puts a gap of years into one empty window', () => {
    const { windows } = cutWindows([0, 1e6 * HOUR], itself, { hours: 1 });
    expect(windows).toHaveLength(3);
    expect(windows[1]).toEqual({ from: HOUR, to: 1e6 * HOUR, rows: [] });
  });

  it('keeps aside what has no time, and takes rows in any order', () => {
    const found = cutWindows([3, null, 1, NaN, 2], itself, { hours: 1 });
    expect(found.untimed).toEqual([null, NaN]);
    expect(found.windows[0].rows).toEqual([1, 2, 3]);
    expect(cutWindows([], itself, { hours: 1 }).windows).toEqual([]);
  });

  it('refuses a length that is none', () => {
    expect(() => cutWindows([1], itself, { hours: 0 })).toThrow('0 was given');
    expect(() => cutWindows([1], itself, { hours: NaN })).toThrow(RangeError);
  });

  it('loses no row, overlaps nowhere and leaves no hole', () => {
    const times = fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1 });
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: -1e9, max: 1e9 }),
        (rows, hours, origin) => {
          const { windows } = cutWindows(rows, itself, { hours, origin });
          expect(windows.flatMap(window => window.rows)).toEqual(
            [...rows].sort((a, b) => a - b)
          );
          windows.forEach((window, i) => {
            expect(window.from).toBe(i > 0 ? windows[i - 1].to : window.from);
            for (const time of window.rows) {
              expect(time).toBeGreaterThanOrEqual(window.from);
              expect(time).toBeLessThan(window.to);
            }
          });
        }
      )
    );
  });
});
