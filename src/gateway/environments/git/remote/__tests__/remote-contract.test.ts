import { rmSync } from 'node:fs';

import { temporaryFolder } from '../../../../__tests__/core-builder';
import { MAIN } from '../../port';
import { buildCommit, describeRepository } from '../../__tests__/repository-contract';
import type { RemoteRepository } from '../remote-repository';
import { remoteAt } from './remote-builder';
import {
  fileHost,
  git,
  httpHost,
  NO_SSHD,
  sshHost,
  userHome,
  type IHost
} from './remote-hosts';

jest.setTimeout(30_000);

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

const hosts: [string, () => Promise<IHost>][] = [
  ['file', fileHost],
  ['http with a credential helper', httpHost],
  ...(NO_SSHD ? [] : [['ssh', sshHost] as [string, () => Promise<IHost>]])
];
if (NO_SSHD) {
  test.skip(`over ssh: ${NO_SSHD}`, () => undefined);
}

describe.each(hosts)('over %s', (_name, start) => {
  let host: IHost;
  let home: string;
  let user: string;

  beforeEach(async () => {
    host = await start();
    home = temporaryFolder();
    user = userHome(host, 'anna');
    Object.assign(process.env, { HOME: user, GIT_CONFIG_NOSYSTEM: '1' });
  });
  afterEach(async () => {
    await host.close();
    [home, user].forEach(path => rmSync(path, { recursive: true, force: true }));
  });

  async function open(folder = home): Promise<RemoteRepository> {
    const repository = remoteAt(host.url, folder);
    await repository.open();
    return repository;
  }

  describe('the contract of a repository', () => describeRepository(open));

  test('what is committed is on the remote, by whom git says', async () => {
    const repository = await open();
    const { id } = await repository.commit(buildCommit());
    expect(git(host.bare, 'rev-parse', 'main')).toBe(id);
    expect(git(host.bare, 'log', '-1', '--format=%an|%cn <%ce>', 'main')).toBe(
      'Anna Müller|anna <anna@example.org>'
    );
    expect(git(host.bare, 'fsck', '--strict', '--full')).toBe('');
    expect(git(host.bare, 'for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/main'
    );
    expect(git(repository['_bare'].folder, 'for-each-ref', 'refs/mlops')).toBe('');
  });

  test('a commit of somebody else is seen when it is asked for, and none of ours lands on what it replaced', async () => {
    const ours = await open();
    const { id } = await ours.commit(buildCommit());
    const other = temporaryFolder();
    const theirs = await open(other);
    const { id: newer } = await theirs.commit(buildCommit({ expected: id }));
    expect(await ours.head(MAIN)).toBe(id);
    await expect(ours.commit(buildCommit({ expected: id }))).rejects.toMatchObject({
      body: { code: 'branch-moved' }
    });
    expect(await ours.head(MAIN)).toBe(newer);
    await ours.commit(buildCommit({ expected: newer }));
    await theirs.refresh();
    expect(await theirs.head(MAIN)).toBe(git(host.bare, 'rev-parse', 'main'));
    rmSync(other, { recursive: true });
  });

  test('credentials that are refused are said to be, and none of them is shown', async () => {
    if (host.url.startsWith('file:')) {
      return;
    }
    host.refuse(true);
    const failure: unknown = await open().catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: 'forbidden',
      body: { code: 'git-authentication-refused', action: expect.any(String) }
    });
    expect(JSON.stringify(failure)).not.toContain('geheim');
  });
});
