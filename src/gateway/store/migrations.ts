import { environmentsMigrations } from '../environments/migrations';
import { modelsMigrations } from '../models/migrations';
import { monitoringMigrations } from '../monitoring/migrations';
import { pipelinesMigrations } from '../pipelines/migrations';
import { coreMigrations } from './core-migrations';
import type { IMigration } from './migration';

/** All migrations. Numbers: core 1–9, pipelines 10–19, models 20–29, environments 30–39, monitoring 40–49, later ones from 100. */
export const migrations: IMigration[] = [
  ...coreMigrations,
  ...pipelinesMigrations,
  ...modelsMigrations,
  ...environmentsMigrations,
  ...monitoringMigrations
].sort((a, b) => a.number - b.number);
