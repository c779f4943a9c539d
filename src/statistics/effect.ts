/**
 * Greatest difference of the cumulative shares of two samples over ordered categories: the
 * Kolmogorov–Smirnov D of samples that are given as counts by ascending value. 0 to 1; 0 where
 * a sample is empty.
 */
export function cumulativeDistance(
  first: ArrayLike<number>,
  second: ArrayLike<number>
): number {
  const sizes = [total(first), total(second)];
  if (sizes[0] === 0 || sizes[1] === 0) {
    return 0;
  }
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < first.length; i++) {
    // integers: no division and no rounding on the way
    difference += first[i] * sizes[1] - second[i] * sizes[0];
    largest = Math.max(largest, Math.abs(difference));
  }
  return largest / (sizes[0] * sizes[1]);
}

/**
 * Total variation ½ Σ |pᵢ − qᵢ| of the shares of two samples of categories: the greatest
 * difference in probability that any event has. 0 to 1; 0 where a sample is empty.
 */
export function totalVariation(
  first: ArrayLike<number>,
  second: ArrayLike<number>
): number {
  const sizes = [total(first), total(second)];
  if (sizes[0] === 0 || sizes[1] === 0) {
    return 0;
  }
  let sum = 0;
  for (let i = 0; i < first.length; i++) {
    sum += Math.abs(first[i] / sizes[0] - second[i] / sizes[1]);
  }
  return sum / 2;
}

function total(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += counts[i];
  }
  return sum;
}
