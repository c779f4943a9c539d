import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { EXTRA_PLUGINS } from '../exec-plugin';
import { TestCluster } from './cluster-builder';

describe('a program that the kubeconfig logs in with', () => {
  let test: TestCluster;
  let bin: string;

  beforeEach(async () => {
    test = await TestCluster.start();
    bin = join(test.folder, 'bin');
    mkdirSync(bin);
  });
  afterEach(() => test.close());

  /** A program on PATH; each run is noted in `runs`. */
  function program(name: string, script: string): void {
    const path = join(bin, name);
    writeFileSync(
      path,
      `#!/bin/sh\necho run >> ${join(test.folder, 'runs')}\n${script}\n`
    );
    chmodSync(path, 0o755);
  }

  function runs(): number {
    return readFileSync(join(test.folder, 'runs'), 'utf8').trim().split('\n').length;
  }

  function credential(status: object): string {
    return `echo '${JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status })}'`;
  }

  async function ask(exec: object = {}, environment: object = {}): Promise<string> {
    test.write({
      user: {
        exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'oc', ...exec }
      }
    });
    const cluster = test.open(
      { context: 'dev', kubeconfig: test.file },
      { PATH: `${bin}:/usr/bin:/bin`, ...environment }
    );
    return (await cluster.identity()).user;
  }

  it('is run without a terminal and told about the cluster', async () => {
    program(
      'oc',
      `printf '%s' "$KUBERNETES_EXEC_INFO" > ${join(test.folder, 'info')}\n${credential({ token: 'token-of-anna' })}`
    );
    expect(await ask({ provideClusterInfo: true })).toBe('anna');
    expect(JSON.parse(readFileSync(join(test.folder, 'info'), 'utf8'))).toMatchObject({
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: test.api.address } }
    });
  });

  it('is asked once while its credential holds, and again before it expires', async () => {
    const soon = new Date(Date.now() + 10_000).toISOString();
    program('oc', credential({ token: 'token-of-anna', expirationTimestamp: soon }));
    test.write({
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'oc' } }
    });
    const cluster = test.open(undefined, { PATH: `${bin}:/bin:/usr/bin` });
    await cluster.identity();
    const first = runs();
    await cluster.identity();
    expect(runs()).toBeGreaterThan(first);
    const later = new Date(Date.now() + 3_600_000).toISOString();
    program('oc', credential({ token: 'token-of-anna', expirationTimestamp: later }));
    await cluster.identity();
    const before = runs();
    await cluster.identity();
    expect(runs()).toBe(before);
  });

  it('is asked again after the cluster refused what it gave', async () => {
    program('oc', credential({ token: 'old' }));
    test.api.users.set('old', 'anna');
    test.write({
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'oc' } }
    });
    const cluster = test.open(undefined, { PATH: `${bin}:/bin:/usr/bin` });
    await cluster.identity();
    test.api.users.delete('old');
    program('oc', credential({ token: 'token-of-anna' }));
    await cluster.discovery.versions('x').catch(() => []);
    expect((await cluster.identity()).user).toBe('anna');
    expect(test.api.tokens.at(-1)).toBe('token-of-anna');
  });

  it.each<[string, string, object, RegExp]>([
    ['exec-plugin-not-allowed', 'one that is not known', { command: 'evil' }, /‘evil’/],
    [
      'exec-plugin-not-allowed',
      'one from elsewhere',
      { command: '/tmp/x/oc' },
      /\/tmp\/x\/oc/
    ],
    [
      'exec-plugin-not-allowed',
      'one beside the project',
      { command: './oc' },
      /\.\/oc/
    ],
    [
      'exec-plugin-not-allowed',
      'one with a library put in',
      { env: [{ name: 'LD_PRELOAD', value: '/tmp/x.so' }] },
      /LD_PRELOAD/
    ],
    [
      'exec-plugin-missing',
      'one that is not installed',
      { command: 'tsh' },
      /not installed/
    ],
    [
      'exec-plugin-interactive',
      'one that asks',
      { interactiveMode: 'Always' },
      /terminal/
    ]
  ])('is refused and not run: %s, %s', async (code, _words, exec, message) => {
    program('oc', credential({ token: 'token-of-anna' }));
    program('evil', credential({ token: 'token-of-anna' }));
    const asked = ask(exec);
    await expect(asked).rejects.toMatchObject({ body: { code } });
    await expect(asked).rejects.toThrow(message);
    expect(() => runs()).toThrow();
  });

  it('may be any that whoever starts Jupyter allows', async () => {
    program('evil', credential({ token: 'token-of-anna' }));
    expect(await ask({ command: 'evil' }, { [EXTRA_PLUGINS]: 'other,evil' })).toBe(
      'anna'
    );
  });

  it('that fails is told in its own words, without what looks like a credential', async () => {
    program('oc', 'echo "token: sha256~abcdef expired, log in" >&2; exit 3');
    await expect(ask()).rejects.toMatchObject({
      body: {
        code: 'exec-plugin-failed',
        message: '‘oc’ could not log in (exit code 3).',
        cause: 'token: [redacted] expired, log in'
      }
    });
  });

  it('that prints something else is told without its output', async () => {
    program('oc', 'echo sha256~abcdef');
    const asked = ask();
    await expect(asked).rejects.toThrow(
      '‘oc’ answered with something that is no credential.'
    );
    await expect(asked).rejects.not.toThrow('abcdef');
    rmSync(join(bin, 'oc'));
  });
});
