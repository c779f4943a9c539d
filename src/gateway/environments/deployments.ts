import type { Database } from '../store/database';

/** Where a digest has served and answered its golden request: the proof that a later environment asks for. */
export class Deployments {
  constructor(database: Database) {
    this._database = database;
  }

  /** Keeps the first time only. */
  add(entry: Deployments.IEntry): void {
    this._database.run(
      'INSERT OR IGNORE INTO deployments (environment, digest, model, revision, at) VALUES (?, ?, ?, ?, ?)',
      entry.environment,
      entry.digest,
      entry.model,
      entry.revision,
      entry.at
    );
  }

  find(environment: string, digest: string): Deployments.IEntry | null {
    const row = this._database.get(
      'SELECT * FROM deployments WHERE environment = ? AND digest = ?',
      environment,
      digest
    );
    return row
      ? {
          environment,
          digest,
          model: String(row.model),
          revision: String(row.revision),
          at: String(row.at)
        }
      : null;
  }

  private readonly _database: Database;
}

export namespace Deployments {
  export interface IEntry {
    environment: string;
    digest: string;
    model: string;
    /** The commit that declared it. */
    revision: string;
    at: string;
  }
}
