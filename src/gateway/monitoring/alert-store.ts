import { randomUUID } from 'node:crypto';

import { MlopsError } from '../../contract/mlops-error';
import { Alert } from '../../contract/monitor';
import type { Database } from '../store/database';
import type { ISubject } from './payload-store';

/** Alerts, at most one active of a kind for each subject. */
export class AlertStore {
  constructor(database: Database) {
    this._database = database;
  }

  /** @throws MlopsError `alert-unknown` */
  get(id: string): Alert {
    const row = this._database.get('SELECT body FROM alerts WHERE id = ?', id);
    if (!row) {
      throw new MlopsError('not-found', {
        code: 'alert-unknown',
        message: `There is no alert ${id}.`
      });
    }
    return Alert.parse(JSON.parse(String(row.body)));
  }

  /** Active ones first, the newest first among them. */
  list(limit = 100): Alert[] {
    return this._database
      .all(
        'SELECT body FROM alerts ORDER BY active DESC, updated_at DESC LIMIT ?',
        limit
      )
      .map(row => Alert.parse(JSON.parse(String(row.body))));
  }

  active({ environment, model, version }: ISubject, kind: Alert['kind']): Alert | null {
    const row = this._database.get(
      'SELECT body FROM alerts WHERE environment = ? AND model = ? AND version = ? AND kind = ? AND active = 1',
      environment,
      model,
      version,
      kind
    );
    return row ? Alert.parse(JSON.parse(String(row.body))) : null;
  }

  /** Active alerts of versions that are no longer released there. */
  activeOfOthers({ environment, model, version }: ISubject): Alert[] {
    return this._database
      .all(
        'SELECT body FROM alerts WHERE environment = ? AND model = ? AND version <> ? AND active = 1',
        environment,
        model,
        version
      )
      .map(row => Alert.parse(JSON.parse(String(row.body))));
  }

  /** All active alerts, of whatever is or was released. */
  allActive(): Alert[] {
    return this._database
      .all('SELECT body FROM alerts WHERE active = 1')
      .map(row => Alert.parse(JSON.parse(String(row.body))));
  }

  /**
   * Keeps an alert quiet for a while.
   *
   * @throws MlopsError `alert-unknown`; `alert-resolved` where there is nothing to keep quiet
   */
  silence(id: string, silence: NonNullable<Alert['silence']>): Alert {
    const alert = this.get(id);
    if (alert.state === 'resolved') {
      throw new MlopsError('conflict', {
        code: 'alert-resolved',
        message: 'This alert is resolved: there is nothing to silence.',
        action: 'Silence the next one if it fires again.'
      });
    }
    return this.put({ ...alert, state: 'silenced', silence });
  }

  create(alert: Omit<Alert, 'id' | 'silence' | 'retraining' | 'resolvedAt'>): Alert {
    return this.put({
      ...alert,
      id: randomUUID(),
      resolvedAt: null,
      silence: null,
      retraining: null
    });
  }

  put(alert: Alert): Alert {
    this._database.run(
      `INSERT INTO alerts (id, environment, model, version, kind, active, body, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET active = excluded.active, body = excluded.body, updated_at = excluded.updated_at`,
      alert.id,
      alert.environment,
      alert.model,
      alert.version,
      alert.kind,
      alert.state === 'resolved' ? 0 : 1,
      JSON.stringify(alert),
      new Date().toISOString()
    );
    return alert;
  }

  private readonly _database: Database;
}
