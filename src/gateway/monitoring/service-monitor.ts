import type { Endpoint, Environment } from '../../contract/environment';
import type { Alert } from '../../contract/monitor';
import type { EventBus } from '../events';
import type { AlertStore } from './alert-store';
import type { ISubject } from './payload-store';

/** Share of failed requests that calls somebody. */
const ERROR_RATE = 0.05;
/** Below it a single failure would be an alarm. */
const REQUESTS_PER_MINUTE = 1;

/** Watches errors and latency of endpoints: the service may fail while the data stays the same. */
export class ServiceMonitor {
  constructor(alerts: AlertStore, events: EventBus) {
    this._alerts = alerts;
    this._events = events;
  }

  /** Opens and closes the alerts of one endpoint after its figures of the last five minutes. */
  update(endpoint: Endpoint, { rules, releases }: Environment): void {
    const { environment, model } = endpoint;
    // While nothing answers, the requests that fail are those of the version that should.
    const version =
      endpoint.version ?? releases.find(release => release.model === model)?.version;
    if (version === undefined) {
      return;
    }
    const subject = { environment, model, version };
    const busy = endpoint.requestsPerMinute >= REQUESTS_PER_MINUTE;
    const errors = Math.round(endpoint.errorRate * 100);
    this._set(subject, 'errors', busy && endpoint.errorRate >= ERROR_RATE, {
      severity: 'critical',
      summary: `${errors} % of requests failed in the last five minutes.`
    });
    const p95 = endpoint.p95Milliseconds ?? 0;
    this._set(subject, 'latency', busy && p95 > rules.maxP95Milliseconds, {
      severity: 'warning',
      summary: `p95 latency is ${Math.round(p95)} ms; the limit is ${rules.maxP95Milliseconds} ms.`
    });
  }

  /** Ends the alerts of what is not released any more; nothing else would. */
  retire(environments: Environment[]): void {
    // Before the first look at Git nothing is known of any release.
    if (environments.length === 0) {
      return;
    }
    const released = new Set(
      environments.flatMap(({ name, releases, endpoints }) =>
        [...releases, ...endpoints].map(({ model }) => `${name}/${model}`)
      )
    );
    const resolvedAt = new Date().toISOString();
    this._alerts
      .allActive()
      .filter(({ environment, model }) => !released.has(`${environment}/${model}`))
      .forEach(alert =>
        this._tell(this._alerts.put({ ...alert, state: 'resolved', resolvedAt }))
      );
  }

  private _set(
    subject: ISubject,
    kind: Alert['kind'],
    bad: boolean,
    words: Pick<Alert, 'severity' | 'summary'>
  ): void {
    const active = this._alerts.active(subject, kind);
    const now = new Date().toISOString();
    if (bad && !active) {
      this._tell(
        this._alerts.create({
          ...subject,
          ...words,
          kind,
          state: 'firing',
          features: [],
          pendingSince: now,
          firingSince: now
        })
      );
    } else if (!bad && active) {
      this._tell(this._alerts.put({ ...active, state: 'resolved', resolvedAt: now }));
    } else if (active?.state === 'silenced' && (active.silence?.until ?? '') <= now) {
      this._tell(this._alerts.put({ ...active, ...words, state: 'firing' }));
    }
  }

  private _tell(alert: Alert): void {
    this._events.publish({ type: 'alert', data: alert });
  }

  private readonly _alerts: AlertStore;
  private readonly _events: EventBus;
}
