import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

import type { Actor } from '../../../contract/identifier';
import type { Database } from '../../store/database';

const PROGRAM_LIFE = 30 * 24 * 3600_000;
const APP_LIFE = 3600_000;
/** App tokens remembered at once; opening the page more often ends the oldest. */
const MOST_APP_TOKENS = 2000;

export interface IEndpointToken {
  token: string;
  expiresAt: string;
}

/** Bearer tokens, each for one endpoint. Only hashes are kept: those of apps in memory, those of programs in the database. */
export class EndpointTokens {
  constructor(database: Database) {
    this._database = database;
  }

  /** For programs on this computer: lasts 30 days and outlives the gateway. */
  forProgram(environment: string, model: string, actor: Actor): IEndpointToken {
    const issued = issue(PROGRAM_LIFE);
    this._database.write(() => {
      this._database.run(
        'DELETE FROM endpoint_tokens WHERE expires_at < ?',
        new Date().toISOString()
      );
      this._database.run(
        'INSERT INTO endpoint_tokens (hash, environment, model, actor, expires_at) VALUES (?, ?, ?, ?, ?)',
        hash(issued.token).toString('hex'),
        environment,
        model,
        actor.name,
        issued.expiresAt
      );
    });
    return issued;
  }

  /** For one opened app: lasts an hour, and nothing is written down for it. */
  forApp(environment: string, model: string): IEndpointToken {
    const issued = issue(APP_LIFE);
    this._apps.set(hash(issued.token).toString('hex'), {
      environment,
      model,
      expiresAt: issued.expiresAt
    });
    const [oldest] = this._apps.keys();
    if (this._apps.size > MOST_APP_TOKENS) {
      this._apps.delete(oldest);
    }
    return issued;
  }

  /** Whether the token opens this endpoint now. */
  opens(token: string, environment: string, model: string, now = new Date()): boolean {
    const given = hash(token);
    const time = now.toISOString();
    const programs = this._database
      .all(
        'SELECT hash FROM endpoint_tokens WHERE environment = ? AND model = ? AND expires_at > ?',
        environment,
        model,
        time
      )
      .map(row => String(row.hash));
    const apps = [...this._apps]
      .filter(
        ([, app]) =>
          app.environment === environment && app.model === model && app.expiresAt > time
      )
      .map(([key]) => key);
    return [...programs, ...apps].some(known =>
      timingSafeEqual(Buffer.from(known, 'hex'), given)
    );
  }

  private readonly _database: Database;
  private readonly _apps = new Map<
    string,
    { environment: string; model: string; expiresAt: string }
  >();
}

function issue(life: number): IEndpointToken {
  return {
    token: randomBytes(32).toString('base64url'),
    expiresAt: new Date(Date.now() + life).toISOString()
  };
}

function hash(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
