import { randomUUID } from 'node:crypto';

import type { Logger } from 'pino';
import { z } from 'zod';

import { ApiError } from '../../contract/error';
import { MlopsError } from '../../contract/mlops-error';
import type { Database, Row } from '../store/database';
import { codeOf, messageOf } from '../thrown';

const Status = z.enum(['running', 'succeeded', 'failed']);

/** A job as it is stored. */
export interface IJobRecord<S> {
  id: string;
  status: z.infer<typeof Status>;
  state: S;
  done: string[];
  error: ApiError | null;
  createdAt: string;
  updatedAt: string;
}

/** What a job's `run` works with. */
export interface IJob<S> {
  readonly id: string;
  readonly state: Readonly<S>;
  /** Aborted when the job is cancelled or the gateway ends. */
  readonly signal: AbortSignal;
  /**
   * One transition. Its begin is written before the effect runs; its end and the changed state are
   * written after it. After a crash a transition that had begun runs again: effects are idempotent.
   */
  step(
    name: string,
    effect: (state: Readonly<S>) => Promise<Partial<S>>
  ): Promise<void>;
  /** Changes the state outside of a transition: progress for people. */
  note(change: Partial<S>): void;
}

export interface IJobKind<S> {
  kind: string;
  state: z.ZodType<S>;
  /** Walks through the transitions. Called again from the top after a crash: finished ones are skipped. */
  run(job: IJob<S>): Promise<void>;
  /** Called after each change of state or status; tells listeners. */
  changed(record: IJobRecord<S>): void;
}

/** Long work as persisted state machines of one kind: survives the death of the gateway at any point. */
export class Jobs<S extends object> {
  constructor(database: Database, log: Logger, kind: IJobKind<S>) {
    this._database = database;
    this._log = log;
    this._kind = kind;
  }

  /** Writes the job down and starts it. With an `id` that exists already, gives that job. */
  start(state: S, id: string = randomUUID()): IJobRecord<S> {
    const known = this.find(id);
    if (known) {
      return known;
    }
    const now = new Date().toISOString();
    this._database.run(
      "INSERT INTO jobs (id, kind, status, state, done, created_at, updated_at) VALUES (?, ?, 'running', ?, '[]', ?, ?)",
      id,
      this._kind.kind,
      JSON.stringify(state),
      now,
      now
    );
    this._launch(id);
    return this.get(id);
  }

  /** Goes on with everything that had not ended when the last gateway did. */
  resume(): void {
    const rows = this._database.all(
      "SELECT id FROM jobs WHERE kind = ? AND status = 'running' ORDER BY created_at",
      this._kind.kind
    );
    rows.forEach(row => this._launch(String(row.id)));
  }

  find(id: string): IJobRecord<S> | null {
    const row = this._database.get(
      'SELECT * FROM jobs WHERE id = ? AND kind = ?',
      id,
      this._kind.kind
    );
    return row ? this._read(row) : null;
  }

  get(id: string): IJobRecord<S> {
    const record = this.find(id);
    if (!record) {
      throw new MlopsError('not-found', {
        code: `${this._kind.kind}-unknown`,
        message: `There is no ${this._kind.kind} ${id}.`
      });
    }
    return record;
  }

  /** Newest first. */
  list(limit = 100): IJobRecord<S>[] {
    return this._database
      .all(
        'SELECT * FROM jobs WHERE kind = ? ORDER BY created_at DESC, rowid DESC LIMIT ?',
        this._kind.kind,
        limit
      )
      .map(row => this._read(row));
  }

  /** Asks a running job to end; it fails with `cancelled`. */
  cancel(id: string): IJobRecord<S> {
    this._running.get(id)?.abort.abort(cancelled(this._kind.kind));
    return this.get(id);
  }

  /** Resolves when the job has ended or this process lets go of it. */
  async ended(id: string): Promise<IJobRecord<S>> {
    await this._running.get(id)?.promise;
    return this.get(id);
  }

