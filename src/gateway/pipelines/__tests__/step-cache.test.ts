import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';

import { buildNotebook, type ITestNotebook } from './notebook-builder';
import { RunTester, states } from './run-tester';

let tester: RunTester;
afterEach(() => tester.discard());

const steps = [
  { id: 'load', cells: ["text = open('data.csv').read()"], outputs: ['text'] },
  {
    id: 'count',
    cells: [
      "import helper; n = helper.count(text); open('out.txt', 'w').write(str(n))"
    ],
    inputs: [{ variable: 'text', from: 'load' }],
    outputs: ['n']
  },
  {
    id: 'report',
    cells: ["metrics = {'n': n}; print(open('out.txt').read())"],
    inputs: [{ variable: 'n', from: 'count' }]
  }
];

function project(): ITestNotebook {
  return buildNotebook(steps, {
    contents: {
      'data.csv': 'a,b\n1,2\n',
      'helper.py': 'def count(text):\n    return len(text)\n'
    }
  });
}

function change(file: string, text: string): void {
  writeFileSync(join(tester.notebook.folder, file), text);
}

test('a repetition takes everything over: values, files, outputs, log', async () => {
  tester = new RunTester(project());
  await tester.run();
  const again = await tester.run();
  expect(states(again)).toEqual({ load: 'cached', count: 'cached', report: 'cached' });
  expect(again.state).toBe('succeeded');
  expect(again.metrics).toEqual([{ name: 'n', value: 8, step: 'report' }]);
  const folder = tester.runs.folder(again.id);
  expect(readFileSync(join(folder, 'work/out.txt'), 'utf8')).toBe('8');
  expect(readFileSync(join(folder, 'steps/report/log.jsonl'), 'utf8')).toContain('8');
});

test('a changed cell runs again; a later step whose inputs stay the same does not', async () => {
  tester = new RunTester(project());
  await tester.run();
  const content = structuredClone(tester.notebook.content);
  content.cells[1].source = "text = open('data.csv').read() # the same";
  const again = await tester.run({ content });
  expect(states(again)).toEqual({
    load: 'succeeded',
    count: 'cached',
    report: 'cached'
  });
});

test('changed data runs again what reads it and what follows from it', async () => {
  tester = new RunTester(project());
  await tester.run();
  change('data.csv', 'a,b\n1,2\n3,4\n');
  const again = await tester.run();
  expect(again.metrics[0].value).toBe(12);
  expect(Object.values(states(again))).not.toContain('cached');
});

test('data that is as it was before gives the result from then', async () => {
  tester = new RunTester(project());
  await tester.run();
  change('data.csv', 'other');
  await tester.run();
  change('data.csv', 'a,b\n1,2\n');
  const again = await tester.run();
  expect(again.metrics[0].value).toBe(8);
  expect(states(again).load).toBe('cached');
});

test('a changed module of the folder runs everything again', async () => {
  tester = new RunTester(project());
  await tester.run();
  change('helper.py', 'def count(text):\n    return 7\n');
  const again = await tester.run();
  expect(again.metrics[0].value).toBe(7);
});

test('nothing is taken over where the run or the step does not want it', async () => {
  tester = new RunTester(
    buildNotebook([
      { id: 'fresh', cells: ['import time; t = time.time()'], cache: false },
      { id: 'same', cells: ['x = 1'], after: [] }
    ])
  );
  await tester.run();
  expect(states(await tester.run())).toEqual({ fresh: 'succeeded', same: 'cached' });
  expect(states(await tester.run({ cache: false }))).toEqual({
    fresh: 'succeeded',
    same: 'succeeded'
  });
});

test('random states of an earlier step count, although no variable carries them', async () => {
  tester = new RunTester(
    buildNotebook([
      { id: 'seed', cells: ['import random; random.seed(1)'] },
      { id: 'draw', cells: ["import random; metrics = {'draw': random.random()}"] }
    ])
  );
  const first = await tester.run();
  const content = structuredClone(tester.notebook.content);
  content.cells[1].source = 'import random; random.seed(2)';
  const second = await tester.run({ content });
  expect(first.metrics[0].value).toBeCloseTo(0.13436, 4);
  expect(second.metrics[0].value).toBeCloseTo(0.95603, 4);
});

test('a result whose files were changed by a later step is not taken over', async () => {
  tester = new RunTester(
    buildNotebook([
      { id: 'make', cells: ["open('f.txt', 'w').write('one')"] },
      { id: 'change', cells: ["open('f.txt', 'w').write('two')"] }
    ])
  );
  await tester.run();
  const again = await tester.run();
  expect(states(again).make).toBe('succeeded');
  expect(readFileSync(join(tester.runs.folder(again.id), 'work/f.txt'), 'utf8')).toBe(
    'two'
  );
});

test('a model whose training rows have been deleted is trained again', async () => {
  tester = new RunTester(project());
  const { id } = await tester.run();
  const model = join(tester.runs.folder(id), 'steps/count/models/m');
  mkdirSync(model, { recursive: true });
  writeFileSync(join(model, 'rows.bin'), '');
  writeFileSync(join(model, 'training.json'), '{}');
  expect(states(await tester.run()).count).toBe('cached');
  for (const run of tester.runs.list(10)) {
    const folder = join(tester.runs.folder(run.id), 'steps/count/models/m');
    rmSync(join(folder, 'training.json'));
  }
  expect(states(await tester.run())).toMatchObject({
    load: 'cached',
    count: 'succeeded'
  });
});

test('large values are shared between runs, and a step without its own is run again', async () => {
  const large = [
    { id: 'make', cells: ['import numpy as np; a = np.ones(500_000)'], outputs: ['a'] },
    {
      id: 'read',
      cells: ["metrics = {'sum': a.sum()}"],
      inputs: [{ variable: 'a', from: 'make' }]
    }
  ];
  tester = new RunTester(buildNotebook(large));
  const blobOf = (id: string): string => {
    const folder = join(tester.runs.folder(id), 'values/.blobs');
    const [name] = readdirSync(folder);
    return join(folder, name);
  };
  const first = await tester.run();
  const second = await tester.run();
  expect(states(second)).toEqual({ make: 'cached', read: 'cached' });
  expect(statSync(blobOf(second.id)).ino).toBe(statSync(blobOf(first.id)).ino);
  [first, second].forEach(({ id }) => rmSync(blobOf(id)));
  const third = await tester.run();
  expect(states(third)).toEqual({ make: 'succeeded', read: 'cached' });
  expect(third.metrics[0].value).toBe(500_000);
});
