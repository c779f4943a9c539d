import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  mkdir,
  readdir,
  readlink,
  rename,
  statfs,
  symlink
} from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { codeOf } from '../thrown';

/** Beyond this a file is made read-only, and is not copied byte by byte where it can be shared. */
export const LARGE = 256 * 1024 * 1024;
/** What is copied byte by byte at most, where the file system cannot share blocks. */
const COPIED = 4 * 1024 * 1024 * 1024;

/**
 * Gives `to` the content of `from`: shared blocks where the file system can, else a copy. Never a
 * hard link: appending through one changes the original. A large file is read-only; one that is too
 * large to copy becomes a symbolic link.
 *
 * @param size Bytes of `from`.
 */
export async function copyInto(from: string, to: string, size: number): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  if (size <= LARGE) {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    return;
  }
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    // The file system cannot share blocks.
    const { bavail, bsize } = await statfs(dirname(to));
    if (size > COPIED || size * 2 > bavail * bsize) {
      await symlink(from, to);
      return;
    }
    await copyFile(from, to);
  }
  await chmod(to, 0o444);
}

/** Gives `to` the content of a file of ours that nobody ever changes: by a link where that goes. */
export async function shareInto(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  try {
    await link(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') {
      // Under its name there is the whole of it or nothing.
      await copyFile(from, `${to}.partial`, constants.COPYFILE_FICLONE);
      await rename(`${to}.partial`, to);
    }
  }
}

/** Copies a folder of ours: files and folders as they are, symbolic links as links. */
export async function copyFolder(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await copyFolder(source, target);
    } else if (entry.isSymbolicLink()) {
      await symlink(await readlink(source), target);
    } else if (entry.isFile()) {
      await copyFile(source, target, constants.COPYFILE_FICLONE);
    }
  }
}
