import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { MlopsError } from '../../../contract/mlops-error';
import { LOG_FORMAT, parseLog } from './commit-message';
import { GitProcess } from './git-process';
import { importStream, type ICommitter } from './import-stream';
import {
  MAIN,
  type IGitCommit,
  type ILandedCommit,
  type ILogOptions,
  type INewCommit
} from './port';

const COMMIT = /^[0-9a-f]{40}$/;
export const NOTHING = '0'.repeat(40);
const LOCK_PATIENCE = 3000;
/** No git process of ours lives so long: a lock this old was left by one that was killed. */
const LOCK_FORGOTTEN_AFTER = 120_000;
const TREES_KEPT = 32;

/** A commit that no branch has yet. */
export interface IMadeCommit extends ILandedCommit {
  /** What keeps it until a branch does; whoever moves the branch deletes it. */
  reference: string;
}

/** A bare repository on disk, read and written by plumbing: no working tree, no hook, no merge by text, no network. */
export class BareRepository {
  constructor(folder: string, program = 'git') {
    this._git = new GitProcess(folder, program);
  }

  get folder(): string {
    return this._git.folder;
  }

  get program(): string {
    return this._git.program;
  }

  /** Makes it where it is not there yet. @throws MlopsError `git-missing` */
  create(): Promise<void> {
    this._creating ??= this._create().finally(() => (this._creating = null));
    return this._creating;
  }

