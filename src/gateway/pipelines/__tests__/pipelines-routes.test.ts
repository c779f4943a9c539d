import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Hono } from 'hono';
import { z } from 'zod';

import { ApiError } from '../../../contract/error';
import { routes } from '../../../contract/routes';
import { createApplication } from '../../http/application';
import { buildNotebook } from './notebook-builder';
import { RunTester } from './run-tester';

let tester: RunTester;
let app: Hono;
beforeEach(() => {
  const notebook = buildNotebook([
    { id: 'load', cells: ["print('one'); print('two')"] },
    { id: 'fail', cells: ['1 / 0'] },
    { id: 'after', cells: ['x = 1'] }
  ]);
  tester = new RunTester(notebook);
  app = createApplication({
    log: tester.core.log,
    user: 'anna',
    rootDir: notebook.folder,
    local: {},
    handlers: () => tester.stage.handlers,
    elsewhere: () => Promise.reject(new Error('There is no other gateway.'))
  });
});
afterEach(() => tester.discard());

async function ask<T>(schema: z.ZodType<T>, path: string, body?: object): Promise<T> {
  const response = await app.request(`/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    body: body && JSON.stringify(body)
  });
  return schema.parse(await response.json());
}

test('a path relative to the root of the server names the notebook', async () => {
  const run = await ask(routes.startRun.reply, '/runs', { notebook: 'demand.ipynb' });
  expect(run.notebook).toBe(tester.notebook.path);
  expect(run.actor).toEqual({ name: 'anna', asserted: true });
  await tester.runs.ended(run.id);
});

test('every reply of a run fits the contract, and its log comes in pages', async () => {
  const { id } = await ask(routes.startRun.reply, '/runs', {
    notebook: 'demand.ipynb'
  });
  await tester.runs.ended(id);
  const detail = await ask(routes.getRun.reply, `/runs/${id}`);
  expect(detail.state).toBe('failed');
  const { runs } = await ask(routes.listRuns.reply, '/runs?limit=5');
  expect(runs[0]).toMatchObject({ id, step: 'fail', stepsDone: 1, stepsTotal: 3 });
  const log = `/runs/${id}/steps/load/log`;
  const first = await ask(routes.runLog.reply, `${log}?limit=1`);
  expect([first.lines[0].text, first.end]).toEqual(['one', false]);
  const second = await ask(
    routes.runLog.reply,
    `${log}?after=${first.lines[0].offset}`
  );
  expect([second.lines.map(line => line.text), second.end]).toEqual([['two'], true]);
  const skipped = await ask(routes.runLog.reply, `/runs/${id}/steps/after/log`);
  expect(skipped).toEqual({ lines: [], end: true });
  const stopped = await ask(routes.stopRun.reply, `/runs/${id}/stop`, {});
  expect(stopped.state).toBe('failed');
  const again = await ask(routes.retryRun.reply, `/runs/${id}/retry`, {});
  await tester.runs.ended(again.id);
});

test('a conversion is asked for with and without the file', async () => {
  const saved = await ask(routes.convert.reply, '/pipelines/convert', {
    notebook: 'demand.ipynb'
  });
  expect(saved.pipeline?.steps.map(({ id }) => id)).toEqual(['load', 'fail', 'after']);
  const unsaved = await ask(routes.convert.reply, '/pipelines/convert', {
    notebook: 'not-saved.ipynb',
    content: tester.notebook.content
  });
  expect(unsaved.pipeline?.notebook).toBe('not-saved.ipynb');
});

test('a pipeline is compiled with the runner and the files, or refused with the reason', async () => {
  const image = `registry.example/ml/python@sha256:${'0'.repeat(64)}`;
  const compiled = (body: object) =>
    ask(routes.compile.reply, '/pipelines/compile', {
      notebook: 'demand.ipynb',
      format: 'tekton',
      ...body
    });
  const { yaml, diagnostics } = await compiled({ image });
  expect(diagnostics).toEqual([]);
  expect(yaml).toContain('kind: PipelineRun');
  expect((await compiled({ image, format: 'kfp' })).yaml).toContain('deploymentSpec:');
  const refused = await compiled({});
  expect([refused.yaml, refused.diagnostics[0].code]).toEqual([null, 'image-missing']);
});

test.each([
  ['/runs/..%2f..%2fmlops.db', 'run-unknown'],
  ['/runs/%2e%2e/notebook', 'route-unknown'],
  ['/runs/..%2f1/steps/load/log', 'run-unknown'],
  ['/runs/..%2f1/notebook', 'run-unknown']
])('%s reaches no file', async (path, code) => {
  expect((await ask(ApiError, path)).code).toBe(code);
});

test.each(['..', '..%2fload', '%2e%2e%2f%2e%2e', '.', 'load%2f..%2fload', 'x%00'])(
  'the log of a step %j reaches no file',
  async step => {
    const { id } = await tester.run();
    const reply = await ask(ApiError, `/runs/${id}/steps/${step}/log`);
    expect(['step-unknown', 'route-unknown']).toContain(reply.code);
  }
);

test.each(['../demand.ipynb', 'a/../../etc/passwd'])(
  'a relative path %j that leads out of the root is refused',
  async notebook => {
    const reply = await ask(ApiError, '/runs', { notebook });
    expect(reply.code).toBe('notebook-path');
  }
);

test('a symbolic link in the folder does not bring a file from outside into the run', async () => {
  writeFileSync(join(tester.core.home.path, 'secret.txt'), 'secret');
  symlinkSync(
    join(tester.core.home.path, 'secret.txt'),
    join(tester.notebook.folder, 'x.txt')
  );
  const { id } = await tester.run();
  expect(existsSync(join(tester.runs.folder(id), 'work/x.txt'))).toBe(false);
});

test('a link that a cell put in the place of its log is not followed', async () => {
  const { id } = await tester.run();
  const outside = join(tester.notebook.folder, 'outside.jsonl');
  const line = {
    offset: 0,
    time: new Date().toISOString(),
    stream: 'stdout',
    text: 'x'
  };
  writeFileSync(outside, `${JSON.stringify(line)}\n`);
  const log = join(tester.runs.folder(id), 'steps/load/log.jsonl');
  rmSync(log);
  symlinkSync(outside, log);
  expect((await ask(ApiError, `/runs/${id}/steps/load/log`)).code).toBe('not-in-run');
});

test('an unknown engine is refused by name', async () => {
  const reply = await ask(ApiError, '/runs', {
    notebook: 'demand.ipynb',
    engine: 'cloud'
  });
  expect(reply.message).toBe('There is no engine "cloud"; runs can go to: local.');
});

test('a broken project file is refused with its line', async () => {
  writeFileSync(
    join(tester.notebook.folder, 'mlops.yaml'),
    'engine: local\nmodle: 1\n'
  );
  const reply = await ask(ApiError, '/runs', { notebook: 'demand.ipynb' });
  expect(reply.details).toMatchObject({ line: 2, column: 1 });
});

test('the local engine says that it is ready, and what it lacks', async () => {
  expect(await tester.stage.status('/')).toEqual([
    expect.objectContaining({ adapter: 'local', state: 'ready' })
  ]);
  tester.core.context.runner = '/not/there';
  expect((await tester.stage.status('/'))[0]).toMatchObject({
    state: 'failed',
    detail: expect.stringContaining('/not/there/supervise.py')
  });
});
