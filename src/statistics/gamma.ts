const HALF_LOG_2PI = 0.918938533204672741780329736406;

/** Bernoulli terms B₂ⱼ / (2j (2j − 1)) of Stirling's series, lowest power of 1/x first. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360];

/** From here on six terms of Stirling's series reach double precision. */
const STIRLING_FROM = 16;

function stirlingSeries(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  let sum = 0;
  for (let j = STIRLING.length - 1; j >= 0; j--) {
    sum = sum * square + STIRLING[j];
  }
  return sum * inverse;
}

/**
 * log Γ(x) for x > 0, relative error about 1e-15 away from its roots at 1 and 2.
 *
 * Stirling's series from x = 16; below, Γ(x) = Γ(x + k) / (x (x + 1) … (x + k − 1)).
 * Source: Abramowitz and Stegun, 6.1.15 and 6.1.41. NaN for x ≤ 0.
 */
export function logGamma(x: number): number {
  if (!(x > 0)) {
    return NaN;
  }
  let shifted = x;
  let product = 1;
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const large =
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    HALF_LOG_2PI +
    stirlingSeries(shifted);
  return large - Math.log(product);
}

/**
 * What Stirling's formula leaves out: log Γ(x + 1) − [(x + ½) log x − x + ½ log 2π], x > 0.
 *
 * Source: C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000), eq. 3.
 */
export function stirlingError(x: number): number {
  return x >= STIRLING_FROM
    ? stirlingSeries(x)
    : logGamma(x + 1) - (x + 0.5) * Math.log(x) + x - HALF_LOG_2PI;
}

/** log(1 + u) − u for u > −1, without the cancellation near 0; −∞ at u = −1. */
export function logOnePlusMinus(u: number): number {
  if (Math.abs(u) > 0.1) {
    return Math.log1p(u) - u;
  }
  let power = -u * u;
  let sum = power / 2;
  for (let k = 3; k < 40; k++) {
    power *= -u;
    const next = sum + power / k;
    if (next === sum) {
      break;
    }
    sum = next;
  }
  return sum;
}

/** xᵃ e⁻ˣ / Γ(a + 1) as a deviance, so that large a lose no digits. a > 0, x > 0. */
function poissonTerm(a: number, x: number): number {
  const deviance = -a * logOnePlusMinus((x - a) / a);
  return Math.exp(-deviance - stirlingError(a)) / Math.sqrt(2 * Math.PI * a);
}

const TINY = 1e-300;
const LIMIT = 100_000;

/**
 * Regularised upper incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a), a > 0, x ≥ 0.
 *
 * Below x = a + 1 it is one minus the series of DLMF 8.11.4, above the continued fraction of
 * DLMF 8.9.2 by Lentz's method. 1 at x = 0, 0 at x = ∞, NaN outside the domain.
 */
export function upperGamma(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) {
    return NaN;
  }
  if (x === 0) {
    return 1;
  }
  if (x === Infinity) {
    return 0;
  }
  const scale = poissonTerm(a, x);
  if (x < a + 1) {
    let term = 1;
    let sum = 1;
    for (let k = 1; k < LIMIT && term > sum * 1e-17; k++) {
      term *= x / (a + k);
      sum += term;
    }
    return 1 - scale * sum;
  }
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let k = 1; k < LIMIT; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    const step = c * d;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-16) {
      break;
    }
  }
  return scale * a * fraction;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
