import { kolmogorovTail } from './kolmogorov';

/** A sample as its sorted distinct values and how often each occurs. */
export interface ISteps {
  /** Ascending, finite, without repetition. */
  readonly values: readonly number[];
  /** As long as `values`, integers ≥ 1. */
  readonly counts: readonly number[];
}

export interface IKolmogorovSmirnov {
  /** D = max |F − G|, 0 to 1. */
  statistic: number;
  p: number;
  method: 'exact' | 'asymptotic';
}

/** Up to this size of the larger sample p is exact, as scipy's `method='auto'` has it. */
const EXACT_UP_TO = 10_000;

/** Sorts finite numbers and counts equal ones. */
export function stepsOf(sample: Iterable<number>): ISteps {
  const sorted = Float64Array.from(sample).sort();
  const values: number[] = [];
  const counts: number[] = [];
  for (const value of sorted) {
    // `===` makes one of −0 and 0, which the sort keeps apart
    if (values.length > 0 && values[values.length - 1] === value) {
      counts[counts.length - 1] += 1;
    } else {
      values.push(value);
      counts.push(1);
    }
  }
  return { values, counts };
}

/** Number of rows behind the steps. */
export function sizeOf(steps: ISteps): number {
  return steps.counts.reduce((sum, count) => sum + count, 0);
}

/** D = max over x of |F(x) − G(x)| of two samples that are not empty; else NaN. */
export function ksStatistic(a: ISteps, b: ISteps): number {
  const sizeA = sizeOf(a);
  const sizeB = sizeOf(b);
  if (sizeA === 0 || sizeB === 0) {
    return NaN;
  }
  const divisor = greatestCommonDivisor(sizeA, sizeB);
  const weightA = sizeB / divisor;
  const weightB = sizeA / divisor;
  let i = 0;
  let j = 0;
  // integers as long as the least common multiple fits in 53 bits: no rounding in D
  let difference = 0;
  let largest = 0;
  while (i < a.values.length && j < b.values.length) {
    const value = Math.min(a.values[i], b.values[j]);
    if (a.values[i] === value) {
      difference += a.counts[i] * weightA;
      i += 1;
    }
    if (b.values[j] === value) {
      difference -= b.counts[j] * weightB;
      j += 1;
    }
    largest = Math.max(largest, Math.abs(difference));
  }
  return largest / (sizeA * weightA);
}

/**
 * Pr(D ≥ d) if both samples come from one continuous distribution (with ties: an upper bound).
 *
 * Up to 10,000 rows in the larger sample exact: equal sizes by the reflection principle,
 * others by lattice paths. Beyond, the one-sample distribution at round(n₁n₂/(n₁ + n₂)).
 * NaN where a size is not a positive integer.
 */
export function ksTail(
  d: number,
  n1: number,
  n2: number
): { p: number; method: 'exact' | 'asymptotic' } {
  if (!isSize(n1) || !isSize(n2) || Number.isNaN(d)) {
    return { p: NaN, method: 'exact' };
  }
  if (Math.max(n1, n2) > EXACT_UP_TO) {
    const n = roundHalfEven((n1 * n2) / (n1 + n2));
    return { p: kolmogorovTail(n, d), method: 'asymptotic' };
  }
  const divisor = greatestCommonDivisor(n1, n2);
  const h = Math.round(d * (n1 / divisor) * n2);
  if (h <= 0) {
    return { p: 1, method: 'exact' };
  }
  const p = n1 === n2 ? equalSizes(n1, h) : latticePaths(n1, n2, divisor, h);
  return { p: Math.min(1, p), method: 'exact' };
}

/**
 * Two-sample, two-sided Kolmogorov–Smirnov test, as scipy's `ks_2samp(method='auto')` defines it.
 *
 * @param a finite numbers in any order, at least one
 * @param b the same
 * @returns D and p; both NaN where a sample is empty
 */
export function ksTwoSample(
  a: Iterable<number>,
  b: Iterable<number>
): IKolmogorovSmirnov {
  const stepsA = stepsOf(a);
  const stepsB = stepsOf(b);
  const statistic = ksStatistic(stepsA, stepsB);
  return { statistic, ...ksTail(statistic, sizeOf(stepsA), sizeOf(stepsB)) };
}

/**
 * Pr(Dₙₙ ≥ h/n) = 2 Σₖ (−1)^(k−1) C(2n, n − kh) / C(2n, n), k = 1 … ⌊n/h⌋.
 *
 * Source: B. V. Gnedenko and V. S. Korolyuk (1951), the reflection principle. The quotient of
 * neighbouring binomials is multiplied on, never the binomials themselves.
 */
function equalSizes(n: number, h: number): number {
  let sum = 0;
  let term = 1;
  let sign = 1;
  let offset = 0;
  for (let k = 1; k * h <= n && term > 0; k++) {
    for (; offset < k * h; offset++) {
      term *= (n - offset) / (n + offset + 1);
    }
    sum += sign * term;
    sign = -sign;
  }
  return 2 * sum;
}

/**
 * Probability that a random lattice path from (0, 0) to (n₁, n₂) touches |x/n₁ − y/n₂| ≥ h/lcm.
 *
 * All paths being equally likely, one through (i, j) came from (i − 1, j) with probability
 * i/(i + j). So u(i, j) = [i u(i − 1, j) + j u(i, j − 1)] / (i + j) is the probability to have
 * touched the boundary before, with u = 1 on and beyond it. Only cells within the band are
 * visited; all terms are positive, so small probabilities keep their digits.
 * Background: J. L. Hodges, "The significance probability of the Smirnov two-sample test",
 * Arkiv för Matematik 3, 1958.
 */
function latticePaths(n1: number, n2: number, divisor: number, h: number): number {
  const m = Math.max(n1, n2);
  const n = Math.min(n1, n2);
  const stepX = n / divisor;
  const stepY = m / divisor;
  const touched = new Float64Array(n + 1).fill(1);
  for (let i = 0; i <= m; i++) {
    const first = Math.max(0, Math.floor((i * stepX - h) / stepY) + 1);
    const last = Math.min(n, Math.ceil((i * stepX + h) / stepY) - 1);
    let left = 1;
    for (let j = first; j <= last; j++) {
      if (i === 0) {
        left = 0;
      } else if (j === 0) {
        left = touched[0];
      } else {
        left = (i * touched[j] + j * left) / (i + j);
      }
      touched[j] = left;
    }
  }
  return touched[n];
}

function isSize(n: number): boolean {
  return Number.isInteger(n) && n > 0;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const half = x - floor === 0.5;
  return half ? floor + (floor % 2) : Math.round(x);
}
