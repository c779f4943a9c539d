import { z } from 'zod';

import type { FeedbackRequest } from '../../contract/environment';
import type { IPayload } from '../environments/port';
import type { Database, Row } from '../store/database';

/** Whose requests: a model version in an environment. */
export interface ISubject {
  environment: string;
  model: string;
  version: number;
}

/** One captured row with its prediction, and its true value where that has arrived. */
export interface ICapturedRow {
  /** Milliseconds since 1970. */
  eventTime: number;
  features: Record<string, unknown>;
  prediction: unknown;
  /** Undefined while none has arrived. */
  label: unknown;
}

/** More rows tell no more of two versions, and would have to be held at once. */
const MOST_LABELLED = 50_000;

const Features = z.record(z.string(), z.unknown());

/** Captured requests in the data home: rows never leave it, and not for longer than the retention. */
export class PayloadStore {
  constructor(database: Database) {
    this._database = database;
  }

  /** Stores payloads in one transaction. `omit` names columns that are never stored. */
  add(payloads: IPayload[], omit: (payload: IPayload) => string[]): void {
    this._database.write(() =>
      payloads.forEach(payload => this._add(payload, omit(payload)))
    );
  }

  /** Gives each label to its row of the newest request with that id. */
  addLabels(
    environment: string,
    model: string,
    labels: z.output<typeof FeedbackRequest>['labels']
  ): { matched: number; unknown: number } {
    const matched = this._database.write(() =>
      labels.reduce(
        (count, { id, row, value }) =>
          count +
          this._database.run(
            `UPDATE payload_rows SET label = ? WHERE row = ? AND payload =
               (SELECT max(number) FROM payloads WHERE environment = ? AND model = ? AND id = ?)`,
            JSON.stringify(value),
            row,
            environment,
            model,
            id
          ),
        0
      )
    );
    return { matched, unknown: labels.length - matched };
  }

  /** Rows with `from` ≤ event time < `to`, in time order. */
  rows(subject: ISubject, from: number, to: number): ICapturedRow[] {
    return this._database
      .all(
        `SELECT event_time, features, prediction, label FROM payload_rows
         WHERE environment = ? AND model = ? AND version = ? AND event_time >= ? AND event_time < ?
         ORDER BY event_time, payload, row`,
        subject.environment,
        subject.model,
        subject.version,
        from,
        to
      )
      .map(read);
  }

  /** The newest labelled rows of all versions after a time, in time order: what two versions are judged on. */
  labelled(environment: string, model: string, after: number): ICapturedRow[] {
    return this._database
      .all(
        `SELECT event_time, features, prediction, label FROM payload_rows
         WHERE environment = ? AND model = ? AND event_time > ? AND label IS NOT NULL
         ORDER BY event_time DESC, payload DESC, row DESC LIMIT ?`,
        environment,
        model,
        after,
        MOST_LABELLED
      )
      .map(read)
      .reverse();
  }

  /** Newest event time among the labelled rows; null where there is none. */
  newestLabelled(environment: string, model: string): number | null {
    const row = this._database.get(
      'SELECT max(event_time) AS newest FROM payload_rows WHERE environment = ? AND model = ? AND label IS NOT NULL',
      environment,
      model
    );
    return typeof row?.newest === 'number' ? row.newest : null;
  }

  /** First and last event time of a subject's rows; null without rows. */
  span(subject: ISubject): { first: number; last: number } | null {
    const row = this._database.get(
      `SELECT min(event_time) AS first, max(event_time) AS last FROM payload_rows
       WHERE environment = ? AND model = ? AND version = ?`,
      subject.environment,
      subject.model,
      subject.version
    );
    return typeof row?.first === 'number' && typeof row.last === 'number'
      ? { first: row.first, last: row.last }
      : null;
  }

  /** Deletes what was captured before `time`, and the oldest beyond `bytes`. Gives the number of requests. */
  expire(time: Date, bytes: number): number {
    return this._database.write(() => {
      const old = this._database.run(
        'DELETE FROM payloads WHERE at < ?',
        time.toISOString()
      );
      const size = this._database.get(
        'SELECT sum(length(features)) AS bytes FROM payload_rows'
      );
      const excess = Number(size?.bytes ?? 0) - bytes;
      if (excess <= 0) {
        return old;
      }
      const more = this._database.run(
        `DELETE FROM payloads WHERE number IN (
           SELECT payload FROM (
             SELECT payload, sum(length(features)) OVER (ORDER BY payload, row) AS running FROM payload_rows
           ) WHERE running <= ?)`,
        excess
      );
      return old + more;
    });
  }

  deleteAll(environment: string, model: string): number {
    return this._database.run(
      'DELETE FROM payloads WHERE environment = ? AND model = ?',
      environment,
      model
    );
  }

  private _add(payload: IPayload, omit: string[]): void {
    const { id, environment, model, version, at, milliseconds, ok } = payload;
    this._database.run(
      'INSERT INTO payloads (id, environment, model, version, at, milliseconds, ok) VALUES (?, ?, ?, ?, ?, ?, ?)',
      id,
      environment,
      model,
      version,
      at,
      milliseconds,
      ok ? 1 : 0
    );
    if (!ok) {
      return;
    }
    const number = Number(
      this._database.get('SELECT last_insert_rowid() AS number')?.number
    );
    payload.rows.forEach((row, index) => {
      const kept = Object.entries(row).filter(([name]) => !omit.includes(name));
      this._database.run(
        `INSERT INTO payload_rows (payload, row, environment, model, version, event_time, features, prediction)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        number,
        index,
        environment,
        model,
        version,
        Date.parse(payload.eventTimes[index] ?? at),
        JSON.stringify(Object.fromEntries(kept)),
        JSON.stringify(payload.predictions[index] ?? null)
      );
    });
  }

  private readonly _database: Database;
}

function read(row: Row): ICapturedRow {
  return {
    eventTime: Number(row.event_time),
    features: Features.parse(JSON.parse(String(row.features))),
    prediction: JSON.parse(String(row.prediction)),
    label: row.label === null ? undefined : JSON.parse(String(row.label))
  };
}