  private async _create(): Promise<void> {
    const { folder } = this._git;
    if (existsSync(join(folder, 'HEAD'))) {
      return;
    }
    // Made beside its place and moved there: a crash leaves no half of a repository.
    const made = join(dirname(folder), `.gitops-${randomUUID()}`);
    await mkdir(made, { recursive: true, mode: 0o700 });
    try {
      const git = new GitProcess(made, this._git.program);
      await git.text(['init', '--quiet', '--bare', '--template=', `-b${MAIN}`]);
      await rename(made, folder).catch((error: unknown) => {
        // Whoever was faster made the same.
        if (!existsSync(join(folder, 'HEAD'))) {
          throw error;
        }
      });
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  }

  /** What a full reference such as `refs/heads/main` points to; null where there is none. */
  async reference(name: string): Promise<string | null> {
    // The loose reference first: the reconciler asks twice a second, and a process costs more.
    const loose = await readFile(join(this._git.folder, name), 'utf8').catch(() => '');
    if (COMMIT.test(loose.trim())) {
      return loose.trim();
    }
    return (await this.references(name)).get(name) ?? null;
  }

  /** All references at or below a name. */
  async references(name: string): Promise<Map<string, string>> {
    const found = await this._git.text([
      'for-each-ref',
      '--format=%(objectname) %(refname)',
      name
    ]);
    const lines = found.split('\n').map(line => line.split(' '));
    return new Map(lines.flatMap(([id, ref]) => (COMMIT.test(id) ? [[ref, id]] : [])));
  }

  async has(revision: string): Promise<boolean> {
    if (!COMMIT.test(revision)) {
      return false;
    }
    if (this._known.has(revision)) {
      return true;
    }
    try {
      const type = await this._git.text(['cat-file', '-t', revision]);
      if (type === 'commit') {
        this._known.add(revision);
      }
      return type === 'commit';
    } catch (error) {
      if (error instanceof MlopsError && error.body.code === 'git-failed') {
        return false;
      }
      throw error;
    }
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    if (older === newer) {
      return true;
    }
    return (
      (await this.has(older)) &&
      this._git.succeeds(['merge-base', '--is-ancestor', older, checked(newer)])
    );
  }

  async read(revision: string, folder: string): Promise<ReadonlyMap<string, string>> {
    const key = `${checked(revision)}:${folder}`;
    const known = this._trees.get(key);
    if (known) {
      return known;
    }
    // A commit never changes: what was read once holds.
    const files = await this._read(revision, folder);
    this._trees.set(key, files);
    const [oldest] = this._trees.keys();
    if (this._trees.size > TREES_KEPT) {
      this._trees.delete(oldest);
    }
    return files;
  }

  private async _read(revision: string, folder: string): Promise<Map<string, string>> {
    const listing = await this._git.text([
      'ls-tree',
      '-r',
      '-z',
      '--full-tree',
      revision,
      '--',
      `${folder}/`
    ]);
    const entries = listing
      .split('\0')
      .map(line => /^\d+ blob ([0-9a-f]{40})\t(.+)$/s.exec(line))
      .flatMap(match => (match ? [{ blob: match[1], path: match[2] }] : []));
    const contents = await this._blobs(entries.map(({ blob }) => blob));
    return new Map(entries.map(({ path }, index) => [path, contents[index]]));
  }

  async log(revision: string, options: ILogOptions = {}): Promise<IGitCommit[]> {
    const { after, folder, limit, trailer } = options;
    const line = trailer ? `${trailer.key}: ${trailer.value}` : null;
    const output = await this._git.text([
      'log',
      '--first-parent',
      '--diff-merges=first-parent',
      '--name-only',
      LOG_FORMAT,
      ...(line ? ['--fixed-strings', `--grep=${line}`] : []),
      ...(limit === undefined || line ? [] : [`--max-count=${limit}`]),
      after ? `${checked(after)}..${checked(revision)}` : checked(revision),
      '--',
      ...(folder ? [folder] : [])
    ]);
    return parseLog(output)
      .filter(({ trailers }) => !trailer || trailers[trailer.key] === trailer.value)
      .slice(0, limit);
  }

  /** Makes a commit under a name of its own: nobody sees it before a branch moves. */
  async make(commit: INewCommit, committer?: ICommitter): Promise<IMadeCommit> {
    const seconds = Math.floor(Date.now() / 1000);
    const reference = `refs/mlops/${randomUUID()}`;
    const id = await this._git.text(['fast-import', '--quiet', '--done'], {
      input: importStream(commit, reference, seconds, committer)
    });
    return {
      id: checked(id),
      at: new Date(seconds * 1000).toISOString(),
      reference
    };
  }

  /**
   * Changes references, all or none: lines of `git update-ref --stdin`. Waits for whoever holds a lock.
   *
   * @param lost Whether it has become pointless to wait; the error is thrown then.
   */
  async update(lines: string[], lost?: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + LOCK_PATIENCE;
    for (;;) {
      try {
        await this._git.text(['update-ref', '--create-reflog', '--stdin'], {
          input: `${lines.join('\n')}\n`
        });
        return;
      } catch (error) {
        const lock = lockOf(error);
        if (lock === null || Date.now() > deadline || (await lost?.())) {
          throw error;
        }
        if (!(await this._forget(lock))) {
          await sleep(50);
        }
      }
    }
  }

  /** Removes a lock that nobody holds any more. */
  private async _forget(lock: string): Promise<boolean> {
    const path = resolve(lock);
    if (!path.startsWith(`${resolve(this._git.folder)}${sep}`)) {
      return false;
    }
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0
    );
    if (age < LOCK_FORGOTTEN_AFTER) {
      return false;
    }
    await rm(path, { force: true });
    return true;
  }

  private async _blobs(ids: string[]): Promise<string[]> {
    if (ids.length === 0) {
      return [];
    }
    const bytes = await this._git.bytes(['cat-file', '--batch'], {
      input: `${ids.join('\n')}\n`
    });
    let at = 0;
    return ids.map(() => {
      const end = bytes.indexOf(0x0a, at);
      const size = Number(bytes.toString('latin1', at, end).split(' ')[2]);
      at = end + 1 + size + 1;
      return bytes.toString('utf8', end + 1, end + 1 + size);
    });
  }

  private readonly _git: GitProcess;
  private _creating: Promise<void> | null = null;
  private readonly _known = new Set<string>();
  private readonly _trees = new Map<string, ReadonlyMap<string, string>>();
}

/** The lock file that kept git from its work; null where it was something else. */
function lockOf(error: unknown): string | null {
  const cause = error instanceof MlopsError ? error.body.cause : undefined;
  return /'([^'\n]+\.lock)'/.exec(cause ?? '')?.[1] ?? null;
}

/** Only commit ids reach git's arguments: nothing that a caller gives is read as an option. */
function checked(revision: string): string {
  if (!COMMIT.test(revision)) {
    throw new MlopsError('refused', {
      code: 'revision-invalid',
      message: `${JSON.stringify(revision.slice(0, 60))} is not the id of a commit.`
    });
  }
  return revision;
}
