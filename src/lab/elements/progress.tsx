import * as React from 'react';

/** A bar that fills from left to right. */
export function Progress(props: { share: number; label: string }): React.ReactElement {
  const percent = Math.round(Math.min(1, Math.max(0, props.share)) * 100);
  return (
    <div
      className="jp-mlops-Progress"
      role="progressbar"
      aria-label={props.label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <span style={{ width: `${percent}%` }} />
    </div>
  );
}
