import * as React from 'react';

import type { Alert, DriftReport } from '../../contract/monitor';
import { shortDay } from '../elements/format';
import { useTrans } from '../elements/translation';

/** Pixels. */
const SIZE = { width: 720, height: 150 };
const BOX = { left: 60, right: 100, top: 10, bottom: 22 };
/** Lines that can be told apart. */
const LINES = 4;

/** Effects of the features that moved most, a point a window, with pending and firing marked. */
export function EffectTimeline(props: {
  report: DriftReport;
}): React.ReactElement | null {
  const trans = useTrans();
  const { report } = props;
  const windows = report.timeline.filter(({ state }) => state !== 'no-data');
  if (windows.length < 2) {
    return (
      <p className="jp-mlops-Quiet">
        {trans.__('The time line begins with the second window.')}
      </p>
    );
  }
  const first = Date.parse(windows[0].to);
  const last = Date.parse(windows[windows.length - 1].to);
  const x = (time: string): number => {
    const share = (Date.parse(time) - first) / Math.max(1, last - first);
    return (
      BOX.left + Math.min(1, Math.max(0, share)) * (SIZE.width - BOX.left - BOX.right)
    );
  };
  const y = (effect: number): number =>
    SIZE.height -
    BOX.bottom -
    Math.min(1, effect) * (SIZE.height - BOX.top - BOX.bottom);
  const features = report.features.slice(0, LINES);
  const floor = features[0]?.floor;
  return (
    <svg
      className="jp-mlops-Timeline"
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      role="img"
      aria-label={trans.__(
        'Effect over time of %1',
        features.map(({ feature }) => feature).join(', ')
      )}
    >
      {report.alert && (
        <AlertMarks alert={report.alert} x={x} end={SIZE.width - BOX.right} />
      )}
      <path
        className="jp-mlops-Chart-axis"
        d={`M${BOX.left} ${BOX.top}V${y(0)}H${SIZE.width - BOX.right}`}
      />
      <text x={BOX.left - 6} y={y(1) + 8} textAnchor="end">
        1
      </text>
      <text x={BOX.left - 6} y={y(0)} textAnchor="end">
        0
      </text>
      {floor !== undefined && (
        <>
          <path
            className="jp-mlops-Chart-threshold"
            d={`M${BOX.left} ${y(floor)}H${SIZE.width - BOX.right}`}
          />
          <text x={BOX.left - 6} y={y(floor) + 4} textAnchor="end">
            {trans.__('floor')}
          </text>
        </>
      )}
      {labels(
        features.map(({ feature }) => feature),
        windows,
        y
      ).map(({ feature, at }, index) => (
        <g key={feature} className={`jp-mlops-Timeline-line jp-mlops-mod-${index}`}>
          <polyline
            points={windows
              .filter(({ effects }) => effects[feature] !== undefined)
              .map(({ to, effects }) => `${x(to)},${y(effects[feature])}`)
              .join(' ')}
          />
          <text x={SIZE.width - BOX.right + 6} y={at}>
            {feature}
          </text>
        </g>
      ))}
      {[windows[0], windows[windows.length - 1]].map((window, index) => (
        <text
          key={index}
          x={x(window.to)}
          y={SIZE.height - 6}
          textAnchor={index === 0 ? 'start' : 'end'}
        >
          {shortDay(window.to)}
        </text>
      ))}
    </svg>
  );
}

function AlertMarks(props: {
  alert: Alert;
  x(time: string): number;
  end: number;
}): React.ReactElement {
  const trans = useTrans();
  const { alert, x, end } = props;
  const firing = alert.firingSince ? x(alert.firingSince) : null;
  const height = SIZE.height - BOX.top - BOX.bottom;
  return (
    <>
      {firing !== null && firing < end && (
        <>
          <rect
            className="jp-mlops-Timeline-firing"
            x={firing}
            y={BOX.top}
            width={end - firing}
            height={height}
          />
          <text x={Math.min(firing + 6, end - 40)} y={BOX.top + 12}>
            {trans.__('firing')}
          </text>
        </>
      )}
    </>
  );
}

/** Names at the lines' ends, moved apart where they would cover each other. */
function labels(
  features: readonly string[],
  windows: DriftReport['timeline'],
  y: (effect: number) => number
): { feature: string; at: number }[] {
  const ends = features
    .map(feature => ({
      feature,
      at: y(windows[windows.length - 1].effects[feature] ?? 0) + 4
    }))
    .sort((one, other) => one.at - other.at);
  ends.forEach((end, index) => {
    if (index > 0) {
      end.at = Math.max(end.at, ends[index - 1].at + 13);
    }
  });
  const overflow = (ends.at(-1)?.at ?? 0) - (SIZE.height - BOX.bottom + 4);
  if (overflow > 0) {
    ends.forEach(end => {
      end.at -= overflow;
    });
  }
  return features.map(
    feature => ends.find(end => end.feature === feature) ?? { feature, at: 0 }
  );
}
