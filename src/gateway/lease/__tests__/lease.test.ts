import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { buildCore, discardCore, reopenCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { Lease } from '../lease';
import { thisMachine, type IMachine } from '../machine';
import { isAlive, startTimeOf } from '../process-identity';

let cores: ICore[];
let leases: Lease[];
beforeEach(() => {
  cores = [buildCore()];
  leases = [];
});
afterEach(async () => {
  await Promise.all(leases.map(lease => lease.release()));
  cores.slice(1).forEach(core => core.database.close());
  discardCore(cores[0]);
});

function contender(
  name: string,
  heard: string[] = [],
  lose = async () => undefined,
  machine?: IMachine
): Lease {
  const core = leases.length === 0 ? cores[0] : reopenCore(cores[0]);
  if (core !== cores[0]) {
    cores.push(core);
  }
  const lease = new Lease({
    database: core.database,
    log: core.log,
    socket: name,
    machine,
    onTaken: () => heard.push(`${name} took`),
    onLost: async () => {
      await lose();
      heard.push(`${name} lost`);
    }
  });
  leases.push(lease);
  return lease;
}

async function until(holds: () => boolean): Promise<number> {
  const began = Date.now();
  while (!holds()) {
    if (Date.now() - began > 15_000) {
      throw new Error('It never happened.');
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  return Date.now() - began;
}

test('one of two holds it, the other knows where the holder listens', () => {
  const [a, b] = [contender('a'), contender('b')];
  a.start();
  b.start();
  expect([a.held, b.held]).toEqual([true, false]);
  expect([a.holderSocket, b.holderSocket]).toEqual([null, 'a']);
});

test('who gives it up is followed at once, with a higher fencing number', async () => {
  const heard: string[] = [];
  const [a, b] = [contender('a', heard), contender('b', heard)];
  a.start();
  b.start();
  await a.release();
  expect(await until(() => b.held)).toBeLessThan(3000);
  expect(heard).toEqual(['a took', 'a lost', 'b took']);
  expect(cores[0].database.get('SELECT fence FROM lease')).toEqual({ fence: 2 });
});

test('a holder whose process is dead is followed although its heartbeat is fresh', async () => {
  const child = spawn('sleep', ['0']);
  await once(child, 'exit');
  cores[0].database.run(
    "UPDATE lease SET fence = 5, holder = 'dead', pid = ?, pid_start = '1', machine = ?, socket = 'x', heartbeat = ?",
    child.pid ?? 0,
    thisMachine().id,
    Date.now() + 60_000
  );
  const a = contender('a');
  a.start();
  expect(a.held).toBe(true);
});

describe('a holder on another machine, whose processes cannot be seen here', () => {
  const far = { id: 'far boot', name: 'pod-7' };

  test('keeps the lease while its heartbeat changes, and is named instead of its socket', async () => {
    const a = contender('a', [], undefined, far);
    const b = contender('b');
    a.start();
    b.start();
    await new Promise(resolve => setTimeout(resolve, 5500));
    expect([a.held, b.held]).toEqual([true, false]);
    expect([b.holderSocket, b.holderElsewhere]).toEqual([null, 'pod-7']);
    expect([a.holderSocket, a.holderElsewhere]).toEqual([null, null]);
  }, 15_000);

  test('is followed when its heartbeat stands still, whatever its clock says', async () => {
    cores[0].database.run(
      "UPDATE lease SET fence = 5, holder = 'far', pid = 1, machine = 'far boot', host = 'pod-7', socket = 'x', heartbeat = ?",
      Date.now() + 3_600_000
    );
    const a = contender('a');
    a.start();
    expect([a.held, a.holderElsewhere]).toEqual([false, 'pod-7']);
    const took = await until(() => a.held);
    expect(took).toBeGreaterThan(3000);
    expect(a.holderElsewhere).toBeNull();
  }, 15_000);
});

test('a holder that is overtaken writes nothing more and takes it again only after it let go', async () => {
  const heard: string[] = [];
  let letGo = (): void => undefined;
  const a = contender(
    'a',
    heard,
    () => new Promise(resolve => (letGo = () => resolve(undefined)))
  );
  a.start();
  const other = reopenCore(cores[0]);
  cores.push(other);
  // Another took over and died: the lease is free, but `a` still has work to let go.
  other.database.run('UPDATE lease SET fence = 9, holder = NULL');
  await until(() => !a.held);
  expect(() => cores[0].database.run('UPDATE lease SET heartbeat = 1')).toThrow(
    /Another gateway has taken over/
  );
  await new Promise(resolve => setTimeout(resolve, 1500));
  expect([a.held, heard]).toEqual([false, ['a took']]);
  letGo();
  await until(() => a.held);
  expect(heard).toEqual(['a took', 'a lost', 'a took']);
  letGo = () => undefined;
  const released = a.release();
  await new Promise(resolve => setTimeout(resolve, 20));
  letGo();
  await released;
});

test('a process is told from a later one with its number', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const started = startTimeOf(pid);
  expect(started).toMatch(/^\d+$/);
  expect([isAlive(pid, started), isAlive(pid, '1'), isAlive(pid, '')]).toEqual([
    true,
    false,
    true
  ]);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect([isAlive(pid, started), startTimeOf(pid)]).toEqual([false, '']);
});