  /** Lets go of all jobs without ending them: the next gateway goes on. */
  async close(): Promise<void> {
    this._closed = true;
    const running = [...this._running.values()];
    running.forEach(({ abort }) => abort.abort(new Error('The gateway ends.')));
    await Promise.allSettled(running.map(({ promise }) => promise));
  }

  private _launch(id: string): void {
    if (this._running.has(id) || this._closed) {
      return;
    }
    const abort = new AbortController();
    const promise = this._run(id, abort.signal).finally(() => this._running.delete(id));
    this._running.set(id, { abort, promise });
  }

  private async _run(id: string, signal: AbortSignal): Promise<void> {
    // Give the caller of start() the record before anything happens.
    await Promise.resolve();
    try {
      await this._kind.run(this._job(id, signal));
      if (!this._closed) {
        this._write(id, { status: 'succeeded' });
      }
    } catch (error) {
      if (this._closed) {
        return;
      }
      const body = toApiError(error);
      // A message may quote a value of a row; what we foresaw is told by its code.
      const cause = error instanceof MlopsError ? { code: body.code } : { err: error };
      this._log.warn({ job: id, kind: this._kind.kind, ...cause }, 'job failed');
      try {
        this._write(id, { status: 'failed', error: body });
      } catch (second) {
        // The lease was lost or the disk is full: the job stays `running` and is resumed later.
        this._log.error(
          { job: id, err: second },
          'the end of a job could not be written'
        );
      }
    }
  }

  private _job(id: string, signal: AbortSignal): IJob<S> {
    const get = (): S => this.get(id).state;
    const proceed = (): void => {
      signal.throwIfAborted();
    };
    return {
      id,
      signal,
      get state() {
        return get();
      },
      step: async (name, effect) => {
        if (this.get(id).done.includes(name)) {
          return;
        }
        proceed();
        this._write(id, {});
        const change = await effect(get());
        this._write(id, { change, done: name });
      },
      note: change => this._write(id, { change })
    };
  }

  private _write(
    id: string,
    to: {
      change?: Partial<S>;
      done?: string;
      status?: 'succeeded' | 'failed';
      error?: ApiError;
    }
  ): void {
    this._database.write(() => {
      const { state, done, status } = this.get(id);
      this._database.run(
        'UPDATE jobs SET state = ?, done = ?, status = ?, error = ?, updated_at = ? WHERE id = ?',
        JSON.stringify({ ...state, ...to.change }),
        JSON.stringify(to.done ? [...done, to.done] : done),
        to.status ?? status,
        to.error ? JSON.stringify(to.error) : null,
        new Date().toISOString(),
        id
      );
    });
    this._kind.changed(this.get(id));
  }

  private _read(row: Row): IJobRecord<S> {
    return {
      id: String(row.id),
      status: Status.parse(row.status),
      state: this._kind.state.parse(JSON.parse(String(row.state))),
      done: z.array(z.string()).parse(JSON.parse(String(row.done))),
      error: row.error === null ? null : ApiError.parse(JSON.parse(String(row.error))),
      createdAt: String(row.created_at),
      updatedAt: String(row.updated_at)
    };
  }

  private readonly _database: Database;
  private readonly _log: Logger;
  private readonly _kind: IJobKind<S>;
  private readonly _running = new Map<
    string,
    { abort: AbortController; promise: Promise<void> }
  >();
  private _closed = false;
}

function cancelled(kind: string): MlopsError {
  return new MlopsError('failed', {
    code: 'cancelled',
    message: `The ${kind} was cancelled.`
  });
}

/** Any thrown thing as the one error shape; what we did not expect is called `internal`. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof MlopsError) {
    return error.body;
  }
  if (codeOf(error) === 'ENOSPC' || /disk is full/.test(messageOf(error))) {
    return {
      code: 'disk-full',
      message: 'The disk that holds the data home is full.',
      cause: messageOf(error),
      action: 'Free some space and try again; nothing was left half done.'
    };
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside the gateway.',
    cause: messageOf(error),
    action: 'Look at the gateway log; if it happens again, report it with that log.'
  };
}
