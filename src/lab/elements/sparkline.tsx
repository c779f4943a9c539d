import * as React from 'react';

const WIDTH = 72;
const HEIGHT = 16;

/** A line without axes: oldest left. The dashed line is the threshold. */
export function Sparkline(props: {
  values: readonly number[];
  threshold?: number;
  label: string;
}): React.ReactElement | null {
  const { values, threshold } = props;
  if (values.length === 0) {
    return null;
  }
  const top = Math.max(...values, (threshold ?? 0) * 1.25, Number.MIN_VALUE);
  const y = (value: number): number => HEIGHT - 2 - (value / top) * (HEIGHT - 4);
  const x = (index: number): number =>
    values.length === 1 ? WIDTH - 4 : 2 + (index / (values.length - 1)) * (WIDTH - 6);
  const last = values.length - 1;
  return (
    <svg
      className="jp-mlops-Sparkline"
      width={WIDTH}
      height={HEIGHT}
      role="img"
      aria-label={props.label}
    >
      {threshold !== undefined && (
        <path className="jp-mlops-Chart-threshold" d={`M0 ${y(threshold)}H${WIDTH}`} />
      )}
      <polyline
        className="jp-mlops-Chart-line"
        points={values.map((value, index) => `${x(index)},${y(value)}`).join(' ')}
      />
      <circle className="jp-mlops-Chart-dot" cx={x(last)} cy={y(values[last])} r="2" />
    </svg>
  );
}
