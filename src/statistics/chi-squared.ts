import { fisherExact } from './fisher';
import { upperGamma } from './gamma';

export interface IChiSquared {
  /** χ²; 0 where one column is left, NaN where Fisher's test was used. */
  statistic: number;
  degrees: number;
  p: number;
  /** Columns after pooling. */
  columns: number;
  method: 'chi-squared' | 'fisher' | 'none';
}

/** A cell expected to hold fewer makes the χ² approximation doubtful (Cochran 1954). */
const SMALLEST_EXPECTED = 5;

/** Pr(χ² ≥ x) with `degrees` degrees of freedom: Q(degrees/2, x/2). */
export function chiSquaredTail(x: number, degrees: number): number {
  return upperGamma(degrees / 2, x / 2);
}

/**
 * χ² test that two samples of categories share one distribution (homogeneity, a 2×k table).
 *
 * χ² = Σ (observed − expected)² / expected with expected = row total · column total / total, and
 * k − 1 degrees of freedom. Columns in which a cell is expected to hold fewer than five are
 * pooled into one "other"; if that is still too small, the smallest remaining column joins it.
 * Yates' correction is applied at k = 2 and only there. At k = 2 with a small expected cell
 * Fisher's exact test takes over. One column, or an empty sample, gives p = 1 (`none`).
 *
 * @param first counts by category, integers ≥ 0
 * @param second counts of the same categories, as long as `first`
 */
export function chiSquaredHomogeneity(
  first: readonly number[],
  second: readonly number[]
): IChiSquared {
  const table = first
    .map((count, index): Column => [count, second[index]])
    .filter(([a, b]) => a + b > 0);
  const rows: Column = [sum(table, 0), sum(table, 1)];
  const pooled = pool(table, rows);
  const none = { statistic: 0, degrees: 0, p: 1, columns: pooled.length };
  if (pooled.length < 2 || rows[0] === 0 || rows[1] === 0) {
    return { ...none, method: 'none' };
  }
  if (pooled.length === 2 && pooled.some(column => isSmall(column, rows))) {
    const [[a, c], [b, d]] = pooled;
    const p = fisherExact(a, b, c, d);
    return { statistic: NaN, degrees: 1, p, columns: 2, method: 'fisher' };
  }
  const degrees = pooled.length - 1;
  const statistic = pearson(pooled, rows, degrees === 1);
  const p = chiSquaredTail(statistic, degrees);
  return { statistic, degrees, p, columns: pooled.length, method: 'chi-squared' };
}

type Column = [number, number];

function sum(table: readonly Column[], row: 0 | 1): number {
  return table.reduce((total, column) => total + column[row], 0);
}

function expected([a, b]: Column, rows: Column): Column {
  const share = (a + b) / (rows[0] + rows[1]);
  return [rows[0] * share, rows[1] * share];
}

function isSmall(column: Column, rows: Column): boolean {
  return Math.min(...expected(column, rows)) < SMALLEST_EXPECTED;
}

/** The large columns and one of all small ones; two are always left of two or more. */
function pool(table: readonly Column[], rows: Column): Column[] {
  if (table.length <= 2) {
    return [...table];
  }
  const columns = [...table].sort((x, y) => y[0] + y[1] - x[0] - x[1]);
  // by size, so that the small ones are last; the first stays apart even if it is small
  const large = columns.filter(
    (column, index) => index === 0 || !isSmall(column, rows)
  );
  if (large.length === columns.length) {
    return columns;
  }
  let other = merged(columns.slice(large.length));
  if (isSmall(other, rows) && large.length > 1) {
    other = merged([other, ...large.splice(-1)]);
  }
  return [...large, other];
}

function merged(columns: readonly Column[]): Column {
  return [sum(columns, 0), sum(columns, 1)];
}

function pearson(table: readonly Column[], rows: Column, corrected: boolean): number {
  let statistic = 0;
  for (const column of table) {
    expected(column, rows).forEach((value, row) => {
      const difference = Math.abs(column[row] - value);
      // never more than the difference itself, as in scipy
      const shift = corrected ? Math.min(0.5, difference) : 0;
      statistic += Math.pow(difference - shift, 2) / value;
    });
  }
  return statistic;
}
