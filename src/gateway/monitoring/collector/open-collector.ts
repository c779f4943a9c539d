import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { MlopsError } from '../../../contract/mlops-error';
import { Database } from '../../store/database';
import { collectorMigrations } from './migrations';

/** Opens the collector's database in its data folder, which is made where it is missing. */
export function openCollector(folder: string): Database {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return new Database(fileIn(folder), { wal: true, migrations: collectorMigrations });
}

/** The same for whoever only reads. @throws MlopsError `collector-missing` */
export function readCollector(folder: string): Database {
  if (!existsSync(fileIn(folder))) {
    throw new MlopsError('not-found', {
      code: 'collector-missing',
      message: `No collector has written to ${folder} yet.`,
      action: 'Run this in the pod of the collector, beside `monitor serve`.'
    });
  }
  return openCollector(folder);
}

function fileIn(folder: string): string {
  return join(folder, 'collector.db');
}
