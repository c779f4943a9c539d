import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { temporaryFolder } from '../../../../__tests__/core-builder';
import { buildCommit } from '../../__tests__/repository-contract';
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

// Six to eight programs for each push: slow where every core is taken.
jest.setTimeout(60_000);

const folder = temporaryFolder();
const program = join(folder, 'promoting-child.cjs');
const before = { ...process.env };

beforeAll(() => {
  buildSync({
    entryPoints: [join(__dirname, 'promoting-child.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error'
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface IChild {
  signal: NodeJS.Signals | null;
  output: string;
  errors: string;
}

let host: IHost;
let base: string;
let homes: Record<string, string>;

async function begin(start: () => Promise<IHost>): Promise<void> {
  host = await start();
  homes = { anna: userHome(host, 'anna'), boris: userHome(host, 'boris') };
  Object.assign(process.env, { HOME: homes.anna, GIT_CONFIG_NOSYSTEM: '1' });
  const first = remoteAt(host.url, homes.anna);
  await first.open();
  base = (await first.commit(buildCommit())).id;
}

afterEach(async () => {
  process.env = { ...before };
  await host.close();
  Object.values(homes).forEach(path => rmSync(path, { recursive: true, force: true }));
});

/** A process of a user's own, with their home and their clone. */
function promoting(
  user: string,
  models: string[],
  gitProgram = 'git'
): Promise<IChild> {
  const clone = join(homes[user], 'remote.git');
  const child = spawn(
    process.execPath,
    [program, host.url, clone, base, user, ...models],
    {
      env: {
        ...process.env,
        HOME: homes[user],
        MLOPS_GIT: gitProgram,
        MLOPS_PROMOTING_CHILD: '1'
      },
      stdio: ['ignore', 'pipe', 'pipe']
    }
  );
  let [output, errors] = ['', ''];
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  return new Promise(resolve =>
    // Not `close`: a push that outlives its killed parent still holds the pipes.
    child.on('exit', (_code, signal) =>
      setTimeout(() => resolve({ signal, output, errors }), 50)
    )
  );
}

const history = (format: string): string[] =>
  git(host.bare, 'log', `--format=${format}`, 'main').split('\n');

describe.each([
  ['http', httpHost],
  ...(NO_SSHD ? [] : [['ssh', sshHost] as const])
] as const)('over %s', (_name, start) => {
  test('20 promotions at once by two users: 20 commits, none lost, none twice, one line', async () => {
    await begin(start);
    const models = (user: string): string[] =>
      Array.from({ length: 10 }, (_, index) => `${user}-${index}`);
    const children = await Promise.all(
      ['anna', 'boris'].map(user => promoting(user, models(user)))
    );
    expect(children.map(({ errors }) => errors)).toEqual(['', '']);
    const told = children.flatMap(({ output }) => JSON.parse(output) as string[]);
    expect(new Set(told).size).toBe(20);
    expect(new Set(history('%H'))).toEqual(
      new Set([...told, git(host.bare, 'rev-list', '--max-parents=0', 'main')])
    );
    expect(git(host.bare, 'rev-list', '--merges', '--count', 'main')).toBe('0');
    expect(
      git(host.bare, 'ls-tree', '-r', '--name-only', 'main', 'environments/dev/').split(
        '\n'
      )
    ).toHaveLength(21);
    const committers = history('%cn').slice(0, -1);
    for (const user of ['anna', 'boris']) {
      expect(committers.filter(name => name === user)).toHaveLength(10);
    }
    expect(git(host.bare, 'fsck', '--strict', '--no-dangling')).toBe('');
  }, 120_000);
});

describe('a pusher that is killed', () => {
  /** Kills the promoting program, its parent, when git is told to do this. */
  function killing(command: string, when: 'before' | 'after'): string {
    const file = join(homes.anna, 'git');
    const kill = 'kill -9 $PPID';
    const run = when === 'before' ? kill : `git "$@"; ${kill}; exit 0`;
    writeFileSync(
      file,
      `#!/bin/bash\nfor word in "$@"; do if [ "$word" = ${command} ] && [ ! -e ${file}.done ]; then\ntouch ${file}.done\n${run}\nfi; done\nexec git "$@"\n`,
      { mode: 0o755 }
    );
    return file;
  }

  test.each([
    ['fast-import', 'before'],
    ['fast-import', 'after'],
    ['push', 'before'],
    ['push', 'after'],
    ['update-ref', 'before'],
    ['update-ref', 'after']
  ] as const)(
    'at %s, %s it: the next one ends it with exactly one commit',
    async (command, when) => {
      await begin(fileHost);
      const killed = await promoting('anna', ['bike'], killing(command, when));
      expect([killed.signal, killed.output]).toEqual(['SIGKILL', '']);
      const next = await promoting('anna', ['bike']);
      expect(next.errors).toBe('');
      expect([git(host.bare, 'rev-parse', 'main')]).toEqual(JSON.parse(next.output));
      expect(history('%s')).toEqual(['Promote bike v1 to dev', 'Say a']);
    }
  );

  test('while the remote still takes its push: the next one waits or finds it, one commit', async () => {
    await begin(httpHost);
    const hook = join(host.bare, 'hooks/pre-receive');
    writeFileSync(hook, '#!/bin/sh\nsleep 1.5\n', { mode: 0o755 });
    const file = join(homes.anna, 'git');
    writeFileSync(
      file,
      `#!/bin/bash\nfor word in "$@"; do if [ "$word" = push ]; then\ngit "$@" & sleep 0.7; kill -9 $PPID; wait; exit\nfi; done\nexec git "$@"\n`,
      { mode: 0o755 }
    );
    const killed = await promoting('anna', ['bike'], file);
    expect(killed.signal).toBe('SIGKILL');
    expect(history('%s')).toEqual(['Say a']);
    const next = await promoting('anna', ['bike']);
    expect(next.errors).toBe('');
    expect(history('%s')).toEqual(['Promote bike v1 to dev', 'Say a']);
    expect([git(host.bare, 'rev-parse', 'main')]).toEqual(JSON.parse(next.output));
  });
});
