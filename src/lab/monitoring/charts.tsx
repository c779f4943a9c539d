import * as React from 'react';

import type { FeatureDrift, HistogramPair } from '../../contract/monitor';
import { figure } from '../elements/format';
import { useTrans } from '../elements/translation';

/** Pixels. */
const BAR = { width: 96, height: 8 };
const HISTOGRAM = { width: 136, height: 26 };

/** How far a feature has moved, 0 to 1, with its own floor as a mark. */
export function EffectBar({ feature }: { feature: FeatureDrift }): React.ReactElement {
  const trans = useTrans();
  const { effect, floor, state } = feature;
  return (
    <svg
      className={`jp-mlops-EffectBar jp-mlops-mod-${state}`}
      width={BAR.width}
      height={16}
      role="img"
      aria-label={trans.__('Effect %1, floor %2', figure(effect), figure(floor))}
    >
      <rect
        className="jp-mlops-Chart-ground"
        y="4"
        width={BAR.width}
        height={BAR.height}
      />
      <rect
        className="jp-mlops-EffectBar-value"
        y="4"
        width={Math.max(1, Math.min(1, effect) * BAR.width)}
        height={BAR.height}
      />
      <path
        className="jp-mlops-Chart-threshold"
        d={`M${Math.min(1, floor) * BAR.width} 0V16`}
      />
    </svg>
  );
}

/** Baseline filled, window outlined, over the same bins. */
export function HistogramPairChart(props: {
  feature: string;
  histogram: HistogramPair;
}): React.ReactElement {
  const trans = useTrans();
  const { histogram, feature } = props;
  const bins = Math.max(histogram.baseline.length, histogram.window.length, 1);
  const top = Math.max(...histogram.baseline, ...histogram.window, Number.MIN_VALUE);
  const x = (bin: number): number => 1 + (bin / bins) * (HISTOGRAM.width - 2);
  const y = (share: number): number =>
    HISTOGRAM.height - 1 - (share / top) * (HISTOGRAM.height - 3);
  const outline = histogram.window
    .map((share, bin) => `V${y(share)}H${x(bin + 1)}`)
    .join('');
  return (
    <svg
      className="jp-mlops-Histogram"
      width={HISTOGRAM.width}
      height={HISTOGRAM.height}
      role="img"
      aria-label={trans.__('Distribution of %1: baseline and window', feature)}
    >
      <title>{range(histogram)}</title>
      {histogram.baseline.map((share, bin) => (
        <rect
          key={bin}
          className="jp-mlops-Chart-baseline"
          x={x(bin)}
          y={y(share)}
          width={Math.max(1, x(bin + 1) - x(bin) - 1)}
          height={HISTOGRAM.height - 1 - y(share)}
        />
      ))}
      <path className="jp-mlops-Chart-line" d={`M${x(0)} ${y(0)}${outline}V${y(0)}`} />
    </svg>
  );
}

function range({ edges, categories }: HistogramPair): string {
  return edges
    ? `${figure(edges[0])} – ${figure(edges[edges.length - 1])}`
    : (categories ?? []).join(', ');
}
