import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Actor } from '../../../contract/identifier';
import { MlopsError } from '../../../contract/mlops-error';
import { toName } from '../../../contract/name';
import { commitMessage, LOG_FORMAT, parseLog } from './commit-message';
import { GitProcess } from './git-process';
import {
  MAIN,
  type IGitCommit,
  type IGitRepository,
  type ILogOptions,
  type INewCommit
} from './port';

const COMMIT = /^[0-9a-f]{40}$/;
const NOTHING = '0'.repeat(40);
const LOCK_PATIENCE = 3000;

/** A bare repository on disk, written by plumbing: no working tree, no hook, no merge by text. */
export class EmbeddedRepository implements IGitRepository {
  readonly name = 'git';

  constructor(folder: string, program = 'git') {
    this._git = new GitProcess(folder, program);
  }

  open(): Promise<void> {
    this._opening ??= this._open().finally(() => (this._opening = null));
    return this._opening;
  }

  private async _open(): Promise<void> {
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
      await rename(made, folder);
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  }

  async head(branch: string): Promise<string | null> {
    // The loose reference first: the reconciler asks twice a second, and a process costs more.
    const loose = await readFile(
      join(this._git.folder, 'refs/heads', branch),
      'utf8'
    ).catch(() => '');
    if (COMMIT.test(loose.trim())) {
      return loose.trim();
    }
    const found = await this._git.text([
      'for-each-ref',
      '--format=%(objectname)',
      `refs/heads/${branch}`
    ]);
    return COMMIT.test(found) ? found : null;
  }

  async has(revision: string): Promise<boolean> {
    return (
      COMMIT.test(revision) &&
      this._git.text(['cat-file', '-t', revision]).then(
        type => type === 'commit',
        (error: unknown) => {
          if (error instanceof MlopsError && error.body.code === 'git-failed') {
            return false;
          }
          throw error;
        }
      )
    );
  }

  async isAncestor(older: string, newer: string): Promise<boolean> {
    return (
      (await this.has(older)) &&
      this._git.succeeds(['merge-base', '--is-ancestor', older, checked(newer)])
    );
  }

  async read(revision: string, folder: string): Promise<Map<string, string>> {
    const listing = await this._git.text([
      'ls-tree',
      '-r',
      '-z',
      '--full-tree',
      checked(revision),
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

  async commit(commit: INewCommit): Promise<string> {
    const tree = await this._tree(commit);
    const id = await this._git.text(
      [
        'commit-tree',
        tree,
        ...[commit.parent, commit.merges].flatMap(parent =>
          parent ? ['-p', parent] : []
        )
      ],
      {
        input: commitMessage(commit.subject, commit.body ?? '', commit.trailers),
        environment: identity(commit.author)
      }
    );
    await this._move(commit.branch, id, commit.expected);
    return id;
  }

  async closeBranch(branch: string): Promise<void> {
    const head = await this.head(branch);
    if (head) {
      const lines = [
        `update refs/closed/${branch} ${head}`,
        `delete refs/heads/${branch} ${head}`
      ];
      await this._git.text(['update-ref', '--stdin'], {
        input: `${lines.join('\n')}\n`
      });
    }
  }

  /** Compare and swap: the branch moves only from where it was expected. */
  private async _move(
    branch: string,
    to: string,
    expected: string | null
  ): Promise<void> {
    const deadline = Date.now() + LOCK_PATIENCE;
    for (;;) {
      try {
        await this._git.text([
          'update-ref',
          '--create-reflog',
          `refs/heads/${branch}`,
          to,
          expected ?? NOTHING
        ]);
        return;
      } catch (error) {
        if ((await this.head(branch)) !== expected) {
          throw new MlopsError('conflict', {
            code: 'branch-moved',
            message: `The branch ${branch} has moved on: somebody else committed first.`,
            action: 'Look at what changed and try again.'
          });
        }
        const locked =
          error instanceof MlopsError && /\.lock/.test(error.body.cause ?? '');
        if (!locked || Date.now() > deadline) {
          throw error;
        }
        await sleep(50);
      }
    }
  }

  private async _tree(commit: INewCommit): Promise<string> {
    const index = join(this._git.folder, `index-${randomUUID()}`);
    const environment = { GIT_INDEX_FILE: index };
    try {
      const lines = await Promise.all(
        [...commit.files].map(async ([path, content]) =>
          content === null
            ? `0 ${NOTHING}\t${path}`
            : `100644 ${await this._git.text(['hash-object', '-w', '--stdin'], { input: content })}\t${path}`
        )
      );
      await this._git.text(
        commit.parent
          ? ['read-tree', checked(commit.parent)]
          : ['read-tree', '--empty'],
        { environment }
      );
      await this._git.text(['update-index', '-z', '--index-info'], {
        environment,
        input: lines.map(line => `${line}\0`).join('')
      });
      return await this._git.text(['write-tree'], { environment });
    } finally {
      await rm(index, { force: true });
      await rm(`${index}.lock`, { force: true });
    }
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
  private _opening: Promise<void> | null = null;
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

/** Author and committer from who acts: Git itself need not be configured. */
function identity({ name }: Actor): Record<string, string> {
  // Git refuses angle brackets, line ends and a name of nothing but dots.
  const plain = name.replace(/[<>\p{Cc}]/gu, ' ').trim();
  const shown = /[\p{L}\p{N}]/u.test(plain) ? plain : 'unknown';
  const email = /^[^\s@]+@[^\s@]+$/.test(shown)
    ? shown
    : `${toName(shown) || 'unknown'}@localhost`;
  return {
    GIT_AUTHOR_NAME: shown,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: shown,
    GIT_COMMITTER_EMAIL: email
  };
}
