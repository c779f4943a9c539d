import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';

import type { Database } from '../store/database';
import { copyFolder, copyInto, shareInto } from './copy-file';
import { fileDigest } from './file-digest';
import type { RunFolder } from './run-folder';
import { readResult, SPAWN, type StepResult, SUPERVISOR } from './step-files';

/** Results of so many earlier runs with the same key are compared. */
const CANDIDATES = 20;

/** Takes over what earlier runs computed from the same code, values, files and packages. */
export class StepCache {
  constructor(
    private readonly _database: Database,
    private readonly _folderOf: (run: string) => RunFolder
  ) {}

  /** @param shared Whether runs other than retries of this one may use it. */
  remember(key: string, run: string, step: string, shared: boolean): void {
    this._database.run(
      'INSERT OR REPLACE INTO step_results (key, run, step, shared) VALUES (?, ?, ?, ?)',
      key,
      run,
      step,
      shared ? 1 : 0
    );
  }

  /**
   * Puts an earlier result in this run's folder: the step's files last, so that they stand for all.
   *
   * @param from Only results of this run, whether they are shared or not; shared ones of any run
   *   where null.
   */
  async restore(
    key: string,
    step: string,
    target: RunFolder,
    from: string | null
  ): Promise<StepResult | null> {
    const rows = this._database.all(
      `SELECT run FROM step_results WHERE key = ? AND step = ? AND
        (run = ? OR shared = 1) ORDER BY id DESC LIMIT ?`,
      key,
      step,
      from ?? '',
      CANDIDATES
    );
    const digests = new Map<string, Promise<string | null>>();
    for (const row of rows) {
      const source = this._folderOf(String(row.run));
      const result = readResult(source.step(step));
      if (result && (await isUsable(result, step, source, target, digests))) {
        await take(result, step, source, target);
        return result;
      }
    }
    return null;
  }
}

/** Whether the step would read what it read then, and what it wrote is still there. */
async function isUsable(
  result: StepResult,
  step: string,
  source: RunFolder,
  target: RunFolder,
  digests: Map<string, Promise<string | null>>
): Promise<boolean> {
  const digestOf = (path: string): Promise<string | null> => {
    const known = digests.get(path) ?? fileDigest(path);
    digests.set(path, known);
    return known;
  };
  const written = Object.entries(result.filesWritten);
  if (
    result.state !== 'succeeded' ||
    written.some(([path]) => isAbsolute(path)) ||
    (Object.keys(result.values).length > 0 && !existsSync(source.values(step))) ||
    !source.blobsOf(step).every(digest => existsSync(source.blob(digest)))
  ) {
    return false;
  }
  if (await lacksTrainingRows(source.step(step))) {
    return false;
  }
  for (const [path, digest] of Object.entries(result.filesRead)) {
    // A file that it had written itself before is not there yet.
    if (!(path in result.filesWritten)) {
      const place = isAbsolute(path) ? path : join(target.work, path);
      if ((await digestOf(place)) !== digest) {
        return false;
      }
    }
  }
  for (const [path, digest] of written) {
    if ((await fileDigest(join(source.work, path))) !== digest) {
      return false;
    }
  }
  return true;
}

/** They are deleted before the rest of a run: a model without them has no baseline. */
async function lacksTrainingRows(step: string): Promise<boolean> {
  const models = join(step, 'models');
  const variables = existsSync(models) ? await readdir(models) : [];
  return variables.some(
    variable =>
      existsSync(join(models, variable, 'rows.bin')) &&
      !existsSync(join(models, variable, 'training.json'))
  );
}

async function take(
  result: StepResult,
  step: string,
  source: RunFolder,
  target: RunFolder
): Promise<void> {
  for (const path of Object.keys(result.filesWritten)) {
    const [from, to] = [join(source.work, path), join(target.work, path)];
    await mkdir(dirname(to), { recursive: true });
    await rm(to, { force: true });
    await copyInto(from, to, (await stat(from)).size);
  }
  if (existsSync(source.values(step))) {
    for (const digest of source.blobsOf(step)) {
      await shareInto(source.blob(digest), target.blob(digest));
    }
    await rm(target.values(step), { recursive: true, force: true });
    await copyFolder(source.values(step), target.values(step));
  }
  const partial = `${target.step(step)}.partial`;
  await rm(partial, { recursive: true, force: true });
  await copyFolder(source.step(step), partial);
  // They name a process of another run.
  await rm(join(partial, SUPERVISOR), { force: true });
  await rm(join(partial, SPAWN), { force: true });
  await rm(target.step(step), { recursive: true, force: true });
  await rename(partial, target.step(step));
}
