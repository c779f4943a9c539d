import { logOnePlusMinus, stirlingError } from './gamma';

/** Above this many the one-sided tail is taken from its expansion: the exact sum is too long. */
const LONGEST_SUM = 1_000_000;

/**
 * Pr(Dₙ ≥ d): the two-sided one-sample Kolmogorov–Smirnov distribution.
 *
 * Chooses by n and n·d² among exact methods and the Pelz–Good expansion, as in R. Simard and
 * P. L'Ecuyer, "Computing the Two-Sided Kolmogorov–Smirnov Distribution", Journal of
 * Statistical Software 39(11), 2011, with the cut-offs of scipy's `kstwo.sf`; where that uses
 * Pomeranz's recursion (n ≤ 140) Durbin's matrix, exact as well, serves here.
 *
 * @param n sample size, an integer ≥ 1; NaN is given back for anything else
 * @param d the statistic, 0 to 1
 */
export function kolmogorovTail(n: number, d: number): number {
  if (!Number.isInteger(n) || n < 1 || Number.isNaN(d)) {
    return NaN;
  }
  const t = n * d;
  if (t <= 0.5) {
    return 1;
  }
  if (d >= 1) {
    return 0;
  }
  if (t <= 1) {
    return 1 - lowest(n, t);
  }
  if (t >= n - 1) {
    return 2 * Math.pow(1 - d, n);
  }
  const size = t * d;
  if (d >= 0.5) {
    return clip(2 * smirnovTail(n, d));
  }
  if (n <= 140) {
    return clip(size <= 4 ? 1 - durbin(n, d) : 2 * smirnovTail(n, d));
  }
  if (size >= 370) {
    return 0;
  }
  if (size >= 2.2) {
    return clip(2 * smirnovTail(n, d));
  }
  const small = n <= 100_000 && n * Math.pow(d, 1.5) <= 1.4;
  return clip(1 - (small ? durbin(n, d) : pelzGood(n, d)));
}

function clip(p: number): number {
  return Math.min(1, Math.max(0, p));
}

/** Pr(Dₙ ≤ t/n) for ½ ≤ t ≤ 1: n! ((2t − 1)/n)ⁿ (Ruben and Gambino 1982). */
function lowest(n: number, t: number): number {
  const logFactorialOverPower = 0.5 * Math.log(2 * Math.PI * n) - n + stirlingError(n);
  return Math.exp(logFactorialOverPower + n * Math.log(2 * t - 1));
}

/**
 * Pr(Dₙ⁺ ≥ d): the one-sided distribution, by the sum of Birnbaum and Tingey (1951),
 * d Σⱼ C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j), j from 0 to ⌊n (1 − d)⌋.
 *
 * Each term is a binomial probability at p = d + j/n, divided by p; it is computed as a
 * deviance (Loader 2000), so that no digits are lost for large n. All terms are positive.
 * From n = 10⁶ on: exp(−(6nd + 1)² / 18n) (Maag and Dicaire 1971).
 */
export function smirnovTail(n: number, d: number): number {
  if (n > LONGEST_SUM) {
    return Math.exp(-Math.pow(6 * n * d + 1, 2) / (18 * n));
  }
  const t = n * d;
  const last = Math.floor(n - t);
  const errorOfN = stirlingError(n);
  let sum = Math.pow(1 - d, n) / d;
  for (let j = 1; j <= last && j < n; j++) {
    const rest = n - j;
    const exponent =
      errorOfN -
      stirlingError(j) -
      stirlingError(rest) +
      j * logOnePlusMinus(t / j) +
      rest * logOnePlusMinus(Math.max(-1, -t / rest));
    const binomial = Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * j * rest));
    sum += binomial / (d + j / n);
  }
  return d * sum;
}

const SCALE_BITS = 400;
const SCALE = Math.pow(2, SCALE_BITS);

/**
 * Pr(Dₙ ≤ d), exact: entry (k, k) of n!/nⁿ Hⁿ with k = ⌈nd⌉ and H the (2k − 1)² matrix of
 * Durbin (1968), raised by squaring as in G. Marsaglia, W. W. Tsang and J. Wang, "Evaluating
 * Kolmogorov's Distribution", Journal of Statistical Software 8(18), 2003.
 */
