import type { HistogramPair } from '../contract/monitor';
import type { ICategoricalProfile } from './baseline-profile';
import { displayShares, equalWidthEdges, sharesOf } from './histogram';
import { sizeOf } from './ks';
import type { ISteps } from './ks';

const BINS = 20;
const MOST_BARS = 12;
/** Values further out than this share of a sample widen no axis; they count in the outer bins. */
const TAIL = 0.005;

/** Baseline and window over the same equal-width bins, which reach over both samples. */
export function numericHistogram(baseline: ISteps, window: ISteps): HistogramPair {
  const samples = [baseline, window].filter(({ values }) => values.length > 0);
  if (samples.length === 0) {
    return { edges: [], categories: null, baseline: [], window: [] };
  }
  const low = Math.min(...samples.map(sample => stepQuantile(sample, TAIL)));
  const high = Math.max(...samples.map(sample => stepQuantile(sample, 1 - TAIL)));
  const edges = equalWidthEdges(low, high, BINS);
  return {
    edges,
    categories: null,
    baseline: displayShares(baseline.values, edges, baseline.counts),
    window: displayShares(window.values, edges, window.counts)
  };
}

/** Smallest value with at least the share `probability` of the sample at or below it. */
function stepQuantile({ values, counts }: ISteps, probability: number): number {
  const wanted = probability * sizeOf({ values, counts });
  let below = 0;
  for (let i = 0; i < values.length; i++) {
    below += counts[i];
    if (below >= wanted) {
      return values[i];
    }
  }
  return values[values.length - 1];
}

/**
 * The baseline's most frequent categories, then what is left of them, categories that only the
 * window has, and missing values, each only where it occurs.
 *
 * @param window counts in the order of the profile's categories, and unlisted ones last
 */
export function categoricalHistogram(
  profile: ICategoricalProfile,
  window: readonly number[],
  windowMissing: number
): HistogramPair {
  const listed = profile.categories.map(({ name, count }, i) => ({
    name,
    baseline: count,
    window: window[i]
  }));
  const unlisted = window[profile.categories.length];
  const complete = profile.otherRows === 0;
  const rest = listed.slice(MOST_BARS);
  const bars = [
    ...listed.slice(0, MOST_BARS),
    {
      name: '(other)',
      baseline: rest.reduce((sum, bar) => sum + bar.baseline, profile.otherRows),
      window: rest.reduce((sum, bar) => sum + bar.window, complete ? 0 : unlisted)
    },
    { name: '(new)', baseline: 0, window: complete ? unlisted : 0 },
    { name: '(missing)', baseline: profile.missing, window: windowMissing }
  ].filter(bar => bar.baseline + bar.window > 0);
  return {
    edges: null,
    categories: bars.map(bar => bar.name),
    baseline: sharesOf(bars.map(bar => bar.baseline)),
    window: sharesOf(bars.map(bar => bar.window))
  };
}
