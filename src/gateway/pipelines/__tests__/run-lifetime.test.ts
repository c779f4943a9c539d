import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ANNA } from '../../__tests__/core-builder';
import { isAlive, startTimeOf } from '../../lease/process-identity';
import { buildNotebook } from './notebook-builder';
import { RunTester, states, until } from './run-tester';

let tester: RunTester;
afterEach(() => tester.discard());

/** A step that goes on until a file is there. */
const waiting = `
import os, time
print('waiting')
while not os.path.exists('go'):
    time.sleep(0.02)
`;
const threeSteps = [
  { id: 'load', cells: ["x = 20; open('go-not-yet', 'w').close()"], outputs: ['x'] },
  { id: 'wait', cells: [waiting] },
  {
    id: 'end',
    cells: ["metrics = {'answer': x + 22}"],
    inputs: [{ variable: 'x', from: 'load' }],
    after: ['load', 'wait']
  }
];

function work(id: string, file: string): string {
  return join(tester.runs.folder(id), 'work', file);
}

function processOf(id: string, step: string): { pid: number; startTime: string } {
  const file = join(tester.runs.folder(id), 'steps', step, 'supervisor.json');
  const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (found && typeof found === 'object' && 'pid' in found && 'startTime' in found) {
    return { pid: Number(found.pid), startTime: String(found.startTime) };
  }
  throw new Error(`${file} names no process.`);
}

async function startWaiting(): Promise<string> {
  const { id } = await tester.start();
  await until('the step waits', () => tester.runs.get(id).steps[1].state === 'running');
  await until('its process is known', () =>
    existsSync(join(tester.runs.folder(id), 'steps/wait/supervisor.json'))
  );
  return id;
}

test('a step that runs is found again by the next gateway and followed to its end', async () => {
  tester = new RunTester(buildNotebook(threeSteps));
  const id = await startWaiting();
  const before = processOf(id, 'wait');
  await tester.restart();
  expect(tester.runs.get(id).state).toBe('running');
  writeFileSync(work(id, 'go'), '');
  const run = await tester.runs.ended(id);
  expect(states(run)).toEqual({
    load: 'succeeded',
    wait: 'succeeded',
    end: 'succeeded'
  });
  expect(run.metrics[0].value).toBe(42);
  expect(run.steps[1].attempt).toBe(1);
  expect(processOf(id, 'wait')).toEqual(before);
});

test('the commit is the one that the run began at, whatever is committed while it runs', async () => {
  tester = new RunTester(buildNotebook(threeSteps));
  const git = (...args: string[]): string =>
    execFileSync(
      'git',
      ['-c', 'user.name=A', '-c', 'user.email=a@example.org', ...args],
      { cwd: tester.notebook.folder, encoding: 'utf8' }
    ).trim();
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'First');
  const first = git('rev-parse', 'HEAD');
  const id = await startWaiting();
  await until('the commit is known', () => tester.runs.get(id).source !== null);
  git('commit', '-q', '--allow-empty', '-m', 'Second');
  await tester.restart();
  writeFileSync(work(id, 'go'), '');
  expect((await tester.runs.ended(id)).source?.commit).toBe(first);
});

test('a step that ended while no gateway was there is taken as it ended', async () => {
  tester = new RunTester(buildNotebook(threeSteps));
  const id = await startWaiting();
  await tester.stage.close();
  writeFileSync(work(id, 'go'), '');
  await until('the step ends', () =>
    existsSync(join(tester.runs.folder(id), 'steps/wait/result.json'))
  );
  expect(tester.runs.get(id).state).toBe('running');
  await tester.restart();
  expect((await tester.runs.ended(id)).state).toBe('succeeded');
});

test('a step whose supervisor vanished is declared lost, and nothing of it is left', async () => {
  const sleeper = `
import subprocess, time
child = subprocess.Popen(['setsid', 'sleep', '300'])
open('child', 'w').write(str(child.pid))
time.sleep(300)
`;
  tester = new RunTester(
    buildNotebook([
      { id: 'load', cells: ['x = 1'] },
      { id: 'wait', cells: [sleeper] },
      { id: 'end', cells: ['y = 1'] }
    ])
  );
  const id = await startWaiting();
  const child = (): number =>
    existsSync(work(id, 'child')) ? Number(readFileSync(work(id, 'child'), 'utf8')) : 0;
  await until('its child runs', () => child() > 0);
  process.kill(processOf(id, 'wait').pid, 'SIGKILL');
  const run = await tester.runs.ended(id);
  expect(run.state).toBe('lost');
  expect(states(run)).toEqual({ load: 'succeeded', wait: 'lost', end: 'skipped' });
  expect(run.error).toMatchObject({
    code: 'step-lost',
    message: 'The process of the step “wait” is gone, and nobody saw how it ended.'
  });
  await until('the child is gone', () => startTimeOf(child()) === '');
});

test('a step that was written down but never started is started by the next gateway', async () => {
  tester = new RunTester(buildNotebook(threeSteps));
  const id = await startWaiting();
  const { pid, startTime } = processOf(id, 'wait');
  await tester.stage.close();
  process.kill(pid, 'SIGKILL');
  await until('the supervisor is gone', () => !isAlive(pid, startTime));
  // As if the gateway had died between its write and the start.
  rmSync(join(tester.runs.folder(id), 'steps/wait'), { recursive: true });
  writeFileSync(work(id, 'go'), '');
  await tester.restart();
  const run = await tester.runs.ended(id);
  expect([run.state, run.steps[1].attempt]).toEqual(['succeeded', 1]);
});