function durbin(n: number, d: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  let base = { matrix: durbinMatrix(k, k - n * d), bits: 0 };
  let power: { matrix: Float64Array; bits: number } | null = null;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = power ? scaledProduct(power, base, size) : base;
    }
    if (left > 1) {
      base = scaledProduct(base, base, size);
    }
  }
  const middle = (k - 1) * size + (k - 1);
  let p = power ? power.matrix[middle] : 0;
  let bits = power ? power.bits : 0;
  for (let i = 1; i <= n; i++) {
    p = (p * i) / n;
    if (p < 1 / SCALE) {
      p *= SCALE;
      bits -= SCALE_BITS;
    }
  }
  for (; bits > 0; bits -= SCALE_BITS) {
    p *= SCALE;
  }
  for (; bits < 0; bits += SCALE_BITS) {
    p /= SCALE;
  }
  return p;
}

function durbinMatrix(k: number, h: number): Float64Array {
  const size = 2 * k - 1;
  const inverseFactorial = [1];
  for (let i = 1; i <= size; i++) {
    inverseFactorial.push(inverseFactorial[i - 1] / i);
  }
  const matrix = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column <= Math.min(row + 1, size - 1); column++) {
      let entry = 1;
      if (column === 0) {
        entry -= Math.pow(h, row + 1);
      }
      if (row === size - 1) {
        entry -= Math.pow(h, size - column);
      }
      if (column === 0 && row === size - 1) {
        entry += Math.pow(Math.max(2 * h - 1, 0), size);
      }
      matrix[row * size + column] = entry * inverseFactorial[row - column + 1];
    }
  }
  return matrix;
}

interface IScaledMatrix {
  readonly matrix: Float64Array;
  /** The true matrix is `matrix` · 2^bits. */
  readonly bits: number;
}

function scaledProduct(a: IScaledMatrix, b: IScaledMatrix, size: number) {
  const matrix = new Float64Array(size * size);
  let largest = 0;
  for (let i = 0; i < size; i++) {
    for (let l = 0; l < size; l++) {
      const factor = a.matrix[i * size + l];
      if (factor === 0) {
        continue;
      }
      for (let j = 0; j < size; j++) {
        matrix[i * size + j] += factor * b.matrix[l * size + j];
      }
    }
  }
  for (const entry of matrix) {
    largest = Math.max(largest, entry);
  }
  let bits = a.bits + b.bits;
  if (largest > SCALE) {
    for (let i = 0; i < matrix.length; i++) {
      matrix[i] /= SCALE;
    }
    bits += SCALE_BITS;
  }
  return { matrix, bits };
}

/**
 * Pr(Dₙ ≤ d) ≈ K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^1.5 with z = √n d.
 *
 * Source: W. Pelz and I. J. Good, "Approximating the Lower Tail-areas of the
 * Kolmogorov–Smirnov One-sample Statistic", JRSS B 38(2), 1976, in the form of Simard and
 * L'Ecuyer (2011), eq. 5.
 */
function pelzGood(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const z8 = z4 * z4;
  const pi2 = Math.PI * Math.PI;
  const pi4 = pi2 * pi2;
  const pi6 = pi4 * pi2;
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k3 = 0;
  let evenSum2 = 0;
  let evenSum3 = 0;
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const odd2 = (2 * k - 1) * (2 * k - 1);
    const odd4 = odd2 * odd2;
    const weight = Math.exp((-odd2 * pi2) / (8 * z2));
    k0 += weight;
    k1 += weight * (-z2 + (pi2 / 4) * odd2);
    k2 +=
      weight *
      (6 * z6 +
        2 * z4 +
        (pi2 / 4) * (2 * z4 - 5 * z2) * odd2 +
        (pi4 / 16) * (1 - 2 * z2) * odd4);
    k3 +=
      weight *
      (-30 * z6 -
        90 * z8 +
        (pi2 / 4) * (135 * z4 - 96 * z6) * odd2 +
        (pi4 / 16) * (212 * z4 - 60 * z2) * odd4 +
        (pi6 / 64) * (5 - 30 * z2) * odd4 * odd2);
    const square = k * k;
    const even = square * Math.exp((-square * pi2) / (2 * z2));
    evenSum2 += even;
    evenSum3 += even * (3 * z2 - pi2 * square);
  }
  const root = Math.sqrt(2 * Math.PI);
  const second = (root * k2) / (72 * z6 * z) - (pi2 * root * evenSum2) / (36 * z2 * z);
  const third = (root * k3) / (6480 * z8 * z2) + (pi2 * root * evenSum3) / (216 * z6);
  return (
    (root * k0) / z +
    (root * k1) / (6 * z4) / Math.sqrt(n) +
    second / n +
    third / Math.pow(n, 1.5)
  );
}
