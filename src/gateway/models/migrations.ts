import type { IMigration } from '../store/migration';

export const modelsMigrations: IMigration[] = [
  {
    number: 20,
    name: 'model versions, evidence, releases',
    sql: `
      CREATE TABLE model_versions (
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        digest TEXT NOT NULL,
        run TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('testing', 'ready', 'failed', 'archived')),
        document TEXT NOT NULL,
        rows_digest TEXT,
        PRIMARY KEY (model, version),
        UNIQUE (model, digest, run)
      ) STRICT;
      CREATE INDEX model_versions_by_digest ON model_versions (digest);
      CREATE TRIGGER model_versions_keep_rows BEFORE DELETE ON model_versions
        BEGIN SELECT RAISE(ABORT, 'model versions are immutable'); END;
      CREATE TRIGGER model_versions_keep_text
        BEFORE UPDATE OF model, version, digest, run, document, rows_digest ON model_versions
        BEGIN SELECT RAISE(ABORT, 'model versions are immutable'); END;

      CREATE TABLE model_evidence (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        source TEXT UNIQUE,
        document TEXT NOT NULL,
        FOREIGN KEY (model, version) REFERENCES model_versions (model, version)
      ) STRICT;
      CREATE INDEX model_evidence_by_version ON model_evidence (model, version);
      CREATE TRIGGER model_evidence_keeps_rows BEFORE DELETE ON model_evidence
        BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;
      CREATE TRIGGER model_evidence_keeps_text BEFORE UPDATE ON model_evidence
        BEGIN SELECT RAISE(ABORT, 'evidence is append-only'); END;

      CREATE TABLE model_releases (
        environment TEXT NOT NULL,
        model TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (environment, model),
        FOREIGN KEY (model, version) REFERENCES model_versions (model, version)
      ) STRICT;
    `
  },
  {
    number: 21,
    name: 'monitoring settings with each version',
    sql: `
      ALTER TABLE model_versions ADD COLUMN monitoring TEXT;
      CREATE TRIGGER model_versions_keep_monitoring BEFORE UPDATE OF monitoring ON model_versions
        BEGIN SELECT RAISE(ABORT, 'model versions are immutable'); END;
    `
  }
];
