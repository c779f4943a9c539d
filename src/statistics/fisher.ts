import { logGamma } from './gamma';

/** Tables as likely as the observed one, up to rounding, count as ties. */
const TIE = 1 + 1e-9;

function logBinomial(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}

/**
 * Fisher's exact test of the 2×2 table [[a, b], [c, d]], two-sided: the probability of all tables
 * with the same margins that are at most as likely as the observed one.
 *
 * Source: R. A. Fisher, "The Logic of Inductive Inference" (1935). 1 where a margin is 0.
 */
export function fisherExact(a: number, b: number, c: number, d: number): number {
  const row = a + b;
  const column = a + c;
  const total = row + c + d;
  const lowest = Math.max(0, row + column - total);
  const highest = Math.min(row, column);
  const all = logBinomial(total, column);
  const probability = (x: number) =>
    Math.exp(logBinomial(row, x) + logBinomial(total - row, column - x) - all);
  const observed = probability(a);
  let p = 0;
  for (let x = lowest; x <= highest; x++) {
    const candidate = probability(x);
    if (candidate <= observed * TIE) {
      p += candidate;
    }
  }
  return Math.min(1, p);
}
