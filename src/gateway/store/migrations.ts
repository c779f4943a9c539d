import { environmentsMigrations } from '../environments/migrations';
import { kubeMigrations } from '../kube/migrations';
import { modelsMigrations } from '../models/migrations';
import { monitoringMigrations } from '../monitoring/migrations';
import { pipelinesMigrations } from '../pipelines/migrations';
import { coreMigrations } from './core-migrations';
import type { IMigration } from './migration';

/** All migrations. Numbers: core 1–9, pipelines 10–19, models 20–29, environments 30–39, monitoring 40–49, kube 100–109, later ones from 110. */
export const migrations: IMigration[] = [
  ...coreMigrations,
  ...pipelinesMigrations,
  ...modelsMigrations,
  ...environmentsMigrations,
  ...monitoringMigrations,
  ...kubeMigrations
].sort((a, b) => a.number - b.number);
