import type { Database } from '../../store/database';

/** Up to where each collector has been read. A collector that lost its storage is another one. */
export class Cursors {
  constructor(private readonly _database: Database) {}

  /** 0 where nothing was read yet. */
  get(epoch: string): number {
    const row = this._database.get(
      'SELECT number FROM collector_cursors WHERE epoch = ?',
      epoch
    );
    return Number(row?.number ?? 0);
  }

  /** To be called in the transaction that stores what was read. */
  set(epoch: string, number: number): void {
    this._database.run(
      `INSERT INTO collector_cursors (epoch, number, at) VALUES (?, ?, ?)
       ON CONFLICT (epoch) DO UPDATE SET number = excluded.number, at = excluded.at`,
      epoch,
      number,
      new Date().toISOString()
    );
  }
}
