import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import { sourceCommit } from '../source-commit';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: string[]): string {
  return execFileSync(
    'git',
    [
      '-C',
      folder,
      '-c',
      'user.name=Anna',
      '-c',
      'user.email=anna@example.org',
      ...args
    ],
    { encoding: 'utf8' }
  ).trim();
}

function repository(): string {
  git('init', '-q', '-b', 'main');
  mkdirSync(join(folder, 'notebooks'));
  writeFileSync(join(folder, 'notebooks/a.py'), 'x = 1\n');
  git('add', '.');
  git('commit', '-q', '-m', 'First');
  return join(folder, 'notebooks');
}

test('a clean folder has its commit and branch, and nothing that differs', async () => {
  const notebooks = repository();
  expect(await sourceCommit(notebooks, null)).toEqual({
    commit: git('rev-parse', 'HEAD'),
    branch: 'main',
    dirtyDigest: null
  });
});

test('the digest of what differs follows the content: changed, new, and back again', async () => {
  const notebooks = repository();
  const dirty = async (): Promise<string | null | undefined> =>
    (await sourceCommit(notebooks, null))?.dirtyDigest;
  writeFileSync(join(notebooks, 'a.py'), 'x = 2\n');
  const two = await dirty();
  writeFileSync(join(notebooks, 'a.py'), 'x = 3\n');
  const three = await dirty();
  writeFileSync(join(notebooks, 'new file.py'), 'one');
  const added = await dirty();
  writeFileSync(join(notebooks, 'new file.py'), 'two');
  const changed = await dirty();
  expect(new Set([two, three, added, changed]).size).toBe(4);
  expect(two).toMatch(/^sha256:[0-9a-f]{64}$/);
  rmSync(join(notebooks, 'new file.py'));
  writeFileSync(join(notebooks, 'a.py'), 'x = 2\n');
  expect(await dirty()).toBe(two);
});

test('what differs elsewhere in the repository does not count', async () => {
  const notebooks = repository();
  writeFileSync(join(folder, 'README'), 'changed');
  expect((await sourceCommit(notebooks, null))?.dirtyDigest).toBeNull();
});

test('content that was run unsaved counts as different', async () => {
  const notebooks = repository();
  expect((await sourceCommit(notebooks, 'abc'))?.dirtyDigest).toMatch(/^sha256:/);
});

test('without a repository, or without a commit, there is none', async () => {
  expect(await sourceCommit(folder, null)).toBeNull();
  git('init', '-q');
  expect(await sourceCommit(folder, null)).toBeNull();
  expect(await sourceCommit(join(folder, 'gone'), null)).toBeNull();
});

test('nothing that the repository configures is run', async () => {
  const notebooks = repository();
  const trap = join(folder, 'sprung');
  git('config', 'core.fsmonitor', `touch ${trap}; false`);
  git('config', 'diff.external', `touch ${trap}; false`);
  writeFileSync(join(notebooks, 'a.py'), 'x = 2\n');
  expect((await sourceCommit(notebooks, null))?.dirtyDigest).toMatch(/^sha256:/);
  expect(existsSync(trap)).toBe(false);
});

test('credentials in a remote are not recorded', async () => {
  const notebooks = repository();
  git('remote', 'add', 'origin', 'https://anna:hush-8472@example.org/a.git');
  expect(JSON.stringify(await sourceCommit(notebooks, null))).not.toContain('hush');
});