test('a run that was only written down is prepared and run by the next gateway', async () => {
  tester = new RunTester(buildNotebook([{ id: 'one', cells: ['x = 1'] }]));
  const { id } = await tester.start();
  await tester.restart();
  expect((await tester.runs.ended(id)).state).toBe('succeeded');
});

test('stopping ends the step and everything that it started, wherever it hides', async () => {
  const forks = `
import os, subprocess, sys, time
child = subprocess.Popen(['setsid', 'sleep', '300'])
open('child', 'w').write(str(child.pid))
pid = os.fork()
if pid == 0:
    os.setsid()
    open('fork', 'w').write(str(os.getpid()))
    time.sleep(300)
time.sleep(300)
`;
  tester = new RunTester(
    buildNotebook([
      { id: 'fork', cells: [forks] },
      { id: 'after', cells: ['x = 1'] }
    ])
  );
  const { id } = await tester.start();
  const pidIn = (file: string): number =>
    existsSync(work(id, file)) ? Number(readFileSync(work(id, file), 'utf8')) : 0;
  await until('the children run', () => pidIn('child') > 0 && pidIn('fork') > 0);
  const children = [pidIn('child'), pidIn('fork')];
  const run = await tester.runs.stop(id, ANNA);
  expect(run.state).toBe('stopped');
  expect(states(run)).toEqual({ fork: 'stopped', after: 'skipped' });
  expect(children.map(startTimeOf)).toEqual(['', '']);
});

test('stopping a run that has ended changes nothing', async () => {
  tester = new RunTester(buildNotebook([{ id: 'one', cells: ['x = 1'] }]));
  const run = await tester.run();
  expect((await tester.runs.stop(run.id, ANNA)).state).toBe('succeeded');
  expect(tester.core.audit.list(10).map(entry => entry.action)).toEqual(['run.start']);
});

test('a run can be stopped at the moment it starts', async () => {
  tester = new RunTester(buildNotebook([{ id: 'one', cells: [waiting] }]));
  const { id } = await tester.start();
  const run = await tester.runs.stop(id, ANNA);
  expect(run.state).toBe('stopped');
});

test('a wish to stop survives the gateway that it was told to', async () => {
  tester = new RunTester(buildNotebook(threeSteps));
  const id = await startWaiting();
  await tester.stage.close();
  tester.core.database.run('UPDATE runs SET stop_requested = 1');
  await tester.restart();
  const run = await tester.runs.ended(id);
  expect(states(run)).toEqual({ load: 'succeeded', wait: 'stopped', end: 'skipped' });
});

test('retrying goes on from the failed step with the results of the others', async () => {
  tester = new RunTester(
    buildNotebook(
      [
        {
          id: 'load',
          cells: ["import time; x = time.time(); open('made.txt', 'w').write(str(x))"],
          outputs: ['x'],
          cache: false
        },
        {
          id: 'read',
          cells: ["open('missing.csv').read(); metrics = {'x': x}"],
          inputs: [{ variable: 'x', from: 'load' }]
        }
      ],
      { contents: { 'data.csv': '' } }
    )
  );
  const failed = await tester.run();
  expect(states(failed)).toEqual({ load: 'succeeded', read: 'failed' });
  writeFileSync(join(tester.notebook.folder, 'missing.csv'), 'now it is here');
  const again = await tester.runs.ended((await tester.runs.retry(failed.id, ANNA)).id);
  expect([again.number, again.state]).toEqual([2, 'succeeded']);
  expect(states(again)).toEqual({ load: 'cached', read: 'succeeded' });
  expect(again.cause).toEqual({ kind: 'retry', run: failed.id });
  const made = readFileSync(work(again.id, 'made.txt'), 'utf8');
  expect(made).toBe(readFileSync(work(failed.id, 'made.txt'), 'utf8'));
  expect(again.metrics[0].value).toBeCloseTo(Number(made), 3);
});

test('a run that succeeded or still goes on is not retried, and the reason is said', async () => {
  tester = new RunTester(buildNotebook(threeSteps));
  const id = await startWaiting();
  await expect(tester.runs.retry(id, ANNA)).rejects.toMatchObject({
    body: { code: 'run-not-ended' }
  });
  writeFileSync(work(id, 'go'), '');
  await tester.runs.ended(id);
  await expect(tester.runs.retry(id, ANNA)).rejects.toMatchObject({
    body: { code: 'run-succeeded' }
  });
});

test('listeners hear of a run at most four times a second, and of its end', async () => {
  const cells = Array.from({ length: 60 }, (_, n) => `x = ${n}`);
  tester = new RunTester(buildNotebook([{ id: 'many', cells }]));
  const began = Date.now();
  await tester.run();
  await until('the end is told', () =>
    tester.events.some(({ type, data }) => type === 'run' && data.state === 'succeeded')
  );
  const seconds = (Date.now() - began) / 1000;
  expect(tester.events.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 1);
});
