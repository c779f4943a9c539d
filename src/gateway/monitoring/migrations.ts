import type { IMigration } from '../store/migration';

export const monitoringMigrations: IMigration[] = [];
