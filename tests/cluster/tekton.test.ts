import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { RunDetail } from '../../src/contract/run';
import { REPOSITORY } from '../../src/gateway/__tests__/core-builder';
import { mayI } from '../../src/gateway/kube/access-review';
import { TEKTON_NEEDS } from '../../src/gateway/kube/adapter-needs';
import { readNotebook } from '../../src/gateway/notebooks/read-notebook';
import { executedNotebook } from '../../src/gateway/pipelines/executed-notebook';
import { RunFolder } from '../../src/gateway/pipelines/run-folder';
import { RunStore } from '../../src/gateway/pipelines/run-store';
import { PIPELINE_RUNS, PIPELINES } from '../../src/gateway/pipelines/tekton/resources';
import { ApiServer, PID_FILE } from './api-server';
import { eventually } from './real-cluster';
import { STEP_IMAGE, TektonTester, tektonRules } from './tekton-tester';

const SLOW = [
  '# One',
  'import time\nfor i in range(12):\n    print(i, flush=True); time.sleep(1)\na = 1',
  '# Two',
  'metrics = {"a": a + 1}'
];

const states = ({ steps }: RunDetail): string[] => steps.map(({ state }) => state);

const suite = STEP_IMAGE === undefined ? describe.skip : describe;
const pidFile = process.env[PID_FILE];
const withServer = pidFile === undefined ? it.skip : it;

