import { randomUUID } from 'node:crypto';

import type { Logger } from 'pino';

import type { Database, Row } from '../store/database';
import { thisMachine, type IMachine } from './machine';
import { isAlive, startTimeOf } from './process-identity';

/** A holder that has not been heard of for so long is taken for dead. */
const EXPIRES_AFTER = 4000;
const BEAT_EVERY = 1000;

/**
 * Who of several gateways does the embedded work of a data home: one row with a heartbeat and a
 * fencing number. Whoever takes over raises the number, and the database refuses the writes of
 * whoever held it before.
 */
export class Lease {
  constructor(options: Lease.IOptions) {
    this._options = options;
    this._machine = options.machine ?? thisMachine();
  }

  get held(): boolean {
    return this._fence !== null;
  }

  /** Socket of the gateway that holds the lease now, if another one of this machine does. */
  get holderSocket(): string | null {
    const row = this._row();
    return row &&
      row.holder !== this._id &&
      typeof row.socket === 'string' &&
      this._isHere(row)
      ? row.socket
      : null;
  }

  /** Name of another machine whose gateway holds the lease: its socket leads nowhere here. */
  get holderElsewhere(): string | null {
    const row = this._row();
    return row && row.holder !== null && !this._isHere(row) && !this._isSilent(row)
      ? String(row.host)
      : null;
  }

  /** Tries once, then keeps trying and beating. */
  start(): void {
    this._beat();
    this._timer = setInterval(() => this._beat(), BEAT_EVERY);
  }

  /** Gives the lease up so that another takes over at once. */
  async release(): Promise<void> {
    clearInterval(this._timer);
    if (this._fence === null) {
      await this._losing;
      return;
    }
    await this._lose();
    this._options.database.run(
      'UPDATE lease SET holder = NULL, socket = NULL, pid = NULL, heartbeat = 0 WHERE id = 1 AND holder = ?',
      this._id
    );
  }

  private _beat(): void {
    if (this._losing) {
      // Taken again before everything was let go, the work would be done twice.
      return;
    }
    try {
      if (this._fence === null) {
        this._tryToTake();
      } else if (!this._renew()) {
        this._options.log.warn('another gateway took the lease over');
        void this._lose();
      }
    } catch (error) {
      this._options.log.error({ err: error }, 'the lease could not be read or written');
    }
  }

  private _tryToTake(): void {
    const { database, socket } = this._options;
    const now = Date.now();
    const fence = database.write(() => {
      const row = this._row();
      if (!row || !this._isFree(row, now)) {
        return null;
      }
      const next = Number(row.fence) + 1;
      database.run(
        'UPDATE lease SET fence = ?, holder = ?, pid = ?, pid_start = ?, machine = ?, host = ?, socket = ?, heartbeat = ? WHERE id = 1',
        next,
        this._id,
        process.pid,
        startTimeOf(process.pid),
        this._machine.id,
        this._machine.name,
        socket,
        now
      );
      return next;
    });
    if (fence === null) {
      return;
    }
    this._fence = fence;
    database.setFence(fence);
    this._options.onTaken();
  }

  private _row(): Row | undefined {
    return this._options.database.get('SELECT * FROM lease WHERE id = 1');
  }

  private _isHere(row: Row): boolean {
    return row.machine === this._machine.id;
  }

  private _isFree(row: Row, now: number): boolean {
    if (row.holder === null) {
      return true;
    }
    return this._isHere(row)
      ? now - Number(row.heartbeat) > EXPIRES_AFTER ||
          !isAlive(Number(row.pid), String(row.pid_start ?? ''))
      : this._isSilent(row);
  }

  /** Another machine's clock may be wrong: what counts is how long its heartbeat has not changed here. */
  private _isSilent({ holder, heartbeat }: Row): boolean {
    const beat = `${String(holder)} ${String(heartbeat)}`;
    const now = performance.now();
    if (this._heard.beat !== beat) {
      this._heard = { beat, at: now };
    }
    return now - this._heard.at > EXPIRES_AFTER;
  }

  private _renew(): boolean {
    const { database } = this._options;
    const row = database.get('SELECT fence FROM lease WHERE id = 1');
    if (row?.fence !== this._fence) {
      return false;
    }
    database.run('UPDATE lease SET heartbeat = ? WHERE id = 1', Date.now());
    return true;
  }

  private _lose(): Promise<void> {
    this._fence = null;
    this._losing ??= this._letGo().finally(() => {
      this._losing = null;
    });
    return this._losing;
  }

  private async _letGo(): Promise<void> {
    try {
      await this._options.onLost();
    } catch (error) {
      this._options.log.error({ err: error }, 'the work could not be let go');
    } finally {
      this._options.database.setFence(null);
    }
  }

  private readonly _options: Lease.IOptions;
  private readonly _machine: IMachine;
  private readonly _id = randomUUID();
  private _heard = { beat: '', at: 0 };
  private _fence: number | null = null;
  private _losing: Promise<void> | null = null;
  private _timer: NodeJS.Timeout | undefined;
}

export namespace Lease {
  export interface IOptions {
    database: Database;
    log: Logger;
    /** Where this gateway listens: others hand their work to it there. */
    socket: string;
    /** Absent: the one that this process runs on. */
    machine?: IMachine;
    onTaken(): void;
    /** Stops all embedded work of this process. */
    onLost(): Promise<void>;
  }
}
