import { MlopsError } from '../../contract/mlops-error';
import {
  Evidence,
  type Model,
  ModelVersion,
  type VersionState
} from '../../contract/model';
import { MonitoringSettings } from '../../contract/project';
import type { Database, Row } from '../store/database';

/** What of a version never changes; the number is given when it is stored. */
export type NewVersion = Omit<
  ModelVersion,
  'version' | 'state' | 'evidence' | 'environments'
>;
/** What stands beside a version and is no part of what the contract shows. */
export interface IVersionExtras {
  /** Digest of the training rows' digests; null where they are not known. */
  rowsDigest: string | null;
  /** As they were at the registration; null in versions that are older than this. */
  monitoring: MonitoringSettings | null;
}

const Document = ModelVersion.omit({ state: true, evidence: true, environments: true });

/** Versions, their evidence and where they are released, in SQLite. */
export class VersionTable {
  constructor(database: Database) {
    this._database = database;
  }

  /** Newest version first; models by name. */
  list(): Model[] {
    const rows = this._database.all(
      'SELECT * FROM model_versions ORDER BY model, version DESC'
    );
    const models = new Map<string, ModelVersion[]>();
    for (const version of rows.map(row => this._read(row))) {
      models.set(version.model, [...(models.get(version.model) ?? []), version]);
    }
    return [...models].map(([name, versions]) => ({ name, versions }));
  }

  /** @throws MlopsError `model-unknown`, `version-unknown` */
  get(model: string, version: number): ModelVersion {
    return this._read(this._row(model, version));
  }

  /** The newest version with this digest that can be used; else the newest. */
  byDigest(digest: string): ModelVersion | null {
    const row = this._database.get(
      "SELECT * FROM model_versions WHERE digest = ? ORDER BY state = 'ready' DESC, version DESC LIMIT 1",
      digest
    );
    return row ? this._read(row) : null;
  }

  /** Digest of the version's training rows in the store; null where they are not known. */
  rowsDigest(model: string, version: number): string | null {
    const { rows_digest: digest } = this._row(model, version);
    return typeof digest === 'string' ? digest : null;
  }

  /** The settings of the version's registration; null where they were not written down. */
  monitoring(model: string, version: number): MonitoringSettings | null {
    const { monitoring } = this._row(model, version);
    return typeof monitoring === 'string'
      ? MonitoringSettings.parse(JSON.parse(monitoring))
      : null;
  }

  /**
   * Stores a version under the model's next number. What the same run has registered with the same
   * digest before is given instead.
   */
  add(version: NewVersion, extras: IVersionExtras): ModelVersion {
    return this._database.write(() => {
      const { model, digest, lineage } = version;
      const run = lineage.run ?? '';
      const known = this._database.get(
        'SELECT * FROM model_versions WHERE model = ? AND digest = ? AND run = ?',
        model,
        digest,
        run
      );
      if (known) {
        return this._read(known);
      }
      const last = this._database.get(
        'SELECT max(version) AS number FROM model_versions WHERE model = ?',
        model
      );
      const number = Number(last?.number ?? 0) + 1;
      this._database.run(
        "INSERT INTO model_versions (model, version, digest, run, state, document, rows_digest, monitoring) VALUES (?, ?, ?, ?, 'testing', ?, ?, ?)",
        model,
        number,
        digest,
        run,
        JSON.stringify(Document.parse({ ...version, version: number })),
        extras.rowsDigest,
        extras.monitoring && JSON.stringify(extras.monitoring)
      );
      return this.get(model, number);
    });
  }

  setState(model: string, version: number, state: VersionState): ModelVersion {
    this._database.run(
      'UPDATE model_versions SET state = ? WHERE model = ? AND version = ?',
      state,
      model,
      version
    );
    return this.get(model, version);
  }

  /** @param source The work that found it: its second report changes nothing. */
  addEvidence(
    model: string,
    version: number,
    evidence: Evidence,
    source: string | null
  ): ModelVersion {
    this._database.run(
      'INSERT OR IGNORE INTO model_evidence (model, version, source, document) VALUES (?, ?, ?, ?)',
      model,
      version,
      source,
      JSON.stringify(Evidence.parse(evidence))
    );
    return this.get(model, version);
  }

  setReleased(environment: string, model: string, version: number | null): void {
    if (version === null) {
      this._database.run(
        'DELETE FROM model_releases WHERE environment = ? AND model = ?',
        environment,
        model
      );
      return;
    }
    this._database.run(
      'INSERT INTO model_releases (environment, model, version) VALUES (?, ?, ?) ON CONFLICT (environment, model) DO UPDATE SET version = excluded.version',
      environment,
      model,
      version
    );
  }

  private _row(model: string, version: number): Row {
    const row = this._database.get(
      'SELECT * FROM model_versions WHERE model = ? AND version = ?',
      model,
      version
    );
    if (row) {
      return row;
    }
    const known = this._database.get(
      'SELECT max(version) AS newest FROM model_versions WHERE model = ?',
      model
    );
    throw typeof known?.newest === 'number'
      ? new MlopsError('not-found', {
          code: 'version-unknown',
          message: `There is no version ${version} of ${model}.`,
          cause: `Its newest version is ${known.newest}.`
        })
      : new MlopsError('not-found', {
          code: 'model-unknown',
          message: `There is no model ${model}.`,
          action: 'Register one from a run.'
        });
  }

  private _read(row: Row): ModelVersion {
    const { model, version } = row;
    const evidence = this._database.all(
      'SELECT document FROM model_evidence WHERE model = ? AND version = ? ORDER BY id',
      String(model),
      Number(version)
    );
    const releases = this._database.all(
      'SELECT environment FROM model_releases WHERE model = ? AND version = ? ORDER BY environment',
      String(model),
      Number(version)
    );
    return ModelVersion.parse({
      ...Document.parse(JSON.parse(String(row.document))),
      state: row.state,
      evidence: evidence.map(({ document }) => JSON.parse(String(document))),
      environments: releases.map(({ environment }) => environment)
    });
  }

  private readonly _database: Database;
}
