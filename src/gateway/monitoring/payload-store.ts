import type { z } from 'zod';

import type { FeedbackRequest } from '../../contract/environment';
import type { IPayload } from '../environments/port';
import type { Database, Row } from '../store/database';
import type { IPayloadPart } from './capture';

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

/** Where a row stands among the others. */
export interface IRowPosition {
  time: number;
  payload: number;
  row: number;
}

export interface IPageRequest {
  from: number;
  to: number;
  /** The last row of the page before; null for the first page. */
  after: IRowPosition | null;
  /** One row in so many is given; 1 for all. */
  every: number;
  limit: number;
}

/** Captured requests in the data home: rows never leave it, and not for longer than the retention. */
export class PayloadStore {
  constructor(database: Database) {
    this._database = database;
  }

  /** Stores payloads in one transaction. `omit` names columns that are never stored. */
  add(payloads: IPayload[], omit: string[]): void {
    this.addParts(
      payloads.map(payload => ({ payload, from: 0, to: payload.rows.length })),
      omit
    );
  }

  /** As {@link add}; the parts of a payload must come in their order. */
  addParts(parts: IPayloadPart[], omit: string[]): void {
    this._database.write(() => parts.forEach(part => this._add(part, omit)));
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

  /** Number of rows with `from` ≤ event time < `to`. */
  count(subject: ISubject, from: number, to: number): number {
    const row = this._database.get(
      `SELECT count(*) AS rows FROM payload_rows
       WHERE environment = ? AND model = ? AND version = ? AND event_time >= ? AND event_time < ?`,
      subject.environment,
      subject.model,
      subject.version,
      from,
      to
    );
    return Number(row?.rows ?? 0);
  }

  /** A page of rows with `from` ≤ event time < `to`, in time order: little work at a time. */
  page(
    subject: ISubject,
    { from, to, after, every, limit }: IPageRequest
  ): { features: Record<string, unknown>[]; next: IRowPosition | null } {
    const start = after ?? { time: from, payload: -1, row: -1 };
    // Multiplied by large odd numbers, so that no rhythm of the requests meets that of the choice.
    const rows = this._database.all(
      `SELECT event_time, payload, row, features FROM payload_rows
       WHERE environment = ? AND model = ? AND version = ? AND event_time < ?
         AND (event_time, payload, row) > (?, ?, ?)
         AND ((payload * 2654435761 + row * 2246822519) >> 16) % ? = 0
       ORDER BY event_time, payload, row LIMIT ?`,
      subject.environment,
      subject.model,
      subject.version,
      to,
      start.time,
      start.payload,
      start.row,
      every,
      limit
    );
    const last = rows.length === limit ? rows[rows.length - 1] : null;
    return {
      features: rows.map(({ features }) => recordOf(features)),
      next: last && positionOf(last)
    };
  }

  /** Predictions and true values of the rows with `from` ≤ event time < `to` that have one. */
  judged(
    subject: ISubject,
    from: number,
    to: number
  ): Pick<ICapturedRow, 'prediction' | 'label'>[] {
    return this._database
      .all(
        `SELECT prediction, label FROM payload_rows
         WHERE environment = ? AND model = ? AND version = ? AND event_time >= ? AND event_time < ?
           AND label IS NOT NULL
         LIMIT ?`,
        subject.environment,
        subject.model,
        subject.version,
        from,
        to,
        MOST_LABELLED
      )
      .map(({ prediction, label }) => ({
        prediction: JSON.parse(String(prediction)),
        label: JSON.parse(String(label))
      }));
  }

  /**
   * Where the newest labelled rows of all versions after a time stand, in time order: what two
   * versions are judged on.
   */
  labelled(environment: string, model: string, after: number): IRowPosition[] {
    return this._database
      .all(
        `SELECT event_time, payload, row FROM payload_rows
         WHERE environment = ? AND model = ? AND event_time > ? AND label IS NOT NULL
         ORDER BY event_time DESC, payload DESC, row DESC LIMIT ?`,
        environment,
        model,
        after,
        MOST_LABELLED
      )
      .map(positionOf)
      .reverse();
  }

  /** The row at a place; null where it has been deleted. */
  at({ payload, row }: IRowPosition): ICapturedRow | null {
    const found = this._database.get(
      'SELECT event_time, features, prediction, label FROM payload_rows WHERE payload = ? AND row = ?',
      payload,
      row
    );
    return found ? read(found) : null;
  }

  /** First and last event time of a subject's rows; null without rows. */
  span(subject: ISubject): { first: number; last: number } | null {
    // Each by itself is one look at the index; both at once would read all of it.
    const row = this._database.get(
      `SELECT
         (SELECT min(event_time) FROM payload_rows WHERE environment = ?1 AND model = ?2 AND version = ?3) AS first,
         (SELECT max(event_time) FROM payload_rows WHERE environment = ?1 AND model = ?2 AND version = ?3) AS last`,
      subject.environment,
      subject.model,
      subject.version
    );
    return typeof row?.first === 'number' && typeof row.last === 'number'
      ? { first: row.first, last: row.last }
      : null;
  }

  /** Versions of which something is kept. */
  versions(): Pick<ISubject, 'model' | 'version'>[] {
    return this._database
      .all('SELECT DISTINCT model, version FROM payloads')
      .map(({ model, version }) => ({
        model: String(model),
        version: Number(version)
      }));
  }

  /** Deletes at most `limit` requests of a version that came before `time`; gives their number. */
  expire(
    { model, version }: Pick<ISubject, 'model' | 'version'>,
    time: Date,
    limit: number
  ): number {
    return this._database.run(
      `DELETE FROM payloads WHERE number IN (
         SELECT number FROM payloads WHERE model = ? AND version = ? AND at < ? LIMIT ?)`,
      model,
      version,
      time.toISOString(),
      limit
    );
  }

  /** Size of all captured rows. */
  bytes(): number {
    const row = this._database.get('SELECT sum(bytes) AS bytes FROM payloads');
    return Number(row?.bytes ?? 0);
  }

  /** Deletes the oldest `limit` requests, whosever they are; gives their number and size. */
  deleteOldest(limit: number): { deleted: number; bytes: number } {
    return this._database.write(() => {
      const oldest = this._database.all(
        'SELECT number, bytes FROM payloads ORDER BY number LIMIT ?',
        limit
      );
      const last = Number(oldest.at(-1)?.number ?? -1);
      this._database.run('DELETE FROM payloads WHERE number <= ?', last);
      return {
        deleted: oldest.length,
        bytes: oldest.reduce((sum, { bytes }) => sum + Number(bytes), 0)
      };
    });
  }

  deleteAll(environment: string, model: string): number {
    return this._database.run(
      'DELETE FROM payloads WHERE environment = ? AND model = ?',
      environment,
      model
    );
  }

  private _add({ payload, from, to }: IPayloadPart, omit: string[]): void {
    const answered = payload.outcome === 'answered';
    const rows = answered ? payload.rows.slice(from, to) : [];
    const features = rows.map(row => textOf(row, omit));
    const bytes = features.reduce((sum, text) => sum + text.length, 0);
    const number = this._numberOf(payload, bytes);
    const { environment, model, version, at, eventTimes, predictions } = payload;
    features.forEach((text, index) => {
      const row = from + index;
      this._database.run(
        `INSERT INTO payload_rows (payload, row, environment, model, version, event_time, features, prediction)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        number,
        row,
        environment,
        model,
        version,
        Date.parse(eventTimes[row] ?? at),
        text,
        JSON.stringify(predictions[row] ?? null)
      );
    });
  }

  /** Writes a payload's first part down, and the size of each. */
  private _numberOf(payload: IPayload, bytes: number): number {
    const known = this._numbers.get(payload);
    if (known !== undefined) {
      this._database.run(
        'UPDATE payloads SET bytes = bytes + ? WHERE number = ?',
        bytes,
        known
      );
      return known;
    }
    const { id, environment, model, version, at, milliseconds, outcome } = payload;
    this._database.run(
      'INSERT INTO payloads (id, environment, model, version, at, milliseconds, ok, bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      id,
      environment,
      model,
      version,
      at,
      milliseconds,
      outcome === 'answered' ? 1 : 0,
      bytes
    );
    const number = Number(
      this._database.get('SELECT last_insert_rowid() AS number')?.number
    );
    this._numbers.set(payload, number);
    return number;
  }

  private readonly _numbers = new WeakMap<IPayload, number>();
  private readonly _database: Database;
}

function positionOf({ event_time: time, payload, row }: Row): IRowPosition {
  return { time: Number(time), payload: Number(payload), row: Number(row) };
}

function textOf(row: Record<string, unknown>, omit: string[]): string {
  const kept = Object.entries(row).filter(([name]) => !omit.includes(name));
  return JSON.stringify(Object.fromEntries(kept));
}

/** The text is ours: a schema for each of many thousand rows would only cost time. */
function recordOf(text: unknown): Record<string, unknown> {
  const value: unknown = JSON.parse(String(text));
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function read(row: Row): ICapturedRow {
  return {
    eventTime: Number(row.event_time),
    features: recordOf(row.features),
    prediction: JSON.parse(String(row.prediction)),
    label: row.label === null ? undefined : JSON.parse(String(row.label))
  };
}
