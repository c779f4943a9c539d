import type { IMigration } from '../store/migration';

export const monitoringMigrations: IMigration[] = [
  {
    number: 40,
    name: 'payloads, windows, alerts',
    sql: `
      CREATE TABLE payloads (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL,
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        milliseconds REAL NOT NULL,
        ok INTEGER NOT NULL
      ) STRICT;
      CREATE INDEX payloads_by_id ON payloads (environment, model, id);
      CREATE INDEX payloads_by_time ON payloads (at);

      CREATE TABLE payload_rows (
        payload INTEGER NOT NULL REFERENCES payloads (number) ON DELETE CASCADE,
        row INTEGER NOT NULL,
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        event_time INTEGER NOT NULL,
        features TEXT NOT NULL,
        prediction TEXT,
        label TEXT,
        PRIMARY KEY (payload, row)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX payload_rows_by_time ON payload_rows (environment, model, version, event_time);

      CREATE TABLE windows (
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        from_time INTEGER NOT NULL,
        to_time INTEGER NOT NULL,
        complete INTEGER NOT NULL,
        rows INTEGER NOT NULL,
        state TEXT NOT NULL,
        largest REAL NOT NULL,
        effects TEXT NOT NULL,
        drifted TEXT NOT NULL,
        features TEXT NOT NULL,
        PRIMARY KEY (environment, model, version, from_time)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE alerts (
        id TEXT PRIMARY KEY,
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        active INTEGER NOT NULL,
        body TEXT NOT NULL,
        updated_at TEXT NOT NULL
      ) STRICT;
      CREATE UNIQUE INDEX one_active_alert ON alerts (environment, model, version, kind) WHERE active = 1;
    `
  },
  {
    number: 41,
    name: 'windows to be judged, sizes and versions of payloads',
    sql: `
      CREATE TABLE windows_due (
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        from_time INTEGER NOT NULL,
        PRIMARY KEY (environment, model, version, from_time)
      ) STRICT, WITHOUT ROWID;

      ALTER TABLE payloads ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
      UPDATE payloads SET bytes =
        (SELECT coalesce(sum(length(features)), 0) FROM payload_rows WHERE payload = number);
      CREATE INDEX payloads_by_version ON payloads (model, version, at);
    `
  },
  {
    number: 42,
    name: 'how far collectors were read, labels that came before their request',
    sql: `
      CREATE TABLE collector_cursors (
        epoch TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        at TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE waiting_labels (
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        id TEXT NOT NULL,
        row INTEGER NOT NULL,
        label TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (environment, model, id, row)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX waiting_labels_by_time ON waiting_labels (at);
    `
  }
];
