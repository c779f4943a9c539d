import type { IMigration } from '../store/migration';

export const kubeMigrations: IMigration[] = [
  {
    number: 100,
    name: 'whom a cluster context means',
    sql: `
      CREATE TABLE cluster_identities (
        choice TEXT PRIMARY KEY,
        user TEXT NOT NULL,
        server TEXT NOT NULL
      ) STRICT;
    `
  }
];
