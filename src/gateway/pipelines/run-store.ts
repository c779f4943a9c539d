import { MlopsError } from '../../contract/mlops-error';
import { Run, RunSummary } from '../../contract/run';
import type { Database, Row } from '../store/database';
import { RunPlan } from './run-plan';
import { summarise } from './run-summary';

/** A run as it is stored. */
export interface IStoredRun {
  run: Run;
  plan: RunPlan;
  stopRequested: boolean;
}

/** Runs in SQLite. What lists show stands in a column of its own, so that lists stay fast. */
export class RunStore {
  constructor(database: Database) {
    this._database = database;
  }

  /** Writes a new run down and gives it the next number. */
  add(run: Omit<Run, 'number'>, plan: RunPlan): Run {
    return this._database.write(() => {
      const last = this._database.get(
        "SELECT seq FROM sqlite_sequence WHERE name = 'runs'"
      );
      const numbered: Run = { ...run, number: Number(last?.seq ?? 0) + 1 };
      this._database.run(
        'INSERT INTO runs (number, id, state, summary, run, plan) VALUES (?, ?, ?, ?, ?, ?)',
        numbered.number,
        numbered.id,
        numbered.state,
        JSON.stringify(summarise(numbered)),
        JSON.stringify(numbered),
        JSON.stringify(plan)
      );
      return numbered;
    });
  }

  update(run: Run): void {
    this._database.run(
      'UPDATE runs SET state = ?, summary = ?, run = ? WHERE id = ?',
      run.state,
      JSON.stringify(summarise(run)),
      JSON.stringify(run),
      run.id
    );
  }

  /** Writes progress down; where it cannot be written, the next transition will say so. */
  updateIfPossible(run: Run): boolean {
    try {
      this.update(run);
      return true;
    } catch {
      return false;
    }
  }

  /** Remembers that the run is to end: a gateway that takes over ends it. */
  requestStop(id: string): void {
    this._database.run('UPDATE runs SET stop_requested = 1 WHERE id = ?', id);
  }

  /**
   * @param id A run's id, or its number as people say it.
   * @throws MlopsError `run-unknown`
   */
  get(id: string): IStoredRun {
    const row = /^\d{1,15}$/.test(id)
      ? this._database.get('SELECT * FROM runs WHERE number = ?', Number(id))
      : this._database.get('SELECT * FROM runs WHERE id = ?', id);
    if (!row) {
      throw new MlopsError('not-found', {
        code: 'run-unknown',
        message: `There is no run ${JSON.stringify(id)}.`,
        action: 'List the runs to see which there are.'
      });
    }
    return read(row);
  }

  has(id: string): boolean {
    return this._database.get('SELECT 1 FROM runs WHERE id = ?', id) !== undefined;
  }

  /** Newest first. @param before Only runs with a lower number. */
  list(limit: number, before = Number.MAX_SAFE_INTEGER): RunSummary[] {
    return this._database
      .all(
        'SELECT summary FROM runs WHERE number < ? ORDER BY number DESC LIMIT ?',
        before,
        limit
      )
      .map(row => RunSummary.parse(JSON.parse(String(row.summary))));
  }

  /** Ids of the runs that have not ended, oldest first. */
  underWay(): string[] {
    return this._database
      .all("SELECT id FROM runs WHERE state IN ('pending', 'running') ORDER BY number")
      .map(row => String(row.id));
  }

  private readonly _database: Database;
}

function read(row: Row): IStoredRun {
  return {
    run: Run.parse(JSON.parse(String(row.run))),
    plan: RunPlan.parse(JSON.parse(String(row.plan))),
    stopRequested: row.stop_requested === 1
  };
}
