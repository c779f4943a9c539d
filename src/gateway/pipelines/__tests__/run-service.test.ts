import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { RunDetail } from '../../../contract/run';
import { MlopsError } from '../../../contract/mlops-error';
import { buildNotebook } from './notebook-builder';
import { RunTester, states } from './run-tester';

let tester: RunTester;
afterEach(() => tester.discard());

const twoSteps = [
  {
    id: 'load',
    cells: ['months = 3', "rows = list(range(months)); print('loaded', months)"],
    outputs: ['rows']
  },
  {
    id: 'train',
    cells: ["metrics = {'mae': float(sum(rows))}", 'sum(rows)'],
    inputs: [{ variable: 'rows', from: 'load' }]
  }
];

test('a run goes from the notebook to values, metrics and a log, and its detail fits the contract', async () => {
  tester = new RunTester(buildNotebook(twoSteps));
  const started = await tester.start();
  expect([started.number, started.state]).toEqual([1, 'pending']);
  const run = RunDetail.parse(await tester.runs.ended(started.id));
  expect(run.error).toBeNull();
  expect(states(run)).toEqual({ load: 'succeeded', train: 'succeeded' });
  expect(run.metrics).toEqual([{ name: 'mae', value: 3, step: 'train' }]);
  expect(run.artifacts).toContainEqual(
    expect.objectContaining({ name: 'rows', step: 'load', type: 'list' })
  );
  expect(run.steps.map(step => [step.cellsDone, step.cells, step.attempt])).toEqual([
    [2, 2, 1],
    [2, 2, 1]
  ]);
  expect(tester.runs.list(10)).toEqual([
    expect.objectContaining({ number: 1, stepsDone: 2, stepsTotal: 2, cellsDone: 4 })
  ]);
});

test('a run is also found by its number', async () => {
  tester = new RunTester(buildNotebook(twoSteps));
  const { id } = await tester.run();
  expect(tester.runs.get('1').id).toBe(id);
});

test('parameters replace the defaults of the parameters cell', async () => {
  tester = new RunTester(buildNotebook(twoSteps, { parameters: { months: 3 } }));
  const run = await tester.run({ parameters: { months: 5 } });
  expect(run.metrics[0].value).toBe(10);
});

test('a parameter that the notebook does not have is refused by name', async () => {
  tester = new RunTester(buildNotebook(twoSteps, { parameters: { months: 3 } }));
  await expect(tester.start({ parameters: { mnths: 5 } })).rejects.toMatchObject({
    body: { code: 'parameter-unknown', cause: 'Its parameters are: months.' }
  });
  expect(tester.runs.list(10)).toEqual([]);
});

test('a notebook with an error is refused with its diagnostics and nothing runs', async () => {
  const diagnostic = {
    cell: 1,
    id: 'load-0',
    line: 2,
    column: 1,
    code: 'syntax',
    severity: 'error' as const,
    message: 'A bracket is not closed.'
  };
  tester = new RunTester(buildNotebook(twoSteps, { diagnostics: [diagnostic] }));
  const refusal: unknown = await tester.start().catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(MlopsError);
  expect(refusal).toMatchObject({
    kind: 'refused',
    body: {
      code: 'notebook-refused',
      message: 'demand.ipynb, cell 2, line 2: A bracket is not closed.',
      details: { diagnostics: [diagnostic] }
    }
  });
  expect(tester.runs.list(10)).toEqual([]);
});

test('a failing cell fails its step, the rest is skipped, and the error says where', async () => {
  tester = new RunTester(
    buildNotebook([
      { id: 'load', cells: ['x = 1'] },
      { id: 'train', cells: ['y = 2\n1 / 0'] },
      { id: 'evaluate', cells: ['z = 3'] }
    ])
  );
  const run = await tester.run();
  expect(run.state).toBe('failed');
  expect(states(run)).toEqual({
    load: 'succeeded',
    train: 'failed',
    evaluate: 'skipped'
  });
  expect(run.error?.message).toContain('ZeroDivisionError');
  expect(run.error?.details).toMatchObject({ index: 2, line: 2 });
});

test('a step is tried again as often as its settings say', async () => {
  const cell = `
import os
if not os.path.exists('seen'):
    open('seen', 'w').close()
    raise RuntimeError('not yet')
`;
  tester = new RunTester(buildNotebook([{ id: 'flaky', cells: [cell], retries: 2 }]));
  const run = await tester.run();
  expect([run.state, run.steps[0].attempt]).toEqual(['succeeded', 2]);
});

test('a step that takes longer than it may is ended', async () => {
  tester = new RunTester(
    buildNotebook([
      { id: 'slow', cells: ['import time; time.sleep(60)'], timeoutSeconds: 1 }
    ])
  );
  const run = await tester.run();
  expect(run.error?.code).toBe('step-timeout');
});

