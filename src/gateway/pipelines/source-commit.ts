import { execFile, spawn } from 'node:child_process';
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import type { SourceCommit } from '../../contract/run';
import { codeOf } from '../thrown';

const run = promisify(execFile);
const TIMEOUT = 15_000;
/** Larger untracked files count by name and size only. */
const HASHED = 64 * 1024 * 1024;

/** Nothing that a repository's configuration names may run or ask here. */
const SAFE = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/**
 * The commit that a folder's content comes from, and a digest of what differs from it there.
 * Remotes are not looked at: their addresses may hold credentials.
 *
 * @param unsaved Digest of content that is run without being saved.
 * @returns null where the folder is in no repository, or nothing was committed yet.
 */
export async function sourceCommit(
  folder: string,
  unsaved: string | null
): Promise<SourceCommit | null> {
  try {
    const commit = (await git(folder, 'rev-parse', '--verify', 'HEAD')).trim();
    const branch = await git(folder, 'rev-parse', '--abbrev-ref', 'HEAD');
    return {
      commit,
      branch: branch.trim(),
      dirtyDigest: await dirtyDigest(folder, unsaved)
    };
  } catch (error) {
    if (isExpected(error)) {
      return null;
    }
    throw error;
  }
}

async function dirtyDigest(
  folder: string,
  unsaved: string | null
): Promise<string | null> {
  const status = await git(
    folder,
    ...['status', '--porcelain=v1', '-z', '--untracked-files=all', '--', '.']
  );
  if (!status && !unsaved) {
    return null;
  }
  const hash = createHash('sha256')
    .update(status)
    .update(unsaved ?? '');
  await hashDiff(folder, hash);
  const top = (await git(folder, 'rev-parse', '--show-toplevel')).trim();
  for (const entry of status.split('\0')) {
    if (entry.startsWith('?? ')) {
      await hashFile(join(top, entry.slice(3)), hash);
    }
  }
  return `sha256:${hash.digest('hex')}`;
}

async function hashDiff(folder: string, hash: Hash): Promise<void> {
  const child = spawn(
    'git',
    [
      ...SAFE,
      '-C',
      folder,
      ...['diff', 'HEAD', '--binary', '--no-ext-diff', '--no-textconv', '--', '.']
    ],
    { env: environment(), stdio: ['ignore', 'pipe', 'ignore'], timeout: TIMEOUT }
  );
  await pipeline(child.stdout, async source => {
    for await (const chunk of source) {
      hash.update(chunk);
    }
  });
}

async function hashFile(path: string, hash: Hash): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) {
    return;
  }
  hash.update(`${found.size}\0`);
  if (found.size <= HASHED) {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
    }
  }
}

async function git(folder: string, ...args: string[]): Promise<string> {
  const { stdout } = await run('git', [...SAFE, '-C', folder, ...args], {
    env: environment(),
    timeout: TIMEOUT,
    maxBuffer: 64 * 1024 * 1024
  });
  return stdout;
}

/** Without variables that would point Git to another repository, and without questions. */
function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C'
  };
}

/** No repository, no commit, a repository of somebody else's, no Git at all. */
function isExpected(error: unknown): boolean {
  // Git says 128 where there is no repository, or one of somebody else's.
  return ['ENOENT', '128', '1'].includes(codeOf(error));
}
