import type { GatewayEvent } from '../../contract/event';
import type { Alert, Monitor, Retraining } from '../../contract/monitor';
import { Resource } from '../gateway/resource';
import type { IMonitoring } from '../tokens';

/** Monitors of everything that serves, alerts, and retrainings. */
export class MonitoringModel extends Resource implements IMonitoring {
  get monitors(): readonly Monitor[] {
    return this._monitors;
  }

  /** Worst first, then newest. */
  get alerts(): readonly Alert[] {
    return this._alerts;
  }

  get retrainings(): readonly Retraining[] {
    return this._retrainings;
  }

  /** Shows a retraining at once, before its first event. */
  show(retraining: Retraining): void {
    this._take(retraining);
    this.changed();
  }

  protected async fetch(): Promise<void> {
    const { client } = this.gateway;
    const [{ monitors }, { alerts }, { retrainings }] = await Promise.all([
      client.call('listMonitors'),
      client.call('listAlerts'),
      client.call('listRetrainings')
    ]);
    this._monitors = monitors;
    this._alerts = alerts.sort(worstFirst);
    this._retrainings = retrainings.sort(newestFirst);
  }

  protected apply(event: GatewayEvent): boolean {
    switch (event.type) {
      case 'alert':
        this._alerts = [
          event.data,
          ...this._alerts.filter(({ id }) => id !== event.data.id)
        ].sort(worstFirst);
        return true;
      case 'retraining':
        this._take(event.data);
        return true;
      case 'monitor':
      // What is released is watched.
      case 'environment':
        this.refreshSoon();
        return false;
      default:
        return false;
    }
  }

  private _take(retraining: Retraining): void {
    this._retrainings = [
      retraining,
      ...this._retrainings.filter(({ id }) => id !== retraining.id)
    ].sort(newestFirst);
  }

  private _monitors: Monitor[] = [];
  private _alerts: Alert[] = [];
  private _retrainings: Retraining[] = [];
}

const STATES: Record<Alert['state'], number> = {
  firing: 0,
  pending: 1,
  silenced: 2,
  resolved: 3
};
const SEVERITIES: Record<Alert['severity'], number> = {
  critical: 0,
  warning: 1,
  info: 2
};

function worstFirst(one: Alert, other: Alert): number {
  return (
    STATES[one.state] - STATES[other.state] ||
    SEVERITIES[one.severity] - SEVERITIES[other.severity] ||
    Date.parse(other.pendingSince) - Date.parse(one.pendingSince)
  );
}

function newestFirst(one: Retraining, other: Retraining): number {
  return Date.parse(other.createdAt) - Date.parse(one.createdAt);
}
