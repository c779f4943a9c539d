import type { IMigration } from '../../store/migration';

/** The shape of the collector's own database, which is not that of a data home. */
export const collectorMigrations: IMigration[] = [
  {
    number: 1,
    name: 'exchanges, their halves, counts',
    sql: `
      CREATE TABLE epoch (id INTEGER PRIMARY KEY CHECK (id = 1), epoch TEXT NOT NULL) STRICT;

      CREATE TABLE halves (
        exchange TEXT NOT NULL,
        half TEXT NOT NULL,
        arrived INTEGER NOT NULL,
        at INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (exchange, half)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX halves_by_arrival ON halves (arrived);

      CREATE TABLE exchanges (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        exchange TEXT NOT NULL UNIQUE,
        arrived INTEGER NOT NULL,
        body TEXT NOT NULL
      ) STRICT;
      CREATE INDEX exchanges_by_arrival ON exchanges (arrived);

      CREATE TABLE counts (name TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    `
  }
];
