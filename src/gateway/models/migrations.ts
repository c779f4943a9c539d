import type { IMigration } from '../store/migration';

export const modelsMigrations: IMigration[] = [];
