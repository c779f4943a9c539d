/** Shares over bins: `edges` are the limits of `shares.length` bins, ascending. */
export interface IHistogram {
  readonly edges: readonly number[];
  readonly shares: readonly number[];
}

/**
 * Quantile of sorted values by linear interpolation between order statistics (Hyndman and Fan
 * 1996, type 7; numpy's default).
 *
 * @param sorted ascending, finite
 * @param probability 0 to 1
 * @returns NaN for an empty sample
 */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) {
    return NaN;
  }
  const position = (sorted.length - 1) * Math.min(1, Math.max(0, probability));
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return between(sorted[below], sorted[above], position - below);
}

/**
 * Inner edges of equal-frequency bins: the quantiles i/bins, without repetition. The outer bins
 * are open, so that every later value has a bin; a sample of one value has no inner edge.
 */
export function equalFrequencyEdges(sorted: ArrayLike<number>, bins: number): number[] {
  const edges: number[] = [];
  for (let i = 1; i < bins && sorted.length > 0; i++) {
    const edge = quantile(sorted, i / bins);
    const last = edges.length > 0 ? edges[edges.length - 1] : sorted[0];
    if (edge > last) {
      edges.push(edge);
    }
  }
  return edges;
}

/** `bins` + 1 edges of equal-width bins from `low` to `high`; one value gets a bin of width 1. */
export function equalWidthEdges(low: number, high: number, bins: number): number[] {
  if (!(high > low)) {
    return [low - 0.5, low + 0.5];
  }
  return Array.from({ length: bins + 1 }, (_, i) =>
    i === bins ? high : between(low, high, i / bins)
  );
}

/**
 * Weighted counts by bin, for inner edges e₁ < … < eₖ: k + 1 bins (−∞, e₁), [e₁, e₂), …, [eₖ, ∞).
 *
 * @param weights one a value; absent: each counts once
 */
export function binCounts(
  values: ArrayLike<number>,
  innerEdges: readonly number[],
  weights?: ArrayLike<number>
): number[] {
  const counts = new Array<number>(innerEdges.length + 1).fill(0);
  for (let i = 0; i < values.length; i++) {
    counts[binOf(values[i], innerEdges)] += weights ? weights[i] : 1;
  }
  return counts;
}

/** Number of inner edges at or below the value. */
function binOf(value: number, innerEdges: readonly number[]): number {
  let low = 0;
  let high = innerEdges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (innerEdges[middle] <= value) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** Counts divided by their sum; all zero where nothing was counted. */
export function sharesOf(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map(count => (total > 0 ? count / total : 0));
}

/**
 * Shares over closed equal-width edges for a picture; what lies outside is counted in the
 * outermost bins, so that nothing vanishes.
 */
export function displayShares(
  values: ArrayLike<number>,
  edges: readonly number[],
  weights?: ArrayLike<number>
): number[] {
  return sharesOf(binCounts(values, edges.slice(1, -1), weights));
}

/** The point at `share` of the way; the weighted form where the difference overflows. */
function between(low: number, high: number, share: number): number {
  const width = high - low;
  return Number.isFinite(width)
    ? low + share * width
    : low * (1 - share) + high * share;
}
