import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { EmbeddedRepository } from '../embedded-repository';
import { MAIN } from '../port';
import { buildCommit, describeRepository } from './repository-contract';

let home: string;
let folder: string;

beforeEach(() => {
  home = temporaryFolder();
  folder = join(home, 'gitops.git');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function open(): Promise<EmbeddedRepository> {
  const repository = new EmbeddedRepository(folder);
  await repository.open();
  return repository;
}

describe('the contract of a repository', () => describeRepository(open));

test('it is an ordinary bare repository that git finds whole', async () => {
  const repository = await open();
  const { id } = await repository.commit(buildCommit());
  await repository.commit(buildCommit({ expected: id }));
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  expect(git('rev-parse', '--is-bare-repository')).toBe('true');
  expect(git('fsck', '--strict', '--full')).toBe('');
  expect(git('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
});

test('a packed branch is found, too', async () => {
  const repository = await open();
  const { id } = await repository.commit(buildCommit());
  execFileSync('git', ['pack-refs', '--all'], { cwd: folder });
  expect(existsSync(join(folder, 'refs/heads/main'))).toBe(false);
  expect(await repository.head(MAIN)).toBe(id);
});

test('hooks and the configuration of user and system are not run or read', async () => {
  const repository = await open();
  const witness = join(home, 'hook-ran');
  mkdirSync(join(folder, 'hooks'), { recursive: true });
  writeFileSync(
    join(folder, 'hooks/reference-transaction'),
    `#!/bin/sh\ntouch ${witness}\n`,
    { mode: 0o755 }
  );
  const before = { ...process.env };
  const config = join(home, 'config');
  writeFileSync(config, '[user]\n\tname = Wrong\n[commit]\n\tgpgSign = true\n');
  Object.assign(process.env, {
    GIT_CONFIG_GLOBAL: config,
    GIT_DIR: '/nowhere',
    GIT_AUTHOR_NAME: 'Wrong'
  });
  try {
    const { id } = await repository.commit(buildCommit());
    expect(await repository.log(id)).toMatchObject([{ author: 'Anna Müller' }]);
  } finally {
    process.env = before;
  }
  expect(existsSync(witness)).toBe(false);
});

test('two that open at once make one repository and leave nothing beside it', async () => {
  await Promise.all([open(), open(), open()]);
  expect(readdirSync(home)).toEqual(['gitops.git']);
});

test('a lock that somebody holds for a moment is waited for', async () => {
  const repository = await open();
  const { id } = await repository.commit(buildCommit());
  const lock = join(folder, 'refs/heads/main.lock');
  writeFileSync(lock, '');
  setTimeout(() => rmSync(lock), 300);
  await repository.commit(buildCommit({ expected: id }));
});

test('a lock that a killed git has left long ago is removed', async () => {
  const repository = await open();
  const { id } = await repository.commit(buildCommit());
  const lock = join(folder, 'refs/heads/main.lock');
  writeFileSync(lock, '');
  const longAgo = Date.now() / 1000 - 600;
  utimesSync(lock, longAgo, longAgo);
  await repository.commit(buildCommit({ expected: id }));
});

test('a lock that may be held is left alone, and named', async () => {
  const repository = await open();
  const { id } = await repository.commit(buildCommit());
  const lock = join(folder, 'refs/heads/main.lock');
  writeFileSync(lock, '');
  await expect(repository.commit(buildCommit({ expected: id }))).rejects.toMatchObject({
    body: { code: 'git-failed', cause: expect.stringContaining('main.lock') }
  });
  expect(existsSync(lock)).toBe(true);
});

test('without git it says what to install', async () => {
  const repository = new EmbeddedRepository(folder, join(home, 'no-git'));
  await expect(repository.open()).rejects.toMatchObject({
    kind: 'unavailable',
    body: { code: 'git-missing', action: expect.stringContaining('Install git') }
  });
});
