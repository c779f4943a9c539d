/** What an alarm needs to know of a window. */
export interface IAlarmWindow {
  /** End of the window, RFC 3339: when its result is known. */
  readonly to: string;
  readonly state: 'drift' | 'no-drift' | 'no-data';
  readonly drifted: readonly string[];
}

/** The alarm of one model in one environment after the windows so far. Plain JSON. */
export interface IAlarm {
  readonly state: 'inactive' | 'pending' | 'firing' | 'resolved';
  /** Drifting windows in a row, ending with the last one that had data. */
  readonly drifting: number;
  /** The same without drift. */
  readonly quiet: number;
  /** Feature → windows of this alarm in which it drifted. */
  readonly featureWindows: Readonly<Record<string, number>>;
  readonly pendingSince: string | null;
  readonly firingSince: string | null;
  readonly resolvedAt: string | null;
}

/** Before the first window. */
export const NO_ALARM: IAlarm = {
  state: 'inactive',
  drifting: 0,
  quiet: 0,
  featureWindows: {},
  pendingSince: null,
  firingSince: null,
  resolvedAt: null
};

/**
 * The alarm after one more window, which must be the next in time.
 *
 * The first drifting window makes it `pending`, the k-th in a row `firing`; a pending one ends
 * with a window without drift, a firing one is `resolved` after k of them in a row. A window
 * without data changes nothing and interrupts no row: no data is not "no drift". Drift after
 * `resolved` starts a new alarm.
 *
 * @param windows k ≥ 1, 2 by default
 */
export function advanceAlarm(alarm: IAlarm, window: IAlarmWindow, windows = 2): IAlarm {
  if (window.state === 'no-data') {
    return alarm;
  }
  return window.state === 'drift'
    ? afterDrift(alarm, window, windows)
    : afterQuiet(alarm, window, windows);
}

function afterDrift(alarm: IAlarm, window: IAlarmWindow, windows: number): IAlarm {
  const isNew = alarm.state === 'inactive' || alarm.state === 'resolved';
  const from = isNew ? { ...NO_ALARM, pendingSince: window.to } : alarm;
  const drifting = from.drifting + 1;
  const fires = from.state === 'firing' || drifting >= windows;
  // a map, since a column may be named like a property of every object
  const featureWindows = new Map(Object.entries(from.featureWindows));
  for (const feature of window.drifted) {
    featureWindows.set(feature, (featureWindows.get(feature) ?? 0) + 1);
  }
  return {
    ...from,
    state: fires ? 'firing' : 'pending',
    drifting,
    quiet: 0,
    featureWindows: Object.fromEntries(featureWindows),
    firingSince: fires ? (from.firingSince ?? window.to) : null
  };
}

function afterQuiet(alarm: IAlarm, window: IAlarmWindow, windows: number): IAlarm {
  if (alarm.state === 'pending') {
    return { ...NO_ALARM, quiet: 1 };
  }
  const quiet = alarm.quiet + 1;
  const resolves = alarm.state === 'firing' && quiet >= windows;
  return {
    ...alarm,
    drifting: 0,
    quiet,
    state: resolves ? 'resolved' : alarm.state,
    resolvedAt: resolves ? window.to : alarm.resolvedAt
  };
}

/** The alarm's features, those that drifted in most windows first, ties by name. */
export function alarmFeatures({ featureWindows }: IAlarm): string[] {
  return Object.keys(featureWindows).sort(
    (a, b) => featureWindows[b] - featureWindows[a] || (a < b ? -1 : 1)
  );
}
