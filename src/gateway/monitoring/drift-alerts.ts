import type { Alert } from '../../contract/monitor';
import {
  advanceAlarm,
  alarmFeatures,
  NO_ALARM,
  type IAlarm
} from '../../statistics/alarm';
import type { EventBus } from '../events';
import type { AlertStore } from './alert-store';
import type { ISubject } from './payload-store';
import type { IMonitored } from './subject';
import type { WindowStore } from './window-store';
import { driftSentence } from './wording';

/** Keeps the drift alert of each subject after what its judged windows say. */
export class DriftAlerts {
  constructor(options: DriftAlerts.IOptions) {
    this._options = options;
  }

  update(monitored: IMonitored): void {
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

  /** Ends the alerts of versions that no longer answer there. */
  retire(subject: ISubject): void {
    this._options.alerts
      .activeOfOthers(subject)
      .forEach(alert => this._put({ ...alert, state: 'resolved', resolvedAt: now() }));
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

  private readonly _options: DriftAlerts.IOptions;
}

export namespace DriftAlerts {
  export interface IOptions {
    windows: WindowStore;
    alerts: AlertStore;
    events: EventBus;
  }
}

function now(): string {
  return new Date().toISOString();
}
