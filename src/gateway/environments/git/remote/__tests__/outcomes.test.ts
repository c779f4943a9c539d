import {
  appendFileSync,
  chmodSync,
  existsSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';

import { temporaryFolder } from '../../../../__tests__/core-builder';
import { MAIN } from '../../port';
import { buildCommit } from '../../__tests__/repository-contract';
import type { RemoteRepository } from '../remote-repository';
import { remoteAt } from './remote-builder';
import {
  fileHost,
  git,
  httpHost,
  httpsHost,
  NO_SSHD,
  SECRET,
  sshHost,
  userHome,
  type IHost
} from './remote-hosts';

jest.setTimeout(30_000);

const before = { ...process.env };
const homes: string[] = [];
let host: IHost;

function folder(): string {
  const made = temporaryFolder();
  homes.push(made);
  return made;
}

async function begin(start: () => Promise<IHost>): Promise<void> {
  host = await start();
  homes.push(userHome(host, 'anna'));
  Object.assign(process.env, { HOME: homes.at(-1), GIT_CONFIG_NOSYSTEM: '1' });
}

async function open(
  options: Parameters<typeof remoteAt>[2] = {}
): Promise<RemoteRepository> {
  const repository = remoteAt(host.url, folder(), options);
  await repository.open();
  return repository;
}

/** A program of git's that does something of its own when it is to push. */
function gitThat(onPush: string): string {
  const program = join(folder(), 'git');
  const script = `#!/bin/bash\nfor word in "$@"; do if [ "$word" = push ]; then\n${onPush}\nfi; done\nexec git "$@"\n`;
  writeFileSync(program, script, { mode: 0o755 });
  return program;
}

function hook(name: string, script: string): void {
  const file = join(host.bare, 'hooks', name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

afterEach(async () => {
  process.env = { ...before };
  await host.close();
  homes.splice(0).forEach(path => rmSync(path, { recursive: true, force: true }));
});

const count = (): string => git(host.bare, 'rev-list', '--count', 'main');

describe('what a remote may answer', () => {
  beforeEach(() => begin(fileHost));

  test('a hook that declines is shown with its words, and nothing was changed', async () => {
    const repository = await open();
    const { id } = await repository.commit(buildCommit());
    hook('pre-receive', 'echo "Ticket number missing in commit" >&2; exit 1');
    await expect(
      repository.commit(buildCommit({ expected: id }))
    ).rejects.toMatchObject({
      kind: 'refused',
      body: {
        code: 'git-push-rejected',
        cause: 'Ticket number missing in commit',
        message: expect.stringContaining('Nothing was changed')
      }
    });
    expect(git(host.bare, 'rev-parse', 'main')).toBe(id);
    expect(await repository.head(MAIN)).toBe(id);
  });

  test.each([
    'GitLab: You are not allowed to push code to protected branches on this project.',
    'error: GH006: Protected branch update failed for refs/heads/main.',
    'Gitea: Not allowed to push to protected branch main',
    'Branch refs/heads/main can only be modified through pull requests.'
  ])('a protected branch offers a branch to merge: %s', async words => {
    const repository = await open();
    const { id } = await repository.commit(buildCommit());
    hook('pre-receive', `echo "${words}" >&2; exit 1`);
    await expect(
      repository.commit(buildCommit({ expected: id }))
    ).rejects.toMatchObject({
      body: {
        code: 'git-branch-protected',
        cause: words,
        action: expect.stringContaining('mode: branch')
      }
    });
  });

  test('a hook whose words sound like a race is still a refusal', async () => {
    const repository = await open();
    const { id } = await repository.commit(buildCommit());
    hook('update', 'echo "please fetch first" >&2; exit 1');
    await expect(
      repository.commit(buildCommit({ expected: id }))
    ).rejects.toMatchObject({
      body: {
        code: 'git-push-rejected',
        cause: expect.stringContaining('please fetch first')
      }
    });
  });

  test('a branch that is missing is named, with those that are there', async () => {
    const first = await open();
    await first.commit(buildCommit());
    const settings = { branch: 'production', mode: 'push' } as const;
    await expect(open({ settings })).rejects.toMatchObject({
      body: {
        code: 'git-branch-missing',
        message: expect.stringContaining('production'),
        cause: 'It has main.'
      }
    });
  });

  test('another branch than main says what runs where mlops.yaml names one', async () => {
    const settings = { branch: 'env/production', mode: 'push' } as const;
    const repository = await open({ settings });
    const { id } = await repository.commit(buildCommit());
    expect(git(host.bare, 'for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/env/production'
    );
    expect(await repository.head(MAIN)).toBe(id);
  });

  test('a branch that disappears leaves what it declared, and says so', async () => {
    const repository = await open();
    const { id } = await repository.commit(buildCommit());
    git(host.bare, 'branch', 'other', 'main');
    git(host.bare, 'update-ref', '-d', 'refs/heads/main');
    await expect(repository.refresh()).rejects.toMatchObject({
      body: { code: 'git-branch-missing' }
    });
    expect(await repository.head(MAIN)).toBe(id);
    expect(repository.status().failure).toMatchObject({ code: 'git-branch-missing' });
  });

  test('a branch that was turned back is followed, never pushed forward again', async () => {
    const repository = await open();
    const { id } = await repository.commit(buildCommit());
    const second = await repository.commit(buildCommit({ expected: id }));
    git(host.bare, 'update-ref', 'refs/heads/main', id);
    await repository.refresh();
    expect(await repository.head(MAIN)).toBe(id);
    expect(await repository.has(second.id)).toBe(true);
  });

  test('no repository there', async () => {
    const gone = remoteAt(`${host.url}-gone`, folder());
    await expect(gone.open()).rejects.toMatchObject({
      kind: 'not-found',
      body: { code: 'git-repository-unknown' }
    });
  });

  test('what was read before is there while the remote is not', async () => {
    const home = folder();
    const first = remoteAt(host.url, home);
    await first.open();
    const { id } = await first.commit(buildCommit());
    rmSync(host.bare, { recursive: true });
    const later = remoteAt(host.url, home);
    await later.open();
    expect(await later.head(MAIN)).toBe(id);
    expect((await later.read(id, 'environments')).size).toBe(1);
    await expect(later.commit(buildCommit({ expected: id }))).rejects.toMatchObject({
      body: { code: 'git-repository-unknown' }
    });
  });

  test('an address that the user’s configuration turns into a command is not followed', async () => {
    const witness = join(folder(), 'ran');
    writeFileSync(
      join(process.env.HOME ?? '', '.gitconfig'),
      `[url "ext::sh -c touch% ${witness} "]\n\tinsteadOf = ${host.url}\n[protocol]\n\tallow = always\n`
    );
    await expect(open()).rejects.toMatchObject({
      body: { code: 'git-remote-unreachable', cause: expect.stringContaining('ext') }
    });
    expect(existsSync(witness)).toBe(false);
  });

  test('a remote that never answers is left after its time, with all that it started', async () => {
    const { id } = await (await open()).commit(buildCommit());
    const repository = await open({
      program: gitThat('sleep 60 & wait'),
      patience: { call: 700, certainty: 500 }
    });
    const begun = Date.now();
    await expect(
      repository.commit(buildCommit({ expected: id }))
    ).rejects.toMatchObject({
      body: {
        code: 'git-remote-unreachable',
        message: expect.stringContaining('the commit did not arrive')
      }
    });
    expect(Date.now() - begun).toBeLessThan(20_000);
    expect(count()).toBe('1');
  });
});

describe('a network that breaks in the middle of a push', () => {
  beforeEach(() => begin(fileHost));

  test('after the remote took it: the commit is known to be there, once', async () => {
    const { id } = await (await open()).commit(buildCommit());
    const repository = await open({
      program: gitThat(
        'git "$@" >/dev/null 2>&1; echo "fatal: the remote end hung up unexpectedly" >&2; exit 128'
      )
    });
    const landed = await repository.commit(buildCommit({ expected: id }));
    expect(git(host.bare, 'rev-parse', 'main')).toBe(landed.id);
    expect(count()).toBe('2');
  });

  test('before the remote took it: it is pushed again, once', async () => {
    const { id } = await (await open()).commit(buildCommit());
    const once = join(folder(), 'once');
    const repository = await open({
      program: gitThat(
        `if [ ! -e ${once} ]; then touch ${once}; echo "fatal: early EOF" >&2; exit 128; fi`
      )
    });
    const landed = await repository.commit(buildCommit({ expected: id }));
    expect(git(host.bare, 'rev-parse', 'main')).toBe(landed.id);
    expect(count()).toBe('2');
  });

  test('for good before it: nothing was changed, and that is said', async () => {
    const { id } = await (await open()).commit(buildCommit());
    const repository = await open({
      program: gitThat('echo "fatal: early EOF" >&2; exit 128')
    });
    await expect(
      repository.commit(buildCommit({ expected: id }))
    ).rejects.toMatchObject({
      kind: 'unavailable',
      body: {
        message: expect.stringContaining('Nothing was changed there'),
        cause: 'fatal: early EOF'
      }
    });
    expect(git(host.bare, 'rev-parse', 'main')).toBe(id);
  });

  test('and it cannot be asked afterwards: it is said that nobody knows', async () => {
    const { id } = await (await open()).commit(buildCommit());
    const repository = await open({
      patience: { certainty: 300 },
      program: gitThat(
        `git "$@" >/dev/null 2>&1; mv ${host.bare} ${host.bare}.away; echo "fatal: early EOF" >&2; exit 128`
      )
    });
    const failure: unknown = await repository
      .commit(buildCommit({ expected: id }))
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      kind: 'unavailable',
      body: { code: 'git-push-unknown', details: { revision: expect.any(String) } }
    });
  });
});

describe('over http', () => {
  beforeEach(() => begin(httpHost));

  test('a server that is down: nothing was changed', async () => {
    const repository = await open();
    const { id } = await repository.commit(buildCommit());
    const { url } = host;
    await host.close();
    await expect(
      repository.commit(buildCommit({ expected: id }))
    ).rejects.toMatchObject({
      body: { code: 'git-remote-unreachable' }
    });
    expect(repository.status().detail).toContain(new URL(url).hostname);
  });

  test('hooks, aliases and push settings of the user do not run', async () => {
    const witness = join(folder(), 'ran');
    const hooks = folder();
    for (const name of ['pre-push', 'reference-transaction']) {
      writeFileSync(join(hooks, name), `#!/bin/sh\ntouch ${witness}\n`, {
        mode: 0o755
      });
    }
    const config = `[core]\n\thooksPath = ${hooks}\n[alias]\n\tpush = "!touch ${witness}"\n[push]\n\tgpgSign = true\n\tfollowTags = true\n\tpushOption = x\n[commit]\n\tgpgSign = true\n[fetch]\n\tprune = true\n`;
    appendFileSync(join(process.env.HOME ?? '', '.gitconfig'), config);
    const repository = await open();
    await repository.commit(buildCommit());
    expect(count()).toBe('1');
    expect(existsSync(witness)).toBe(false);
  });

  test('the password is in no argument and no file of ours', async () => {
    const arguments_ = join(folder(), 'arguments');
    const program = join(folder(), 'git');
    writeFileSync(program, `#!/bin/sh\necho "$@" >> ${arguments_}\nexec git "$@"\n`, {
      mode: 0o755
    });
    const home = folder();
    const repository = remoteAt(host.url, home, { program });
    await repository.open();
    await repository.commit(buildCommit());
    expect(git(home, 'hash-object', arguments_)).not.toBe('');
    expect(() =>
      git(home, 'grep', '-r', '--no-index', '-a', '-e', SECRET, '.')
    ).toThrow();
    expect(() => git(home, 'grep', '--no-index', '-e', SECRET, arguments_)).toThrow();
  });
});

describe('over https', () => {
  beforeEach(async () => {
    await begin(httpsHost);
    // It would outrank what `.gitconfig` says.
    delete process.env.GIT_SSL_CAINFO;
  });

  test('a certificate that the user trusts is accepted', async () => {
    await (await open()).commit(buildCommit());
    expect(count()).toBe('1');
  });

  test('one that nobody has signed is refused, whatever switches the check off', async () => {
    const config = join(process.env.HOME ?? '', '.gitconfig');
    const { origin } = new URL(host.url);
    const text = readFileSync(config, 'utf8').replace(
      /sslCAInfo.*/,
      'sslVerify = false'
    );
    writeFileSync(config, `${text}[http "${origin}"]\n\tsslVerify = false\n`);
    process.env.GIT_SSL_NO_VERIFY = '1';
    await expect(open()).rejects.toMatchObject({
      body: {
        code: 'git-certificate-refused',
        action: expect.stringContaining('sslCAInfo')
      }
    });
  });
});

(NO_SSHD ? describe.skip : describe)('over ssh', () => {
  beforeEach(() => begin(sshHost));

  const known = (): string => join(dirname(host.bare), 'known_hosts');

  test('a host that is not known yet is not trusted', async () => {
    writeFileSync(known(), '');
    await expect(open()).rejects.toMatchObject({
      kind: 'refused',
      body: { code: 'git-host-key-unknown' }
    });
  });

  test('a host that shows another key than before is not trusted', async () => {
    const key = readFileSync(join(dirname(host.bare), 'user.pub'), 'utf8');
    const [place] = readFileSync(known(), 'utf8').split(' ');
    writeFileSync(known(), `${place} ${key}`);
    await expect(open()).rejects.toMatchObject({
      kind: 'refused',
      body: {
        code: 'git-host-key-changed',
        message: expect.stringContaining('another key')
      }
    });
  });

  test('no repository there', async () => {
    await expect(remoteAt(`${host.url}-gone`, folder()).open()).rejects.toMatchObject({
      body: { code: 'git-repository-unknown' }
    });
  });
});
