import { mkdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { existsSync } from 'node:fs';

import { MlopsError } from '../../contract/mlops-error';
import { copyInto } from './copy-file';
import type { IWorkPlan } from './work-plan';

const AT_ONCE = 8;

/**
 * Makes a run's private folder. It appears whole or not at all; where it is there already, it stays.
 *
 * @param replaced Path in the notebook's folder → absolute path of the file that stands in for it.
 */
export async function makeWorkFolder(
  plan: IWorkPlan,
  replaced: Record<string, string>,
  work: string
): Promise<void> {
  if (existsSync(work)) {
    return;
  }
  const partial = `${work}.partial`;
  await rm(partial, { recursive: true, force: true });
  try {
    await fill(plan, replaced, partial);
    await rename(partial, work);
  } catch (error) {
    // Above all where the disk is full: what was copied is of no use.
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

async function fill(
  plan: IWorkPlan,
  replaced: Record<string, string>,
  partial: string
): Promise<void> {
  await mkdir(join(partial, plan.folder), { recursive: true });
  for (const folder of plan.folders) {
    await mkdir(join(partial, folder), { recursive: true });
  }
  const substitutes = new Map(
    Object.entries(replaced).map(([to, from]) => [
      normalize(join(plan.folder, to)),
      from
    ])
  );
  const files = plan.files.filter(file => !substitutes.has(file.to));
  const queue = files.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const file of queue) {
        await copyInto(file.from, join(partial, file.to), file.bytes);
      }
    })
  );
  for (const [path, target] of plan.links) {
    if (!substitutes.has(path)) {
      await mkdir(dirname(join(partial, path)), { recursive: true });
      await symlink(target, join(partial, path));
    }
  }
  for (const [to, from] of substitutes) {
    await copyInto(from, join(partial, to), (await stat(from)).size);
  }
}

/**
 * Checks the files that a run is to use in place of the folder's.
 *
 * @throws MlopsError `file-path` where a place is not inside the folder, `file-missing`
 */
export async function checkReplaced(replaced: Record<string, string>): Promise<void> {
  for (const [to, from] of Object.entries(replaced)) {
    const parts = to.split('/');
    if (
      to.includes('\0') ||
      to.includes('\\') ||
      parts.some(part => ['', '.', '..'].includes(part))
    ) {
      throw new MlopsError('refused', {
        code: 'file-path',
        message: `${JSON.stringify(to)} is not a path inside the notebook's folder.`,
        action: 'Give a relative path without `..`.'
      });
    }
    const found = from.startsWith('/') ? await stat(from).catch(() => null) : null;
    if (!found?.isFile()) {
      throw new MlopsError('refused', {
        code: 'file-missing',
        message: `The file ${JSON.stringify(from)} that is to stand in for ${to} cannot be read.`,
        action: 'Give the absolute path of a file that exists.'
      });
    }
  }
}
