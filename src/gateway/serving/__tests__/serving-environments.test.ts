import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { buildContext, temporaryFolder } from '../../__tests__/core-builder';
import type { IEnvironmentLock } from '../environment-lock';
import { findInterpreter } from '../interpreters';
import { ServingEnvironments } from '../serving-environments';

const { python, uv } = buildContext();

const lock = (key: string, ...requirements: string[]): IEnvironmentLock => ({
  key: key.padStart(16, '0'),
  requirements,
  python: '3.11'
});
const SMALL = lock('a', 'threadpoolctl==3.8.0');

describe('serving environments', () => {
  let root: string;
  let environments: ServingEnvironments;
  beforeEach(() => {
    root = temporaryFolder('mlops-environments-');
    environments = new ServingEnvironments({ root, uv, python });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('are made once, also when two ask at the same time, and tell how far they are', async () => {
    const details: string[] = [];
    const other = new ServingEnvironments({ root, uv, python });
    const [first, second] = await Promise.all([
      environments.prepare(SMALL, { progress: detail => details.push(detail) }),
      other.prepare(SMALL, { progress: detail => details.push(detail) })
    ]);
    expect(second).toBe(first);
    const creations = details.filter(detail => detail.startsWith('Creating'));
    expect(creations).toHaveLength(1);
    const version = spawnSync(first, [
      '-c',
      'import threadpoolctl as t; print(t.__version__)'
    ]);
    expect(version.stdout.toString().trim()).toBe('3.8.0');
    expect(await environments.list()).toEqual([SMALL.key]);
  });

  it('are made again without a network, from what was installed once', async () => {
    await environments.prepare(SMALL);
    await environments.collect(new Set());
    const names = ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY'];
    const every = names.flatMap(name => [name, name.toLowerCase()]);
    const before = every.map(name => [name, process.env[name]] as const);
    // Whoever asks the network now asks a port where nobody listens.
    every.forEach(name => {
      process.env[name] = /^no/i.test(name) ? '' : 'http://127.0.0.1:9';
    });
    try {
      const details: string[] = [];
      await environments.prepare(SMALL, { progress: detail => details.push(detail) });
      expect(await environments.list()).toEqual([SMALL.key]);
      expect(details).toContain('Installing packages from the cache');
      await expect(
        environments.prepare(lock('c', 'six==1.15.0'))
      ).rejects.toMatchObject({ body: { code: 'serving-environment-failed' } });
    } finally {
      before.forEach(([name, value]) => {
        if (value === undefined) {
          delete process.env[name];
        } else {
          process.env[name] = value;
        }
      });
    }
  }, 60_000);

  it('say which package could not be installed and why, and leave nothing', async () => {
    const wrong = lock('b', 'joblib==1.6.0', 'numpy==99.1');
    await expect(environments.prepare(wrong)).rejects.toMatchObject({
      body: {
        code: 'serving-environment-failed',
        message:
          'The serving environment could not be made: numpy==99.1 could not be installed.',
        cause: expect.stringContaining('no version of numpy==99.1')
      }
    });
    expect(existsSync(join(root, wrong.key))).toBe(false);
  });

  it('can be cancelled, and leave nothing', async () => {
    const abort = new AbortController();
    const making = environments.prepare(SMALL, {
      signal: abort.signal,
      progress: detail => detail.startsWith('Installing') && abort.abort()
    });
    await expect(making).rejects.toMatchObject({ name: 'AbortError' });
    expect(existsSync(join(root, SMALL.key))).toBe(false);
  });

  it('are cleared away when half made, or unused', async () => {
    await environments.prepare(SMALL);
    mkdirSync(join(root, '00000000000000ff'));
    await environments.removeHalfMade();
    expect(readdirSync(root).filter(name => !name.includes('.'))).toEqual([SMALL.key]);
    await environments.collect(new Set([SMALL.key]));
    expect(await environments.list()).toEqual([SMALL.key]);
    await environments.collect(new Set());
    expect(await environments.list()).toEqual([]);
  });

  it('are not collected where other data homes use them too', async () => {
    await environments.prepare(SMALL);
    const shared = new ServingEnvironments({ root, uv, python, shared: true });
    await shared.collect(new Set());
    expect(await shared.list()).toEqual([SMALL.key]);
  });

  it('need uv', async () => {
    const without = new ServingEnvironments({ root, uv: null, python });
    await expect(without.prepare(SMALL)).rejects.toMatchObject({
      body: { message: 'uv is not installed: no serving environment can be made.' }
    });
  });
});

test('a model is served with the Python that trained it, else with one that MLServer runs on', async () => {
  const tools = { path: uv ?? '', environment: { PATH: process.env.PATH ?? '' } };
  expect(await findInterpreter('3.11', python, tools)).toBe(python);
  const other = await findInterpreter('3.13', python, tools);
  const asked = spawnSync(other, ['-c', 'import sys; print(sys.version_info[1])']);
  expect(['11', '12']).toContain(asked.stdout.toString().trim());
});
