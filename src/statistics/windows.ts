const HOUR = 3_600_000;

/** The rows with `from` ≤ time < `to`, in time order. Times in milliseconds since 1970. */
export interface ITimeWindow<T> {
  readonly from: number;
  readonly to: number;
  readonly rows: readonly T[];
}

export interface IWindowOptions {
  /** Length of a window in hours, above 0. */
  hours: number;
  /** Where one window starts; the others follow in both directions. Absent: the first row. */
  origin?: number;
  /** Longest run of empty windows that is given one by one; a longer one comes as one. 60. */
  longestGap?: number;
}

export interface IWindows<T> {
  /** Consecutive, from the first row's to the last row's; those without rows included. */
  readonly windows: readonly ITimeWindow<T>[];
  /** Rows without a usable time. */
  readonly untimed: readonly T[];
}

/**
 * Cuts rows into consecutive windows of event time.
 *
 * @param timeOf event time in milliseconds since 1970; null or NaN where a row has none
 * @throws RangeError if `hours` is not a number above 0
 */
export function cutWindows<T>(
  rows: readonly T[],
  timeOf: (row: T) => number | null,
  options: IWindowOptions
): IWindows<T> {
  if (!(options.hours > 0) || !Number.isFinite(options.hours)) {
    throw new RangeError(
      `A window must be longer than 0 hours, but ${options.hours} was given.`
    );
  }
  const timed: { row: T; time: number }[] = [];
  const untimed: T[] = [];
  for (const row of rows) {
    const time = timeOf(row);
    if (time === null || !Number.isFinite(time)) {
      untimed.push(row);
    } else {
      timed.push({ row, time });
    }
  }
  // stable: rows of one time keep their order
  timed.sort((a, b) => a.time - b.time);
  const length = options.hours * HOUR;
  const origin = options.origin ?? timed[0]?.time ?? 0;
  const windows: ITimeWindow<T>[] = [];
  let next: number | null = null;
  let current: T[] = [];
  for (const { row, time } of timed) {
    const number: number = Math.floor((time - origin) / length);
    if (next === null || number >= next) {
      if (next !== null) {
        windows.push(...gap<T>(next, number, origin, length, options.longestGap ?? 60));
      }
      current = [];
      windows.push({ ...span(number, number + 1, origin, length), rows: current });
      next = number + 1;
    }
    current.push(row);
  }
  return { windows, untimed };
}

function span(first: number, end: number, origin: number, length: number) {
  return { from: origin + first * length, to: origin + end * length };
}

function gap<T>(
  first: number,
  end: number,
  origin: number,
  length: number,
  longest: number
): ITimeWindow<T>[] {
  if (end - first > longest) {
    return [{ ...span(first, end, origin, length), rows: [] }];
  }
  return Array.from({ length: end - first }, (_, i) => ({
    ...span(first + i, first + i + 1, origin, length),
    rows: []
  }));
}
