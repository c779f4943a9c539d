import type {
  IBaselineProfile,
  ICategoricalProfile,
  IFeatureProfile,
  INumericProfile,
  ISample
} from './baseline-profile';
import { learnFloor, planBlocks } from './blocks';
import type { IBlockPlan } from './blocks';
import { cumulativeDistance, totalVariation } from './effect';
import {
  displayShares,
  binCounts,
  equalFrequencyEdges,
  equalWidthEdges,
  quantile,
  sharesOf
} from './histogram';
import { stepsOf } from './ks';
import { categoryOf, kindOf, numericValue } from './values';
import type { ColumnKind } from './values';

export interface IColumn {
  readonly name: string;
  /** Found from the values where absent. */
  readonly kind?: ColumnKind;
  /** One a row; see `numericValue` and `categoryOf` for what counts as missing. */
  readonly values: readonly unknown[];
}

export interface IProfileOptions {
  /** Event times of the rows in milliseconds since 1970, NaN or null where a row has none. */
  times?: readonly (number | null)[] | null;
  /** Length of a monitoring window; 168. */
  windowHours?: number;
  /** Length of a block in rows where there are no times; a twelfth of the rows, at least 100. */
  blockRows?: number;
}

const PROBABILITIES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
const DISPLAY_BINS = 20;
const FREQUENCY_BINS = 10;
const SAMPLE_SIZE = 5000;
const MOST_CATEGORIES = 200;
const FEW_INTEGERS = 20;
const ROWS_PER_INTEGER = 10;

/**
 * The profile of a training frame.
 *
 * How a column is compared: text and booleans as categories; numbers by their distribution,
 * except integers with at most 20 distinct values that each occur ten times on average (a
 * weekday, a rating), which are categories too.
 *
 * @param columns all of one length, without the target
 */
export function buildProfile(
  columns: readonly IColumn[],
  options: IProfileOptions = {}
): IBaselineProfile {
  const rows = columns.reduce((most, { values }) => Math.max(most, values.length), 0);
  const times = options.times?.slice(0, rows).map(time => time ?? NaN) ?? null;
  const plan = planBlocks(rows, times, {
    windowHours: options.windowHours ?? 168,
    blockRows: options.blockRows ?? Math.max(100, Math.ceil(rows / 12))
  });
  let from = Infinity;
  let to = -Infinity;
  for (const time of times ?? []) {
    if (Number.isFinite(time)) {
      from = Math.min(from, time);
      to = Math.max(to, time);
    }
  }
  const timed = from <= to;
  return {
    version: 1,
    rows,
    from: timed ? new Date(from).toISOString() : null,
    to: timed ? new Date(to).toISOString() : null,
    blocks: plan.summary,
    features: columns.map(column => profileColumn(column, rows, plan))
  };
}

function profileColumn(
  column: IColumn,
  rows: number,
  plan: IBlockPlan
): IFeatureProfile {
  const source = column.kind ?? kindOf(column.values);
  const values = Array.from({ length: rows }, (_, row) => column.values[row] ?? null);
  if (source === 'number') {
    const numbers = values.map(numericValue);
    if (!areFewIntegers(numbers)) {
      return numericProfile(column.name, numbers, plan);
    }
  }
  const categories = values.map(value => categoryOf(value, source));
  return categoricalProfile(column.name, source, categories, plan);
}

function areFewIntegers(numbers: readonly (number | null)[]): boolean {
  const distinct = new Set<number>();
  let present = 0;
  for (const number of numbers) {
    if (number === null) {
      continue;
    }
    present += 1;
    distinct.add(number);
    if (!Number.isInteger(number) || distinct.size > FEW_INTEGERS) {
      return false;
    }
  }
  return present > 0 && present >= ROWS_PER_INTEGER * distinct.size;
}

function numericProfile(
  name: string,
  numbers: readonly (number | null)[],
  plan: IBlockPlan
): INumericProfile {
  const sorted = Float64Array.from(numbers.filter(number => number !== null)).sort();
  const steps = stepsOf(sorted);
  const code = new Map(steps.values.map((value, index) => [value, index]));
  const codes = numbers.map(number =>
    number === null ? -1 : (code.get(number) ?? -1)
  );
  const present = sorted.length;
  const low = present > 0 ? sorted[0] : null;
  const high = present > 0 ? sorted[present - 1] : null;
  const edges =
    low === null || high === null ? [] : equalWidthEdges(low, high, DISPLAY_BINS);
  const inner = equalFrequencyEdges(sorted, FREQUENCY_BINS);
  return {
    name,
    kind: 'numeric',
    source: 'number',
    rows: numbers.length,
    missing: numbers.length - present,
    ...moments(sorted),
    min: low,
    max: high,
    quantiles: present
      ? Object.fromEntries(PROBABILITIES.map(p => [String(p), quantile(sorted, p)]))
      : {},
    histogram: { edges, shares: present ? displayShares(sorted, edges) : [] },
    bins: { edges: inner, shares: sharesOf(binCounts(sorted, inner)) },
    sample: sampleOf(sorted),
    floor: learnFloor(plan, codes, steps.values.length, cumulativeDistance),
    missingFloor: missingFloor(plan, numbers)
  };
}

/** Mean and sample standard deviation in two passes. */
function moments(values: Float64Array): { mean: number | null; sd: number | null } {
  if (values.length === 0) {
    return { mean: null, sd: null };
  }
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    mean,
    sd: values.length > 1 ? Math.sqrt(squares / (values.length - 1)) : null
  };
}

/** Every value where at most 5,000 are distinct, else 5,000 evenly spaced order statistics. */
function sampleOf(sorted: Float64Array): ISample {
  const all = stepsOf(sorted);
  if (all.values.length <= SAMPLE_SIZE) {
    return { ...all, resolution: 0 };
  }
  const kept = Array.from(
    { length: SAMPLE_SIZE },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / SAMPLE_SIZE)]
  );
  return { ...stepsOf(kept), resolution: 1 / (2 * SAMPLE_SIZE) };
}

function categoricalProfile(
  name: string,
  source: ColumnKind,
  categories: readonly (string | null)[],
  plan: IBlockPlan
): ICategoricalProfile {
  const counts = new Map<string, number>();
  for (const category of categories) {
    if (category !== null) {
      counts.set(category, (counts.get(category) ?? 0) + 1);
    }
  }
  const all = [...counts]
    .map(([category, count]) => ({ name: category, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1));
  const listed = all.slice(0, MOST_CATEGORIES);
  const code = new Map(listed.map((category, index) => [category.name, index]));
  const codes = categories.map(category =>
    category === null ? -1 : (code.get(category) ?? listed.length)
  );
  return {
    name,
    kind: 'categorical',
    source,
    rows: categories.length,
    missing: categories.filter(category => category === null).length,
    categories: listed,
    otherRows: all.slice(MOST_CATEGORIES).reduce((rows, { count }) => rows + count, 0),
    floor: learnFloor(plan, codes, listed.length + 1, totalVariation),
    missingFloor: missingFloor(plan, categories)
  };
}

function missingFloor(plan: IBlockPlan, values: readonly unknown[]) {
  const codes = values.map(value => (value === null ? 1 : 0));
  return learnFloor(plan, codes, 2, totalVariation);
}
