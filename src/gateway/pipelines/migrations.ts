import type { IMigration } from '../store/migration';

export const pipelinesMigrations: IMigration[] = [];