test('steps that do not wait for each other run at the same time', async () => {
  const wait = (own: string, other: string): string => `
import os, time
open('${own}', 'w').close()
until = time.time() + 20
while not os.path.exists('${other}'):
    assert time.time() < until, 'the other step does not run'
    time.sleep(0.05)
`;
  tester = new RunTester(
    buildNotebook([
      { id: 'one', cells: [wait('a', 'b')], after: [] },
      { id: 'two', cells: [wait('b', 'a')], after: [] }
    ])
  );
  expect((await tester.run()).state).toBe('succeeded');
});

test('the notebook and its folder stay as they are, whatever the cells write', async () => {
  tester = new RunTester(
    buildNotebook(
      [
        {
          id: 'write',
          cells: ["open('data.csv', 'a').write('more')", "open('new', 'w')"]
        }
      ],
      { contents: { 'data.csv': 'a,b\n' } }
    )
  );
  const before = readFileSync(tester.notebook.path, 'utf8');
  const run = await tester.run();
  expect(run.state).toBe('succeeded');
  expect(readFileSync(join(tester.notebook.folder, 'data.csv'), 'utf8')).toBe('a,b\n');
  expect(existsSync(join(tester.notebook.folder, 'new'))).toBe(false);
  expect(readFileSync(tester.notebook.path, 'utf8')).toBe(before);
  expect(run.artifacts.map(({ name }) => name)).toContain('data.csv');
});

test('files that were read are recorded with their digests; code is not data', async () => {
  tester = new RunTester(
    buildNotebook(
      [{ id: 'read', cells: ["import helper; text = open('data.csv').read()"] }],
      { contents: { 'data.csv': 'a,b\n', 'helper.py': 'x = 1\n' } }
    )
  );
  const run = await tester.run();
  expect(Object.keys(run.dataDigests)).toEqual(['data.csv']);
});

test('a file can stand in for one of the folder', async () => {
  const notebook = buildNotebook([{ id: 'read', cells: ["open('data.csv').read()"] }], {
    contents: { 'data.csv': 'old', 'fresh.csv': 'new' }
  });
  tester = new RunTester(notebook);
  const run = await tester.run({
    files: { 'data.csv': join(notebook.folder, 'fresh.csv') }
  });
  expect(run.state).toBe('succeeded');
  const folder = tester.runs.folder(run.id);
  expect(readFileSync(join(folder, 'work/data.csv'), 'utf8')).toBe('new');
});

test.each(['../data.csv', '/etc/hosts', 'a/../../b', ''])(
  'a file cannot stand in for %j, which is not in the folder',
  async place => {
    tester = new RunTester(buildNotebook(twoSteps));
    await expect(
      tester.start({ files: { [place]: tester.notebook.path } })
    ).rejects.toMatchObject({ body: { code: 'file-path' } });
  }
);

test('unsaved content is what runs, and the file stays', async () => {
  tester = new RunTester(buildNotebook(twoSteps));
  const content = structuredClone(tester.notebook.content);
  content.cells[1].source = 'months = 4';
  const run = await tester.run({ content });
  expect(run.metrics[0].value).toBe(6);
  expect(readFileSync(tester.notebook.path, 'utf8')).toContain('months = 3');
});

test('a notebook named like a shell command runs and harms nobody', async () => {
  tester = new RunTester(buildNotebook(twoSteps, { name: '$(touch x).ipynb' }));
  expect((await tester.run()).state).toBe('succeeded');
  expect(existsSync(join(tester.notebook.folder, 'x'))).toBe(false);
  expect(existsSync('x')).toBe(false);
});

test('a notebook that is not JSON is refused by name', async () => {
  tester = new RunTester(buildNotebook(twoSteps));
  writeFileSync(tester.notebook.path, 'print(1)');
  await expect(tester.start()).rejects.toMatchObject({
    body: {
      code: 'notebook-not-json',
      message: 'demand.ipynb is not a notebook: its content is not JSON.'
    }
  });
});

test('secrets of the environment reach the cells but no file of the run', async () => {
  process.env.AWS_SECRET_ACCESS_KEY = 'hush-8472';
  process.env.MLOPS_CONTEXT = '{}';
  try {
    tester = new RunTester(
      buildNotebook([
        {
          id: 'read',
          environment: ['AWS_SECRET_ACCESS_KEY'],
          cells: [
            "import os; n = len(os.environ['AWS_SECRET_ACCESS_KEY'])",
            "assert 'MLOPS_CONTEXT' not in os.environ"
          ]
        }
      ])
    );
    const run = await tester.run();
    expect(run.error).toBeNull();
    const folder = tester.runs.folder(run.id);
    expect(readFileSync(join(folder, 'steps/read/request.json'), 'utf8')).not.toContain(
      'hush-8472'
    );
    for (const file of ['', '-wal'].map(end => tester.core.home.database + end)) {
      expect(readFileSync(file).includes('hush-8472')).toBe(false);
    }
  } finally {
    delete process.env.AWS_SECRET_ACCESS_KEY;
    delete process.env.MLOPS_CONTEXT;
  }
});
