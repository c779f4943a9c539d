import { readdir, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import type { DataHome } from '../store/data-home';
import { codeOf } from '../thrown';

const TRAINING = 'training.json';

/**
 * Files of the data home that hold rows beside the captured requests: the training rows that runs
 * leave for a registration, and what live kernels wrote for one.
 */
export class RowFiles {
  constructor(home: DataHome) {
    this._runs = home.runs;
    this._live = join(home.path, 'live');
  }

  /** Deletes those that were written before `time`; gives their number. */
  async expire(time: Date): Promise<number> {
    let deleted = 0;
    for (const run of await namesIn(this._runs)) {
      for (const file of await trainingFiles(join(this._runs, run))) {
        deleted += await deleteIf(file, time);
      }
    }
    for (const name of await namesIn(this._live)) {
      deleted += await deleteIf(join(this._live, name), time);
    }
    return deleted;
  }

  /** Deletes the training rows of these runs, and these folders of live kernels. */
  async deleteOf(runs: string[], live: string[]): Promise<number> {
    let deleted = 0;
    for (const run of runs) {
      for (const file of await trainingFiles(join(this._runs, run))) {
        deleted += await deleteIf(file);
      }
    }
    // The folder was named by a request: nothing else may go with it.
    for (const folder of live.filter(path => dirname(resolve(path)) === this._live)) {
      deleted += await deleteIf(resolve(folder));
    }
    return deleted;
  }

  private readonly _runs: string;
  private readonly _live: string;
}

async function trainingFiles(run: string): Promise<string[]> {
  const files: string[] = [];
  const steps = join(run, 'steps');
  for (const step of await namesIn(steps)) {
    const models = join(steps, step, 'models');
    for (const variable of await namesIn(models)) {
      files.push(join(models, variable, TRAINING));
    }
  }
  return files;
}

/** Names of the folders in a folder; links are none, so nothing outside is reached. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter(entry => entry.isDirectory()).map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') {
      return [];
    }
    throw error;
  }
}

async function deleteIf(path: string, before?: Date): Promise<number> {
  const found = await stat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  });
  if (!found || (before && found.mtime >= before)) {
    return 0;
  }
  await rm(path, { recursive: true, force: true });
  return 1;
}
