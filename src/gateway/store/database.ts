import { createHash } from 'node:crypto';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

import { MlopsError } from '../../contract/mlops-error';
import type { IMigration } from './migration';

export type Row = Record<string, unknown>;

/**
 * SQLite with numbered migrations and a fence: once a fence is set, each writing transaction first
 * checks that this process still holds the lease, so that a gateway that was asleep writes nothing.
 */
export class Database {
  constructor(path: string, options: Database.IOptions) {
    this._database = new DatabaseSync(path, { timeout: 10_000 });
    this._database.exec(`PRAGMA journal_mode = ${options.wal ? 'WAL' : 'DELETE'}`);
    this._database.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;');
    // Else REPLACE removes rows past the triggers that protect them.
    this._database.exec('PRAGMA recursive_triggers = ON');
    this._migrate(options.migrations);
  }

  /** From now on, write only while the lease carries this number. */
  setFence(fence: number | null): void {
    this._fence = fence;
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this._prepare(sql).all(...values);
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this._prepare(sql).get(...values);
  }

  /** Runs one writing statement; gives the number of rows that it changed. */
  run(sql: string, ...values: SQLInputValue[]): number {
    return this.write(() => Number(this._prepare(sql).run(...values).changes));
  }

  /** Runs `work` in one transaction. Nested calls join the outer one. */
  write<T>(work: () => T): T {
    if (this._inTransaction) {
      return work();
    }
    // IMMEDIATE: a deferred transaction that turns into a writer fails under several writers.
    this._database.exec('BEGIN IMMEDIATE');
    this._inTransaction = true;
    try {
      this._checkFence();
      const result = work();
      this._database.exec('COMMIT');
      return result;
    } catch (error) {
      if (this._database.isTransaction) {
        this._database.exec('ROLLBACK');
      }
      throw error;
    } finally {
      this._inTransaction = false;
    }
  }

  close(): void {
    this._statements.clear();
    this._database.close();
  }

  private _checkFence(): void {
    if (this._fence === null) {
      return;
    }
    const row = this._prepare('SELECT fence FROM lease WHERE id = 1').get();
    if (row?.fence !== this._fence) {
      throw new MlopsError('unavailable', {
        code: 'lease-lost',
        message:
          'Another gateway has taken over the data home; this one writes nothing more.',
        action: 'Try again: the request goes to the other gateway.'
      });
    }
  }

  private _prepare(sql: string): StatementSync {
    const known = this._statements.get(sql);
    if (known) {
      return known;
    }
    const statement = this._database.prepare(sql);
    this._statements.set(sql, statement);
    return statement;
  }

  private _migrate(migrations: IMigration[]): void {
    this._database.exec(
      'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, digest TEXT NOT NULL, at TEXT NOT NULL) STRICT'
    );
    this.write(() => {
      const done = new Map(
        this.all('SELECT number, digest FROM migrations').map(row => [
          row.number,
          row.digest
        ])
      );
      const newest = Math.max(0, ...migrations.map(migration => migration.number));
      const ahead = [...done.keys()].find(number => Number(number) > newest);
      if (ahead !== undefined) {
        throw new MlopsError('unavailable', {
          code: 'database-newer',
          message: `The data home was written by a newer version (migration ${String(ahead)}; this one knows up to ${newest}).`,
          action: 'Update jupyterlab-mlops, or set MLOPS_HOME to another folder.'
        });
      }
      for (const { number, name, sql } of migrations) {
        if (done.has(number)) {
          continue;
        }
        this._database.exec(sql);
        this.run(
          'INSERT INTO migrations (number, name, digest, at) VALUES (?, ?, ?, ?)',
          number,
          name,
          createHash('sha256').update(sql).digest('hex'),
          new Date().toISOString()
        );
      }
    });
  }

  private readonly _database: DatabaseSync;
  private readonly _statements = new Map<string, StatementSync>();
  private _fence: number | null = null;
  private _inTransaction = false;
}

export namespace Database {
  export interface IOptions {
    migrations: IMigration[];
    /** Write-ahead log: not on network file systems, where its shared memory does not work. */
    wal: boolean;
  }
}
