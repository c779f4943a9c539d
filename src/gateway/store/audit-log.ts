import { AuditEntry } from '../../contract/audit';
import type { Actor } from '../../contract/identifier';
import type { Database } from './database';

/** Who did what. Rows are only ever added; the database refuses anything else. */
export class AuditLog {
  constructor(database: Database) {
    this._database = database;
  }

  add(entry: AuditLog.INewEntry): void {
    this._database.run(
      'INSERT INTO audit (at, actor, asserted, action, object, result, details) VALUES (?, ?, ?, ?, ?, ?, ?)',
      new Date().toISOString(),
      entry.actor.name,
      entry.actor.asserted ? 1 : 0,
      entry.action,
      entry.object,
      entry.result,
      JSON.stringify(entry.details ?? {})
    );
  }

  /** Newest first. */
  list(limit: number): AuditEntry[] {
    return this._database
      .all('SELECT * FROM audit ORDER BY id DESC LIMIT ?', limit)
      .map(row =>
        AuditEntry.parse({
          id: row.id,
          at: row.at,
          actor: { name: row.actor, asserted: row.asserted === 1 },
          action: row.action,
          object: row.object,
          result: row.result,
          details: JSON.parse(String(row.details))
        })
      );
  }

  private readonly _database: Database;
}

export namespace AuditLog {
  export interface INewEntry {
    actor: Actor;
    /** Verb and noun, such as `promotion.confirm`. */
    action: string;
    object: string;
    result: AuditEntry['result'];
    details?: Record<string, unknown>;
  }
}
