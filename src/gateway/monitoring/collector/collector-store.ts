import { randomUUID } from 'node:crypto';

import type { Database } from '../../store/database';
import type { Half, ICloudEvent } from './cloud-event';
import { ReadReply, ReadRequest, type Counts, type Exchange } from './exchange';

/** One half of an exchange, read. */
export type ArrivedHalf =
  | { half: 'request'; event: ICloudEvent; body: ReadRequest }
  | { half: 'response'; event: ICloudEvent; body: ReadReply };

/** What became of a half. */
export type Taken = 'waiting' | 'joined' | 'repeated' | 'mismatched';

/** Too old ones deleted at a time: then others have their turn. */
const EXPIRED_AT_ONCE = 200;
/** Of those that are too much: each may be large, and no more than has to must go. */
const DISPLACED_AT_ONCE = 5;

/** The collector's database: halves that wait for each other, and what they were joined into. */
export class CollectorStore {
  readonly epoch: string;

  constructor(private readonly _database: Database) {
    this.epoch = _database.write(() => {
      const known = _database.get('SELECT epoch FROM epoch');
      if (known) {
        return String(known.epoch);
      }
      const epoch = randomUUID();
      _database.run('INSERT INTO epoch (id, epoch) VALUES (1, ?)', epoch);
      return epoch;
    });
  }

  /** Stores a half, or joins it with the other one; both in one transaction. */
  take(arrived: ArrivedHalf, now: number): Taken {
    const { exchange } = arrived.event;
    return this._database.write(() => {
      const taken = this._has(exchange) ? 'repeated' : this._join(arrived, now);
      this.count({ [taken]: 1 });
      return taken;
    });
  }

  /** Adds to how often something has happened. */
  count(counts: Counts): void {
    this._database.write(() => {
      for (const [name, count] of Object.entries(counts)) {
        this._database.run(
          `INSERT INTO counts (name, count) VALUES (?, ?)
           ON CONFLICT (name) DO UPDATE SET count = count + excluded.count`,
          name,
          count
        );
      }
    });
  }

  /** Gives up halves that came before `time`: the other one does not come any more. */
  giveUp(time: number): void {
    this._database.write(() => {
      for (const half of ['request', 'response'] satisfies Half[]) {
        const count = this._database.run(
          'DELETE FROM halves WHERE arrived < ? AND half = ?',
          time,
          half
        );
        if (count > 0) {
          this.count({ [half === 'request' ? 'unanswered' : 'unasked']: count });
        }
      }
    });
  }

  /** Deletes some of what came before `time`, or of the oldest while it takes more than `bytes`. */
  shrink(time: number, bytes: number): { done: boolean } {
    return this._database.write(() => {
      const deleted = this._database.run(
        `DELETE FROM exchanges WHERE number IN (
           SELECT number FROM exchanges WHERE arrived < ? ORDER BY number LIMIT ?)`,
        time,
        EXPIRED_AT_ONCE
      );
      if (deleted > 0) {
        this.count({ expired: deleted });
        return { done: false };
      }
      if (this.bytes() <= bytes) {
        return { done: true };
      }
      const removed =
        this._deleteOldest('exchanges', 'number') ||
        this._deleteOldest('halves', 'arrived');
      this.count({ displaced: removed });
      return { done: removed === 0 };
    });
  }

  /** What the database takes, without what has become free in it. */
  bytes(): number {
    const of = (name: string): number =>
      Number(this._database.get(`PRAGMA ${name}`)?.[name] ?? 0);
    return (of('page_count') - of('freelist_count')) * of('page_size');
  }

  private _join(arrived: ArrivedHalf, now: number): Taken {
    const { event, half, body } = arrived;
    const other = this._database.get(
      'SELECT at, body FROM halves WHERE exchange = ? AND half = ?',
      event.exchange,
      half === 'request' ? 'response' : 'request'
    );
    if (!other) {
      return this._wait(arrived, now);
    }
    this._database.run('DELETE FROM halves WHERE exchange = ?', event.exchange);
    const otherBody: unknown = JSON.parse(String(other.body));
    const otherAt = Number(other.at);
    const joined =
      half === 'request'
        ? joinedOf(event, body, ReadReply.parse(otherBody), [event.at, otherAt])
        : joinedOf(event, ReadRequest.parse(otherBody), body, [otherAt, event.at]);
    if (joined === null) {
      return 'mismatched';
    }
    this._database.run(
      'INSERT INTO exchanges (exchange, arrived, body) VALUES (?, ?, ?)',
      event.exchange,
      now,
      JSON.stringify(joined)
    );
    return 'joined';
  }

  private _wait({ event, half, body }: ArrivedHalf, now: number): Taken {
    const added = this._database.run(
      `INSERT INTO halves (exchange, half, arrived, at, body) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO NOTHING`,
      event.exchange,
      half,
      now,
      event.at,
      JSON.stringify(body)
    );
    return added > 0 ? 'waiting' : 'repeated';
  }

  private _has(exchange: string): boolean {
    const sql = 'SELECT 1 FROM exchanges WHERE exchange = ?';
    return this._database.get(sql, exchange) !== undefined;
  }

  private _deleteOldest(table: 'exchanges' | 'halves', order: string): number {
    return this._database.run(
      `DELETE FROM ${table} WHERE exchange IN (
         SELECT exchange FROM ${table} ORDER BY ${order} LIMIT ?)`,
      DISPLACED_AT_ONCE
    );
  }
}

/** Null where the answer is not one to the request. */
function joinedOf(
  { id, origin }: ICloudEvent,
  request: ReadRequest,
  reply: ReadReply,
  [asked, answered]: [number, number]
): Exchange | null {
  const { predictions } = reply;
  if (predictions.length !== 0 && predictions.length !== request.rows) {
    return null;
  }
  return {
    ...request,
    // MLServer gives a request without an id one, which its caller learns from the answer.
    id: request.id ?? reply.id ?? id,
    digest: origin.digest,
    environment: origin.environment,
    at: new Date(asked).toISOString(),
    milliseconds: Math.max(0, answered - asked),
    predictions
  };
}