suite('runs with Tekton (skipped because STEP_IMAGE names no image)', () => {
  let tester: TektonTester;

  beforeAll(async () => {
    tester = await TektonTester.start();
  });
  afterAll(() => tester.close());

  const executed = (run: RunDetail): unknown => {
    const { plan } = new RunStore(tester.core.database).get(run.id);
    const folder = new RunFolder(tester.runs.folder(run.id));
    const { cells } = executedNotebook(
      readNotebook(folder.notebook),
      run,
      plan,
      folder
    );
    return cells.map(({ outputs, execution_count: count }) => ({ outputs, count }));
  };

  it('give what a run on this computer gives', async () => {
    const notebook = tester.notebook('equal', [
      '# Make',
      'import random\nrandom.seed(1)\nvalues = [random.random() for _ in range(9)]',
      'open("made.txt", "w").write("made")\nprint("größer", len(values))\nvalues[0]',
      '# Judge',
      'metrics = {"mean": sum(values) / len(values), "words": len(open("made.txt").read())}',
      'random.random()'
    ]);
    const [far, near] = [
      await tester.run(notebook),
      await tester.run(notebook, 'local')
    ];
    expect(far.error).toBeNull();
    expect([far.engine, near.engine]).toEqual(['tekton', 'local']);
    expect(states(far)).toEqual(['succeeded', 'succeeded']);
    expect(far.metrics).toEqual(near.metrics);
    expect(far.metrics.map(({ name }) => name)).toEqual(['mean', 'words']);
    expect(far.artifacts).toEqual(near.artifacts);
    expect(executed(far)).toEqual(executed(near));
    const made = join(tester.runs.folder(far.id), 'work/made.txt');
    expect(readFileSync(made, 'utf8')).toBe('made');
    // Nothing of ours is left running.
    expect((await tester.names(PIPELINE_RUNS)).length).toBe(1);
  });

  it('say which cell fails, and go on from there when repeated', async () => {
    const notebook = tester.notebook('fails', [
      '# One',
      'import os\na = 1',
      '# Two',
      'b = a / (0 if not os.path.exists("never") else 1)',
      '# Three',
      'c = b'
    ]);
    const failed = await tester.run(notebook);
    expect(states(failed)).toEqual(['succeeded', 'failed', 'skipped']);
    expect(failed.error).toMatchObject({
      code: 'cell-failed',
      message: expect.stringContaining('ZeroDivisionError')
    });
    const again = await tester.retry(failed.id);
    expect(states(again)).toEqual(['cached', 'failed', 'skipped']);
    expect(again.error?.message).toBe(failed.error?.message);
  });

  it.each([
    [
      'an image that is nowhere',
      { image: `localhost/nowhere@sha256:${'0'.repeat(64)}` },
      'image-not-pulled',
      'b = a'
    ],
    [
      'too little memory',
      { memory: '150Mi' },
      'step-out-of-memory',
      'b = bytearray(400 * 1024 * 1024)\nb[::4096] = b"x" * len(b[::4096])\na'
    ]
  ])('end at %s, in plain words', async (_what, mlops, code, source) => {
    const notebook = tester.notebook(code, [
      '# One',
      'a = 1',
      '# Two',
      [source, { mlops }]
    ]);
    const run = await tester.run(notebook);
    expect(states(run)).toEqual(['succeeded', 'failed']);
    expect(run.steps[1].error?.code).toBe(code);
    expect(run.error?.code).toBe(code);
  });

  it('say why no node takes a pod, and can be stopped then', async () => {
    const notebook = tester.notebook('large', [
      '# One',
      ['a = 1', { mlops: { memory: '9000Gi' } }]
    ]);
    const { id } = await tester.start(notebook);
    const waiting = await tester.until(id, run => run.steps[0].error !== null);
    expect(waiting.state).toBe('running');
    expect(waiting.steps[0].error).toMatchObject({
      code: 'pod-unschedulable',
      cause: expect.stringMatching(/nodes? (is|are) available/)
    });
    const stopped = await tester.stop(id);
    expect((await tester.until(stopped.id, run => run.state === 'stopped')).error).toBe(
      null
    );
  });

  it('print as they go, and end when they are stopped', async () => {
    const { id } = await tester.start(tester.notebook('stopped', SLOW));
    await tester.until(id, run => run.steps[0].state === 'running');
    const log = join(tester.runs.folder(id), 'steps/one/log.jsonl');
    await tester.until(
      id,
      () => existsSync(log) && /"text": *"2"/.test(readFileSync(log, 'utf8'))
    );
    await tester.stop(id);
    const run = await tester.until(id, ({ state }) => state !== 'running');
    expect(run.state).toBe('stopped');
    expect(states(run)).toEqual(['stopped', 'skipped']);
  });

  it('can be stopped before they have begun', async () => {
    const known = await tester.names(PIPELINE_RUNS);
    const { id } = await tester.start(tester.notebook('early', SLOW));
    await eventually(async () => {
      const names = await tester.names(PIPELINE_RUNS);
      expect(names.length).toBeGreaterThan(known.length);
    });
    await tester.stop(id);
    const { state, error } = await tester.runs.ended(id);
    expect([state, error]).toEqual(['stopped', null]);
  });

  it('go on with the next gateway', async () => {
    const { id } = await tester.start(tester.notebook('restarted', SLOW));
    await tester.until(id, run => run.steps[0].state === 'running');
    await tester.restart();
    const run = await tester.runs.ended(id);
    expect(states(run)).toEqual(['succeeded', 'succeeded']);
    expect(run.metrics).toEqual([{ name: 'a', value: 2, step: 'two' }]);
  });

  it('go on after kill -9 of the gateway', async () => {
    const notebook = tester.notebook('killed', SLOW);
    execFileSync('node', ['esbuild.mjs'], { cwd: REPOSITORY });
    const child = spawn(
      // Not `node`: what a wheel puts on the PATH is a script that starts it, and would die alone.
      process.execPath,
      [join(REPOSITORY, 'jupyterlab_mlops/gateway/cli.mjs'), 'run', notebook],
      {
        cwd: tester.project,
        env: { ...process.env, MLOPS_CONTEXT: JSON.stringify(tester.core.context) },
        stdio: 'ignore'
      }
    );
    const known = new Set(tester.runs.list(100).map(({ id }) => id));
    let id: string | undefined;
    while (id === undefined) {
      await sleep(100);
      id = tester.runs.list(100).find(run => !known.has(run.id))?.id;
    }
    await tester.until(id, run => run.steps[0].state === 'running');
    child.kill('SIGKILL');
    await tester.restart();
    const run = await tester.runs.ended(id);
    expect(states(run)).toEqual(['succeeded', 'succeeded']);
    const log = join(tester.runs.folder(id), 'steps/one/log.jsonl');
    expect(readFileSync(log, 'utf8').trim().split('\n').length).toBe(12);
  });

  withServer('go on after kill -9 of the API server', async () => {
    const server = new ApiServer(pidFile ?? '');
    const { id } = await tester.start(tester.notebook('unreachable', SLOW));
    await tester.until(id, run => run.steps[0].state === 'running');
    const startAgain = server.kill();
    const cut = await tester.until(id, run => run.error !== null);
    expect([cut.state, cut.error?.code]).toEqual(['running', 'cluster-unreachable']);
    startAgain();
    const run = await tester.runs.ended(id);
    expect(run.error).toBeNull();
    expect(states(run)).toEqual(['succeeded', 'succeeded']);
  });

  it('are lost where somebody deletes them, and their pipeline goes with them', async () => {
    const { id } = await tester.start(tester.notebook('deleted', SLOW));
    await tester.until(id, run => run.steps[0].state === 'running');
    const name =
      (await tester.names(PIPELINE_RUNS)).find(one => /^deleted-/.test(one)) ?? '';
    const { namespace } = tester;
    await tester.real.admin.client.delete(PIPELINE_RUNS, { namespace, name });
    const run = await tester.runs.ended(id);
    expect([run.state, run.error?.code]).toEqual(['lost', 'run-deleted']);
    await eventually(async () => {
      expect(await tester.names(PIPELINES)).not.toContain(name);
    });
  });

  it('are refused by each right that is missing, before anything is made', async () => {
    const { real, namespace } = tester;
    const notebook = tester.notebook('forbidden', ['# One', 'a = 1']);
    const before = await tester.names(PIPELINES);
    const count = tester.runs.list(100).length;
    const { client } = real.open('dev');
    for (const { verbs, ...what } of TEKTON_NEEDS.rights) {
      const { resource, subresource } = what;
      const name = subresource ? `${resource.plural}/${subresource}` : resource.plural;
      for (const verb of verbs) {
        await real.setRules(namespace, 'anna', tektonRules({ resource: name, verb }));
        // The API server learns of roles a moment later.
        await eventually(async () => {
          expect(await mayI(client, { verb, namespace, ...what })).toMatchObject({
            allowed: false
          });
        });
        await expect(tester.start(notebook)).rejects.toMatchObject({
          message: `You may not ${verb} ${name} in ${namespace}.`
        });
      }
    }
    await real.setRules(namespace, 'anna', tektonRules());
    expect(await tester.names(PIPELINES)).toEqual(before);
    expect(tester.runs.list(100).length).toBe(count);
  });
});
