import * as React from 'react';

import type { Alert, DriftReport } from '../../contract/monitor';
import { figure, shortDay } from '../elements/format';
import { useTrans } from '../elements/translation';
import { useWidth } from '../elements/use-width';
import { timelineScale, type ITimelineScale } from './timeline-scale';

/** Pixels. */
const HEIGHT = 170;
const BOX = { left: 48, right: 92, top: 10, bottom: 22 };
const LINE = 13;
const GREATEST = 900;

/** How far the features that moved most are above what training data reach, with the alert's time. */
export function EffectTimeline(props: { report: DriftReport }): React.ReactElement {
  const trans = useTrans();
  const [box, width] = useWidth<HTMLDivElement>(640);
  const scale = timelineScale(props.report);
  return (
    <div ref={box}>
      {scale ? (
        <Lines
          scale={scale}
          alert={props.report.alert}
          width={Math.min(width, GREATEST)}
        />
      ) : (
        <p className="jp-mlops-Quiet">
          {trans.__('The time line begins with the second window.')}
        </p>
      )}
    </div>
  );
}

function Lines(props: {
  scale: ITimelineScale;
  alert: Alert | null;
  width: number;
}): React.ReactElement {
  const trans = useTrans();
  const { scale, alert, width } = props;
  const end = width - BOX.right;
  const x = (time: number): number => {
    const share = (time - scale.from) / Math.max(1, scale.to - scale.from);
    return BOX.left + Math.min(1, Math.max(0, share)) * (end - BOX.left);
  };
  const y = (ratio: number): number =>
    HEIGHT - BOX.bottom - (ratio / scale.top) * (HEIGHT - BOX.top - BOX.bottom);
  const ends = endLabels(scale, y);
  return (
    <svg
      className="jp-mlops-Timeline"
      width={width}
      height={HEIGHT}
      role="img"
      aria-label={trans.__(
        'Effect over floor of %1, one point per window',
        scale.lines.map(({ feature }) => feature).join(', ')
      )}
    >
      {alert?.firingSince && (
        <FiringMark
          since={alert.firingSince}
          x={x(Date.parse(alert.firingSince))}
          end={end}
        />
      )}
      <path
        className="jp-mlops-Chart-axis"
        d={`M${BOX.left} ${BOX.top}V${y(0)}H${end}`}
      />
      <path className="jp-mlops-Chart-threshold" d={`M${BOX.left} ${y(1)}H${end}`} />
      {[
        { ratio: 0, label: '0' },
        { ratio: 1, label: trans.__('floor') },
        { ratio: scale.top, label: `${figure(scale.top)} ×` }
      ].map(({ ratio, label }) => (
        <text key={ratio} x={BOX.left - 6} y={y(ratio) + 4} textAnchor="end">
          {label}
        </text>
      ))}
      {scale.lines.map(({ feature, points }, index) => (
        <g key={feature} className={`jp-mlops-Timeline-line jp-mlops-mod-${index}`}>
          <polyline
            points={points.map(({ at, ratio }) => `${x(at)},${y(ratio)}`).join(' ')}
          />
          {points.map(({ at, ratio }) => (
            <circle key={at} cx={x(at)} cy={y(ratio)} r="1.8">
              <title>{`${feature}, ${shortDay(new Date(at))}: ${figure(ratio)} ×`}</title>
            </circle>
          ))}
          <text x={end + 6} y={ends.get(feature)}>
            {feature}
          </text>
        </g>
      ))}
      {[scale.from, scale.to].map((time, index) => (
        <text
          key={index}
          x={x(time)}
          y={HEIGHT - 6}
          textAnchor={index === 0 ? 'start' : 'end'}
        >
          {shortDay(new Date(time))}
        </text>
      ))}
    </svg>
  );
}

/** Characters take about this many pixels at 11 px. */
const CHARACTER = 6;

function FiringMark(props: {
  since: string;
  x: number;
  end: number;
}): React.ReactElement {
  const trans = useTrans();
  const { since, x, end } = props;
  const label = trans.__('firing since %1', shortDay(since));
  const room = end - x - 6 >= label.length * CHARACTER;
  return (
    <>
      <rect
        className="jp-mlops-Timeline-firing"
        x={x}
        y={BOX.top}
        width={Math.max(0, end - x)}
        height={HEIGHT - BOX.top - BOX.bottom}
      />
      <path
        className="jp-mlops-Timeline-since"
        d={`M${x} ${BOX.top}V${HEIGHT - BOX.bottom}`}
      />
      <text
        x={room ? x + 6 : x - 6}
        y={HEIGHT - BOX.bottom - 6}
        textAnchor={room ? 'start' : 'end'}
      >
        {label}
      </text>
    </>
  );
}

/** Where the names at the lines' ends stand: moved apart where they would cover each other. */
function endLabels(
  { lines }: ITimelineScale,
  y: (ratio: number) => number
): ReadonlyMap<string, number> {
  const ends = lines
    .map(({ feature, points }) => ({ feature, at: y(points.at(-1)?.ratio ?? 0) + 4 }))
    .sort((one, other) => one.at - other.at);
  ends.forEach((end, index) => {
    if (index > 0) {
      end.at = Math.max(end.at, ends[index - 1].at + LINE);
    }
  });
  // Pushed below the axis, they go up again from the last.
  let limit = HEIGHT - BOX.bottom + 4;
  for (const end of [...ends].reverse()) {
    end.at = Math.min(end.at, limit);
    limit = end.at - LINE;
  }
  return new Map(ends.map(({ feature, at }) => [feature, at]));
}
