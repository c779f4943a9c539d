import { z } from 'zod';

import { DriftWindow, FeatureDrift } from '../../contract/monitor';
import type { Database, Row } from '../store/database';
import type { ISubject } from './payload-store';

/** A window as it was judged. */
export interface IJudgedWindow extends DriftWindow {
  /** Whether its time is over: only then it counts for an alarm. */
  complete: boolean;
  /** Largest effect over its floor. */
  largest: number;
}

/** The judged windows of each subject. */
export class WindowStore {
  constructor(database: Database) {
    this._database = database;
  }

  put(subject: ISubject, window: IJudgedWindow, features: FeatureDrift[]): void {
    this._database.run(
      `INSERT INTO windows (environment, model, version, from_time, to_time, complete, rows, state, largest, effects, drifted, features)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET to_time = excluded.to_time, complete = excluded.complete, rows = excluded.rows,
         state = excluded.state, largest = excluded.largest, effects = excluded.effects,
         drifted = excluded.drifted, features = excluded.features`,
      subject.environment,
      subject.model,
      subject.version,
      Date.parse(window.from),
      Date.parse(window.to),
      window.complete ? 1 : 0,
      window.rows,
      window.state,
      window.largest,
      JSON.stringify(window.effects),
      JSON.stringify(window.drifted),
      JSON.stringify(features)
    );
  }

  /** Oldest first. */
  list({ environment, model, version }: ISubject): IJudgedWindow[] {
    return this._database
      .all(
        'SELECT * FROM windows WHERE environment = ? AND model = ? AND version = ? ORDER BY from_time',
        environment,
        model,
        version
      )
      .map(read);
  }

  features({ environment, model, version }: ISubject, from: string): FeatureDrift[] {
    const row = this._database.get(
      'SELECT features FROM windows WHERE environment = ? AND model = ? AND version = ? AND from_time = ?',
      environment,
      model,
      version,
      Date.parse(from)
    );
    return row ? z.array(FeatureDrift).parse(JSON.parse(String(row.features))) : [];
  }

  /** Notes that a window has to be judged; what is noted survives the gateway. */
  addDue({ environment, model, version }: ISubject, from: number): void {
    this._database.run(
      'INSERT OR IGNORE INTO windows_due (environment, model, version, from_time) VALUES (?, ?, ?, ?)',
      environment,
      model,
      version,
      from
    );
  }

  /** Beginnings of the windows that have to be judged, oldest first. */
  due({ environment, model, version }: ISubject): number[] {
    return this._database
      .all(
        'SELECT from_time FROM windows_due WHERE environment = ? AND model = ? AND version = ? ORDER BY from_time',
        environment,
        model,
        version
      )
      .map(row => Number(row.from_time));
  }

  subjectsDue(): ISubject[] {
    return this._database
      .all('SELECT DISTINCT environment, model, version FROM windows_due')
      .map(({ environment, model, version }) => ({
        environment: String(environment),
        model: String(model),
        version: Number(version)
      }));
  }

  removeDue({ environment, model, version }: ISubject, from: number): void {
    this._database.run(
      'DELETE FROM windows_due WHERE environment = ? AND model = ? AND version = ? AND from_time = ?',
      environment,
      model,
      version,
      from
    );
  }

  deleteAll(environment: string, model: string): void {
    this._database.write(() =>
      ['windows', 'windows_due'].forEach(table =>
        this._database.run(
          `DELETE FROM ${table} WHERE environment = ? AND model = ?`,
          environment,
          model
        )
      )
    );
  }

  private readonly _database: Database;
}

function read(row: Row): IJudgedWindow {
  const window = DriftWindow.parse({
    from: new Date(Number(row.from_time)).toISOString(),
    to: new Date(Number(row.to_time)).toISOString(),
    rows: row.rows,
    state: row.state,
    effects: JSON.parse(String(row.effects)),
    drifted: JSON.parse(String(row.drifted))
  });
  return { ...window, complete: row.complete === 1, largest: Number(row.largest) };
}
