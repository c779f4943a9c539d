import type { IBlockSummary, IFloor } from './baseline-profile';

export interface IBlockOptions {
  /** Length of a monitoring window in hours of event time. */
  windowHours: number;
  /** Length of a block in rows, where rows have no event time. */
  blockRows: number;
}

export interface IBlockPlan {
  readonly summary: IBlockSummary;
  /** Row numbers in time order; those without a time are last and in no block. */
  readonly order: readonly number[];
  /** Blocks as ranges of positions in `order`, end exclusive. They overlap. */
  readonly ranges: readonly (readonly [number, number])[];
}

/**
 * What a window may exceed the greatest block effect by. The blocks start every quarter of a
 * window; a window between two of them, or a baseline that is a part of the rows, can go a
 * little further. Measured on the hourly bike rentals of January–March 2011, weeks starting every
 * 12 hours: at most 4 % beyond the blocks of the full data, 12 % beyond those of a random two
 * thirds; with 10 % no two weeks in a row are beyond (`bike-rides.test.ts` repeats a part of it).
 */
const ALLOWANCE = 1.1;
const STARTS_PER_WINDOW = 4;
const MOST_BLOCKS = 400;
const FEWEST_ROWS = 20;
const HOUR = 3_600_000;

/**
 * Cuts a baseline into blocks like the windows that will be compared with it.
 *
 * With event times (milliseconds, one a row, NaN where absent) a block is `windowHours` long, and
 * a quarter of the span where that is shorter than two windows; without, `blockRows` rows, at
 * most a quarter of them. Blocks start every quarter of their length, in at most 400 places.
 * Blocks with fewer than 20 rows, or less than half the rows of the median block, are left out:
 * their effect is noise. Fewer than two blocks left: `none`.
 */
export function planBlocks(
  rows: number,
  times: readonly number[] | null,
  options: IBlockOptions
): IBlockPlan {
  const timed = times !== null && times.filter(Number.isFinite).length >= FEWEST_ROWS;
  const order = Array.from({ length: rows }, (_, row) => row);
  if (!timed) {
    const length = Math.max(1, Math.min(options.blockRows, Math.floor(rows / 4)));
    const ranges = starts(0, rows - length, length / STARTS_PER_WINDOW).map(
      (start): [number, number] => [Math.round(start), Math.round(start) + length]
    );
    return finish('rows', length, order, ranges, rows);
  }
  const timeOf = (row: number) => (Number.isFinite(times[row]) ? times[row] : Infinity);
  order.sort((a, b) =>
    timeOf(a) === timeOf(b) ? a - b : timeOf(a) < timeOf(b) ? -1 : 1
  );
  const sorted = order.map(timeOf).filter(Number.isFinite);
  const first = sorted[0];
  const span = sorted[sorted.length - 1] - first;
  const wanted = options.windowHours * HOUR;
  const length = span >= 2 * wanted ? wanted : span / 4;
  // the last block ends just after the last row, so its start is half-open at the other end
  const ranges = starts(first, first + span - length, length / STARTS_PER_WINDOW).map(
    (start, index, all): [number, number] => {
      const isLast = index === all.length - 1;
      const from = isLast ? firstAbove(sorted, start) : firstFrom(sorted, start);
      const to = isLast ? sorted.length : firstFrom(sorted, start + length);
      return [from, to];
    }
  );
  return finish('time', length / HOUR, order, ranges, rows);
}

function starts(first: number, last: number, step: number): number[] {
  const wanted = Math.max(step, (last - first) / MOST_BLOCKS);
  const found: number[] = [];
  for (let i = 0; wanted > 0 && first + i * wanted < last; i++) {
    found.push(first + i * wanted);
  }
  return [...found, last];
}

function finish(
  basis: 'time' | 'rows',
  length: number,
  order: number[],
  candidates: [number, number][],
  rows: number
): IBlockPlan {
  const sizes = candidates.map(([from, to]) => to - from).sort((a, b) => a - b);
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const least = Math.max(FEWEST_ROWS, median / 2);
  const ranges = candidates.filter(
    ([from, to]) => to - from >= least && rows - (to - from) >= FEWEST_ROWS
  );
  return ranges.length < 2
    ? { summary: { basis: 'none', length: 0, count: 0 }, order, ranges: [] }
    : { summary: { basis, length, count: ranges.length }, order, ranges };
}

/** Position of the first time ≥ `time`. */
function firstFrom(sorted: readonly number[], time: number): number {
  return search(sorted, value => value >= time);
}

/** Position of the first time > `time`. */
function firstAbove(sorted: readonly number[], time: number): number {
  return search(sorted, value => value > time);
}

function search(sorted: readonly number[], found: (value: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (found(sorted[middle])) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/**
 * The effect of each block against the rest of the baseline, and the floor that follows.
 *
 * With n rows and b of them in the block, the shares of block and rest differ n / (n − b) times
 * as much as those of block and whole, everywhere; so does every distance that is linear in the
 * differences, and the rest need not be counted.
 *
 * @param codes for each row the number of its value, 0 … `size` − 1 in ascending order of value,
 *   or −1 to leave the row out
 * @param effect distance of two samples that are given as counts by code; linear as above
 */
export function learnFloor(
  plan: IBlockPlan,
  codes: ArrayLike<number>,
  size: number,
  effect: (block: ArrayLike<number>, whole: ArrayLike<number>) => number
): IFloor {
  const whole = new Float64Array(size);
  let rows = 0;
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] >= 0) {
      whole[codes[row]] += 1;
      rows += 1;
    }
  }
  const block = new Float64Array(size);
  const effects = plan.ranges.map(([from, to]) => {
    block.fill(0);
    let inBlock = 0;
    for (let position = from; position < to; position++) {
      const code = codes[plan.order[position]];
      if (code >= 0) {
        block[code] += 1;
        inBlock += 1;
      }
    }
    const rest = rows - inBlock;
    return rest > 0 ? Math.min(1, (effect(block, whole) * rows) / rest) : 0;
  });
  const largest = effects.reduce((max, value) => Math.max(max, value), 0);
  return { value: Math.min(1, ALLOWANCE * largest), effects };
}
