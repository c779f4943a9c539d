import type { IMigration } from '../store/migration';

export const environmentsMigrations: IMigration[] = [
  {
    number: 30,
    name: 'deployments, endpoint tokens, loopback port',
    sql: `
      CREATE TABLE deployments (
        environment TEXT NOT NULL,
        digest TEXT NOT NULL,
        model TEXT NOT NULL,
        revision TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (environment, digest)
      ) STRICT;

      CREATE TABLE endpoint_tokens (
        hash TEXT PRIMARY KEY,
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        actor TEXT NOT NULL,
        expires_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX endpoint_tokens_by_endpoint ON endpoint_tokens (environment, model);

      CREATE TABLE endpoint_listener (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        port INTEGER NOT NULL
      ) STRICT;
    `
  }
];
