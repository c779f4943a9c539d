import type { DriftReport, FeatureDrift } from '../../contract/monitor';

/** Lines that can be told apart. */
const LINES = 4;

export interface ITimelineLine {
  feature: string;
  points: readonly { at: number; ratio: number }[];
}

export interface ITimelineScale {
  lines: readonly ITimelineLine[];
  /** First and last time, in milliseconds. */
  from: number;
  to: number;
  /** Greatest ratio on the axis. */
  top: number;
}

/**
 * Effects of the features that moved most as multiples of their own floors, one point per window: so
 * one threshold, at 1, holds for all. Null before the second window with data.
 */
export function timelineScale(report: DriftReport): ITimelineScale | null {
  const windows = report.timeline.filter(({ state }) => state !== 'no-data');
  if (windows.length < 2) {
    return null;
  }
  const features = [...report.features]
    .sort((one, other) => ratioOf(other, other.effect) - ratioOf(one, one.effect))
    .slice(0, LINES);
  const lines = features.map(feature => ({
    feature: feature.feature,
    points: windows
      .filter(({ effects }) => effects[feature.feature] !== undefined)
      .map(({ to, effects }) => ({
        at: Date.parse(to),
        ratio: ratioOf(feature, effects[feature.feature])
      }))
  }));
  const greatest = Math.max(
    ...lines.flatMap(({ points }) => points.map(({ ratio }) => ratio)),
    0
  );
  return {
    lines,
    from: Date.parse(windows[0].to),
    to: Date.parse(windows[windows.length - 1].to),
    top: Math.max(1.5, Math.ceil(greatest * 2) / 2)
  };
}

/** A feature whose training data never moved has a floor of 0: any effect is far above it. */
function ratioOf({ floor }: FeatureDrift, effect: number): number {
  return effect / Math.max(floor, 0.01);
}
