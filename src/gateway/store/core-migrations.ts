import type { IMigration } from './migration';

export const coreMigrations: IMigration[] = [
  {
    number: 1,
    name: 'lease, jobs, audit',
    sql: `
      CREATE TABLE lease (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        fence INTEGER NOT NULL,
        holder TEXT,
        pid INTEGER,
        pid_start TEXT,
        socket TEXT,
        heartbeat INTEGER NOT NULL
      ) STRICT;
      INSERT INTO lease (id, fence, heartbeat) VALUES (1, 0, 0);

      CREATE TABLE jobs (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('running', 'succeeded', 'failed')),
        state TEXT NOT NULL,
        done TEXT NOT NULL,
        error TEXT,
        created_at TEXT NOT NULL,
        updated_at TEXT NOT NULL
      ) STRICT;
      CREATE INDEX jobs_by_kind ON jobs (kind, created_at);

      CREATE TABLE audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        asserted INTEGER NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        result TEXT NOT NULL,
        details TEXT NOT NULL
      ) STRICT;
      CREATE TRIGGER audit_keeps_rows BEFORE DELETE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
      CREATE TRIGGER audit_keeps_text BEFORE UPDATE ON audit
        BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
    `
  },
  {
    number: 2,
    name: 'the machine that holds the lease',
    sql: `
      ALTER TABLE lease ADD COLUMN machine TEXT;
      ALTER TABLE lease ADD COLUMN host TEXT;
    `
  }
];
