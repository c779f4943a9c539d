/**
 * Adjusted p-values of Benjamini and Hochberg: rejecting those below q keeps the expected share
 * of false rejections at or below q, for independent or positively dependent tests.
 *
 * p̃₍ᵢ₎ = min over j ≥ i of min(1, m p₍ⱼ₎ / j), with p₍₁₎ ≤ … ≤ p₍ₘ₎.
 * Source: JRSS B 57(1), 1995. The order of the input is kept; an empty input gives an empty one;
 * NaN counts as 1, a test that could not be made.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const tests = pValues.map((p, index) => ({ p: Number.isNaN(p) ? 1 : p, index }));
  tests.sort((a, b) => b.p - a.p);
  const adjusted = new Array<number>(tests.length);
  let smallest = 1;
  tests.forEach(({ p, index }, position) => {
    smallest = Math.min(smallest, p * (tests.length / (tests.length - position)));
    adjusted[index] = smallest;
  });
  return adjusted;
}
