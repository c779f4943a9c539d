import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildSync } from 'esbuild';

import { temporaryFolder } from '../../__tests__/core-builder';
import { tryProcessLock, withProcessLock } from '../process-lock';

const SOURCE = join(__dirname, '../process-lock.ts');
const bundle = buildSync({
  entryPoints: [SOURCE],
  bundle: true,
  platform: 'node',
  format: 'cjs',
  write: false
}).outputFiles[0].text;

const children: ChildProcess[] = [];
afterEach(() => children.splice(0).forEach(child => child.kill('SIGKILL')));

/** Another process that takes the lock, says so, and keeps it. */
async function holder(file: string) {
  const script = `${bundle}; module.exports.withProcessLock(process.argv[1], async () => { console.log('held'); await new Promise(() => setInterval(() => {}, 1000)); });`;
  const child = spawn(process.execPath, ['-e', script, file], {
    stdio: ['ignore', 'pipe', 'ignore']
  });
  children.push(child);
  await once(child.stdout, 'data');
  return child;
}

describe('a lock between processes', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = temporaryFolder();
    file = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one work at a time within a process', async () => {
    const order: string[] = [];
    const work = (name: string) => async () => {
      order.push(`${name} begins`);
      await sleep(80);
      order.push(`${name} ends`);
    };
    await Promise.all([
      withProcessLock(file, work('a')),
      withProcessLock(file, work('b'))
    ]);
    expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('is held against another process and freed by its death', async () => {
    const child = await holder(file);
    expect(await tryProcessLock(file, () => Promise.reject(new Error('ran')))).toBe(
      false
    );
    let ran = false;
    const waiting = withProcessLock(file, async () => {
      ran = true;
    });
    await sleep(150);
    expect(ran).toBe(false);
    child.kill('SIGKILL');
    await waiting;
    expect(ran).toBe(true);
  });

  it('can be given up while waiting', async () => {
    const child = await holder(file);
    const waiting = withProcessLock(
      file,
      () => Promise.resolve(),
      AbortSignal.timeout(100)
    );
    await expect(waiting).rejects.toThrow();
    child.kill('SIGKILL');
  });

  it('is free again after work that fails', async () => {
    await expect(
      withProcessLock(file, () => Promise.reject(new Error('no')))
    ).rejects.toThrow('no');
    expect(await withProcessLock(file, () => Promise.resolve('free'))).toBe('free');
  });
});
