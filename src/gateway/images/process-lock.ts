import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

import { errorMessage } from './system-error';

const RETRY_EVERY = 50;

/**
 * Runs `work` while no other process, and nothing else in this one, holds the same lock. The lock
 * is SQLite's own on a small file: the system lets go of it when its holder dies, however it dies.
 *
 * @param file Path of the lock's file; its folder exists.
 * @throws what `work` throws, or the signal's reason while waiting.
 */
export async function withProcessLock<T>(
  file: string,
  work: () => Promise<T>,
  signal?: AbortSignal
): Promise<T> {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    while (!tryLock(database)) {
      await sleep(RETRY_EVERY, undefined, { signal });
    }
    return await work();
  } finally {
    database.close();
  }
}

/** As {@link withProcessLock}, but does nothing where somebody holds the lock. Tells whether it ran. */
export async function tryProcessLock(
  file: string,
  work: () => Promise<void>
): Promise<boolean> {
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    if (!tryLock(database)) {
      return false;
    }
    await work();
    return true;
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (/locked/.test(errorMessage(error))) {
      return false;
    }
    throw error;
  }
}
