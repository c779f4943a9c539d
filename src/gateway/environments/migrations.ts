import type { IMigration } from '../store/migration';

export const environmentsMigrations: IMigration[] = [];
