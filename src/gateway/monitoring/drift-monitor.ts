import type { Logger } from 'pino';

import type { IBaselineProfile } from '../../statistics/baseline-profile';
import type { EventBus } from '../events';
import type { DriftAlerts } from './drift-alerts';
import { judge, windowOf, type IWindowSpan } from './judge';
import type { ISubject, PayloadStore } from './payload-store';
import type { IMonitored, MonitoredVersions } from './subject';
import type { WindowStore } from './window-store';

/** Windows are judged this long after their rows came. */
const JUDGE_AFTER = 2_000;
/** Of the time, at most one part in so many goes into judging. */
const SHARE = 10;
const AFTER_FAILURE = 60_000;

/**
 * Judges windows after requests have arrived or time has passed. What is to be judged is written
 * down with the requests; the judging itself goes on in slices beside the requests of the endpoints.
 */
export class DriftMonitor {
  constructor(options: DriftMonitor.IOptions) {
    this._options = options;
  }

  /**
   * Every window that holds one of these event times has to be judged again.
   *
   * @param times milliseconds since 1970
   */
  note(monitored: IMonitored, times: Iterable<number>): void {
    const { profile, settings } = monitored;
    if (!profile) {
      return;
    }
    const origin = originOf(profile.from);
    const starts = new Set<number>();
    for (const time of times) {
      starts.add(windowOf(time, origin, settings.windowHours).from);
    }
    const key = keyOf(monitored);
    starts.forEach(start => {
      this._options.windows.addDue(monitored, start);
      // What is being judged now has to be judged once more.
      this._noted.add(`${key} ${start}`);
    });
    if (starts.size > 0) {
      this._schedule();
    }
  }

  /** What changes by time alone: windows end, silences end, versions are replaced. */
  look(monitored: IMonitored, now = Date.now()): void {
    const { alerts, payloads, windows } = this._options;
    alerts.retire(monitored);
    const last = payloads.span(monitored)?.last;
    if (last !== undefined) {
      const over = windows
        .list(monitored)
        .filter(({ complete, from, to }) => {
          const span = { from: Date.parse(from), to: Date.parse(to) };
          return !complete && isComplete(span, last, now);
        })
        .map(({ from }) => Date.parse(from));
      this.note(monitored, over);
    }
    alerts.update(monitored);
    if (windows.due(monitored).length > 0) {
      // What the last gateway left.
      this._schedule();
    }
  }

  /** Judges what is due now; resolves when that is done, or at the latest after `patience`. */
  async settled(patience: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await Promise.race([
      this._work(),
      new Promise<void>(resolve => (timer = setTimeout(resolve, patience)))
    ]);
    clearTimeout(timer);
  }

  /** Lets go; what is still due is judged by the next gateway. */
  async close(): Promise<void> {
    this._closed = true;
    clearTimeout(this._timer);
    await this._working;
  }

  private _schedule(): void {
    if (!this._timer && !this._working && !this._closed) {
      const pause = this._failed
        ? AFTER_FAILURE
        : Math.max(JUDGE_AFTER, this._took * (SHARE - 1));
      this._timer = setTimeout(() => void this._work(), pause);
    }
  }

  private _work(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._working ??= this._pass().finally(() => {
      this._working = undefined;
      if (this._left) {
        this._schedule();
      }
    });
    return this._working;
  }

  private async _pass(): Promise<void> {
    const { windows, log } = this._options;
    const started = performance.now();
    this._failed = false;
    for (const subject of windows.subjectsDue()) {
      try {
        await this._judgeAll(subject);
      } catch (error) {
        // One version that cannot be judged must not keep the others from it.
        this._failed = true;
        log.error({ err: error, ...subject }, 'drift could not be judged');
      }
    }
    this._left = !this._closed && windows.subjectsDue().length > 0;
    this._took = performance.now() - started;
  }

  private async _judgeAll(subject: ISubject): Promise<void> {
    const { windows, alerts, events, monitored: versions } = this._options;
    const monitored = versions.get(subject);
    // Oldest first: an alarm counts windows in a row.
    for (const start of windows.due(subject)) {
      if (this._closed) {
        return;
      }
      await this._judge(monitored, start);
    }
    if (versions.isReleased(subject)) {
      alerts.update(monitored);
    }
    const { environment, model } = subject;
    events.publish({ type: 'monitor', data: { environment, model } });
  }

  private async _judge(monitored: IMonitored, start: number): Promise<void> {
    const { payloads, windows } = this._options;
    const { profile, settings } = monitored;
    const key = `${keyOf(monitored)} ${start}`;
    this._noted.delete(key);
    const last = payloads.span(monitored)?.last;
    if (!profile || last === undefined) {
      windows.removeDue(monitored, start);
      return;
    }
    const window = windowOf(start, originOf(profile.from), settings.windowHours);
    const judged = await judge(
      withoutColumns(profile, settings.sensitive),
      { payloads, subject: monitored },
      window,
      {
        minimumRows: settings.minimumRows,
        complete: isComplete(window, last, Date.now())
      }
    );
    if (!windows.due(monitored).includes(start)) {
      // The payloads were deleted meanwhile.
      return;
    }
    if (judged.window.rows > 0) {
      windows.put(monitored, judged.window, judged.features);
    }
    if (!this._noted.has(key)) {
      windows.removeDue(monitored, start);
    }
  }

  private readonly _options: DriftMonitor.IOptions;
  /** Windows that got rows since their judging began. */
  private readonly _noted = new Set<string>();
  private _timer: NodeJS.Timeout | undefined;
  private _working: Promise<void> | undefined;
  private _took = 0;
  private _failed = false;
  private _left = false;
  private _closed = false;
}

export namespace DriftMonitor {
  export interface IOptions {
    payloads: PayloadStore;
    windows: WindowStore;
    alerts: DriftAlerts;
    monitored: MonitoredVersions;
    events: EventBus;
    log: Logger;
  }
}

/**
 * Whether a window's time is over: later rows have come, or the clock has passed its end while rows
 * still came. A stream that stopped early, or recorded hours that are sent again, leave a part of a
 * window, which has other hours than a whole one.
 */
function isComplete({ from, to }: IWindowSpan, last: number, now: number): boolean {
  return last >= to || (now >= to && now - last < to - from);
}

/** What is not stored any more would else look as if it were missing in each row. */
function withoutColumns(profile: IBaselineProfile, names: string[]): IBaselineProfile {
  const features = profile.features.filter(({ name }) => !names.includes(name));
  return { ...profile, features };
}

function keyOf({ environment, model, version }: ISubject): string {
  return `${environment}/${model}/${version}`;
}

/** Windows begin where the baseline does; without times, on the first Monday of 1970. */
function originOf(from: string | null): number {
  return from === null ? Date.UTC(1970, 0, 5) : Date.parse(from);
}
