import { z } from 'zod';

import type { Database } from '../store/database';
import type { IIdentityPin, IIdentityPins } from './identity-guard';

const Pin = z.object({ user: z.string(), server: z.string() });

/** Pins that outlive the gateway. They hold names only, no credential. */
export class IdentityPins implements IIdentityPins {
  constructor(database: Database) {
    this._database = database;
  }

  get(key: string): IIdentityPin | null {
    const row = this._database.get(
      'SELECT user, server FROM cluster_identities WHERE choice = ?',
      key
    );
    return row ? Pin.parse(row) : null;
  }

  set(key: string, { user, server }: IIdentityPin): void {
    this._database.run(
      `INSERT INTO cluster_identities (choice, user, server) VALUES (?, ?, ?)
       ON CONFLICT (choice) DO UPDATE SET user = excluded.user, server = excluded.server`,
      key,
      user,
      server
    );
  }

  private readonly _database: Database;
}
