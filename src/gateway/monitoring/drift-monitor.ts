import type { Alert } from '../../contract/monitor';
import {
  advanceAlarm,
  alarmFeatures,
  NO_ALARM,
  type IAlarm
} from '../../statistics/alarm';
import type { EventBus } from '../events';
import type { AlertStore } from './alert-store';
import { judge, windowOf, type IWindowSpan } from './judge';
import type { ISubject, PayloadStore } from './payload-store';
import type { IMonitored } from './subject';
import type { WindowStore } from './window-store';
import { driftSentence } from './wording';

/** Judges windows when requests arrive or time passes, and keeps the drift alert of each subject. */
export class DriftMonitor {
  constructor(options: DriftMonitor.IOptions) {
    this._options = options;
  }

  /**
   * Judges again every window that holds one of these event times, and those that were open.
   *
   * @param times milliseconds since 1970
   */
  update(monitored: IMonitored, times: Iterable<number>, now = Date.now()): void {
    const { profile, settings } = monitored;
    const { payloads, windows, events } = this._options;
    const span = payloads.span(monitored);
    if (!profile || !span) {
      return;
    }
    const origin = originOf(profile.from);
    const open = windows.list(monitored).filter(({ complete }) => !complete);
    const starts = new Set(
      [...times, ...open.map(({ from }) => Date.parse(from))].map(
        time => windowOf(time, origin, settings.windowHours).from
      )
    );
    for (const start of starts) {
      const window = windowOf(start, origin, settings.windowHours);
      const judged = judge(
        profile,
        payloads.rows(monitored, window.from, window.to),
        window,
        {
          minimumRows: settings.minimumRows,
          complete: isComplete(window, span.last, now)
        }
      );
      windows.put(monitored, judged.window, judged.features);
    }
    this._updateAlert(monitored);
    const { environment, model } = monitored;
    events.publish({ type: 'monitor', data: { environment, model } });
  }

  /** Ends the alerts of versions that no longer answer there. */
  retire(subject: ISubject): void {
    this._options.alerts
      .activeOfOthers(subject)
      .forEach(alert => this._put({ ...alert, state: 'resolved', resolvedAt: now() }));
  }

  private _updateAlert(monitored: IMonitored): void {
    const { alerts, windows } = this._options;
    // A window counts when its time is over: half a week has other hours than a week.
    const alarm = windows
      .list(monitored)
      .filter(({ complete }) => complete)
      .reduce<IAlarm>(
        (before, window) =>
          advanceAlarm(before, window, monitored.settings.consecutive),
        NO_ALARM
      );
    const active = alerts.active(monitored, 'drift');
    if (alarm.state !== 'pending' && alarm.state !== 'firing') {
      if (active) {
        this._put({
          ...active,
          state: 'resolved',
          resolvedAt: alarm.resolvedAt ?? now()
        });
      }
      return;
    }
    const facts = this._facts(monitored, alarm);
    if (!active) {
      this._tell(alerts.create(facts));
      return;
    }
    const silenced = active.silence !== null && active.silence.until > now();
    const next: Alert = {
      ...active,
      ...facts,
      state: silenced ? 'silenced' : facts.state
    };
    if (JSON.stringify(next) !== JSON.stringify(active)) {
      this._put(next);
    }
  }

  private _facts(monitored: IMonitored, alarm: IAlarm) {
    const { environment, model, version } = monitored;
    const { windows } = this._options;
    const newest = windows.list(monitored).findLast(({ state }) => state === 'drift');
    const features = newest ? windows.features(monitored, newest.from) : [];
    return {
      kind: 'drift' as const,
      environment,
      model,
      version,
      severity: 'warning' as const,
      state: alarm.state === 'firing' ? ('firing' as const) : ('pending' as const),
      summary: driftSentence(features),
      features: alarmFeatures(alarm),
      pendingSince: alarm.pendingSince ?? now(),
      firingSince: alarm.firingSince
    };
  }

  private _put(alert: Alert): void {
    this._tell(this._options.alerts.put(alert));
  }

  private _tell(alert: Alert): void {
    this._options.events.publish({ type: 'alert', data: alert });
  }

  private readonly _options: DriftMonitor.IOptions;
}

export namespace DriftMonitor {
  export interface IOptions {
    payloads: PayloadStore;
    windows: WindowStore;
    alerts: AlertStore;
    events: EventBus;
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

function now(): string {
  return new Date().toISOString();
}

/** Windows begin where the baseline does; without times, on the first Monday of 1970. */
function originOf(from: string | null): number {
  return from === null ? Date.UTC(1970, 0, 5) : Date.parse(from);
}
