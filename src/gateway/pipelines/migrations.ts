import type { IMigration } from '../store/migration';

export const pipelinesMigrations: IMigration[] = [
  {
    number: 10,
    name: 'runs, results of steps',
    sql: `
      CREATE TABLE runs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        summary TEXT NOT NULL,
        run TEXT NOT NULL,
        plan TEXT NOT NULL,
        stop_requested INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX runs_under_way ON runs (number) WHERE state IN ('pending', 'running');

      CREATE TABLE step_results (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL,
        run TEXT NOT NULL,
        step TEXT NOT NULL,
        shared INTEGER NOT NULL,
        UNIQUE (run, step)
      ) STRICT;
      CREATE INDEX step_results_by_key ON step_results (key, id);
    `
  }
];
