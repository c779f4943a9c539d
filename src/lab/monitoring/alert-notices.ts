import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Alert } from '../../contract/monitor';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import type { IMonitoring, ISettings } from '../tokens';
import { alertTitle } from './monitor-text';

/**
 * Says once when an alert begins to fire, until it ends; what fired before the page was opened stays
 * in the panel.
 */
export class AlertNotices {
  constructor(options: AlertNotices.IOptions) {
    this._options = options;
    options.monitoring.stateChanged.connect(this._onChange, this);
  }

  private _onChange(): void {
    const firing = this._options.monitoring.alerts.filter(
      ({ state }) => state === 'firing'
    );
    const fresh = firing.filter(({ id }) => !this._known.has(id));
    fresh.forEach(({ id }) => this._known.add(id));
    this._dismissAllBut(new Set(firing.map(({ id }) => id)));
    if (this._isFirst) {
      this._isFirst = false;
      return;
    }
    if (this._options.settings.alertNotifications) {
      fresh.forEach(alert => this._notify(alert));
    }
  }

  /** An alert that is resolved or silenced asks for nothing. */
  private _dismissAllBut(firing: ReadonlySet<string>): void {
    for (const [alert, notice] of this._notices) {
      if (!firing.has(alert)) {
        this._notices.delete(alert);
        Notification.dismiss(notice);
      }
    }
  }

  private _notify(alert: Alert): void {
    const { trans, act } = this._options;
    const where = { environment: alert.environment, model: alert.model };
    const notice = Notification.warning(
      `${alertTitle(alert, trans)}: ${alert.summary}`,
      {
        autoClose: false,
        actions: [
          {
            label: trans.__('Open drift report'),
            displayType: 'accent',
            callback: () => act(CommandIDs.openDriftReport, where)
          },
          {
            label: trans.__('Retrain'),
            callback: () => act(CommandIDs.retrain, { ...where, alert: alert.id })
          }
        ]
      }
    );
    this._notices.set(alert.id, notice);
  }

  private readonly _options: AlertNotices.IOptions;
  private readonly _known = new Set<string>();
  private readonly _notices = new Map<string, string>();
  private _isFirst = true;
}

export namespace AlertNotices {
  export interface IOptions {
    monitoring: IMonitoring;
    settings: ISettings;
    trans: TranslationBundle;
    act: Act;
  }
}
