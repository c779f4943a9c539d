import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { isAlive, startTimeOf } from '../../lease/process-identity';
import { buildNotebook } from './notebook-builder';
import { RunTester, states, until } from './run-tester';

let tester: RunTester;
const warm = process.env.MLOPS_WARM;
afterEach(async () => {
  await tester.discard();
  process.env.MLOPS_WARM = warm ?? '';
});

const where = "import os; print(os.getppid(), os.environ['MLOPS_STEP_FOLDER'])";
const waiting = "import os, time\nwhile not os.path.exists('go'): time.sleep(0.02)";

/** The parent of a step's supervisor, field 4 of its stat. */
function parentOfSupervisor(id: string, step: string): number {
  const { pid } = identity(id, step);
  return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[1]);
}

function identity(id: string, step: string): { pid: number; startTime: string } {
  const file = join(tester.runs.folder(id), 'steps', step, 'supervisor.json');
  return JSON.parse(readFileSync(file, 'utf8'));
}

function commandOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
}

async function startWaiting(): Promise<string> {
  tester = new RunTester(
    buildNotebook([
      { id: 'wait', cells: [waiting] },
      { id: 'end', cells: [where] }
    ])
  );
  const { id } = await tester.start();
  const file = join(tester.runs.folder(id), 'steps/wait/supervisor.json');
  await until('the step runs', () => existsSync(file));
  return id;
}

test('steps are forks of one process, which ends with the run', async () => {
  const id = await startWaiting();
  const parent = parentOfSupervisor(id, 'wait');
  const began = startTimeOf(parent);
  expect(commandOf(parent)).toEqual(
    expect.arrayContaining([expect.stringMatching(/warm\.py$/)])
  );
  writeFileSync(join(tester.runs.folder(id), 'work/go'), '');
  const run = await tester.runs.ended(id);
  expect(states(run)).toEqual({ wait: 'succeeded', end: 'succeeded' });
  await until('it has ended', () => !isAlive(parent, began));
});

test('a step whose warm process is killed goes on, and the next has one again', async () => {
  const id = await startWaiting();
  process.kill(parentOfSupervisor(id, 'wait'), 'SIGKILL');
  writeFileSync(join(tester.runs.folder(id), 'work/go'), '');
  const run = await tester.runs.ended(id);
  expect(states(run)).toEqual({ wait: 'succeeded', end: 'succeeded' });
});

test('a gateway that lets go ends the warm process and not its steps', async () => {
  const id = await startWaiting();
  const parent = parentOfSupervisor(id, 'wait');
  const [began, step] = [startTimeOf(parent), identity(id, 'wait')];
  await tester.stage.close();
  await until('it has ended', () => !isAlive(parent, began));
  expect(isAlive(step.pid, step.startTime)).toBe(true);
  await tester.restart();
  writeFileSync(join(tester.runs.folder(id), 'work/go'), '');
  expect((await tester.runs.ended(id)).state).toBe('succeeded');
});

test('MLOPS_WARM=0 gives each step an interpreter of its own', async () => {
  process.env.MLOPS_WARM = '0';
  const id = await startWaiting();
  const { pid } = identity(id, 'wait');
  expect(commandOf(pid)).toEqual(
    expect.arrayContaining([expect.stringMatching(/supervise\.py$/)])
  );
  writeFileSync(join(tester.runs.folder(id), 'work/go'), '');
  expect((await tester.runs.ended(id)).state).toBe('succeeded');
});
