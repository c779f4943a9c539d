import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { Notebook } from '../../../contract/notebook';
import type { RunDetail } from '../../../contract/run';
import { executedNotebook } from '../executed-notebook';
import { readNotebook } from '../../notebooks/read-notebook';
import { RunFolder } from '../run-folder';
import type { RunPlan } from '../run-plan';
import { buildNotebook } from './notebook-builder';
import { RunTester, until } from './run-tester';

let tester: RunTester;
afterEach(() => tester.discard());

async function executed(id: string): Promise<Notebook> {
  const handler = tester.stage.handlers.executedNotebook;
  const response = await handler?.({
    params: { id },
    query: {},
    body: {},
    actor: { name: 'anna', asserted: true },
    token: null,
    rootDir: '/srv',
    request: new Request('http://gateway/')
  });
  if (!(response instanceof Response)) {
    throw new Error('No notebook was given.');
  }
  expect(response.headers.get('Content-Type')).toBe('application/x-ipynb+json');
  return Notebook.parse(await response.json());
}

/** What nbformat itself says: empty where the notebook is valid. */
function complaints(notebook: Notebook): string {
  const script =
    'import json, sys, nbformat; nbformat.validate(nbformat.from_dict(json.load(sys.stdin)))';
  return execFileSync(tester.core.context.python, ['-c', script], {
    input: JSON.stringify(notebook),
    encoding: 'utf8'
  });
}

const CellRun = z.looseObject({ run: z.looseObject({ state: z.string() }) });

function cellStates(notebook: Notebook): string[] {
  return notebook.cells
    .filter(({ cell_type }) => cell_type === 'code')
    .map(({ metadata }) => CellRun.parse(metadata.mlops).run.state);
}

test('each cell has the outputs of the step that ran it, numbered as in one kernel', async () => {
  tester = new RunTester(
    buildNotebook([
      { id: 'a', cells: ["print('first')", '1 + 1'] },
      { id: 'b', cells: ["import sys; print('third', file=sys.stderr)"] }
    ])
  );
  const { id } = await tester.run();
  const notebook = await executed(id);
  expect(complaints(notebook)).toBe('');
  const code = notebook.cells.filter(({ cell_type }) => cell_type === 'code');
  expect(code.map(cell => cell.execution_count)).toEqual([1, 2, 3]);
  expect(code[0].outputs).toEqual([
    expect.objectContaining({ output_type: 'stream', name: 'stdout' })
  ]);
  expect(code[1].outputs?.[0]).toMatchObject({
    output_type: 'execute_result',
    data: { 'text/plain': '2' }
  });
  expect(code[2].outputs?.[0]).toMatchObject({ name: 'stderr' });
  expect(cellStates(notebook)).toEqual(['done', 'done', 'done']);
  expect(JSON.stringify(notebook)).not.toContain('an old output');
});

test('a cell of which a later step repeats a part shows what its own step has put out', async () => {
  const built = buildNotebook([
    { id: 'a', cells: ["limit = 3; print('own')"] },
    { id: 'b', cells: ['limit'] }
  ]);
  tester = new RunTester({
    ...built,
    convert: given => {
      const conversion = built.convert(given);
      const [first, second] = conversion.pipeline?.steps ?? [];
      second.cells.unshift({
        ...first.cells[0],
        source: 'limit = 3; 7',
        repeated: true
      });
      return conversion;
    }
  });
  const { id } = await tester.run();
  const code = (await executed(id)).cells.filter(cell => cell.cell_type === 'code');
  expect(code.map(cell => cell.execution_count)).toEqual([1, 2]);
  expect(code[0].outputs).toMatchObject([{ output_type: 'stream' }]);
});

test('a failed run shows what ran, the error where it happened, and what was not reached', async () => {
  tester = new RunTester(
    buildNotebook([
      { id: 'a', cells: ["print('ran')", '1 / 0', 'never'] },
      { id: 'b', cells: ['nor this'] }
    ])
  );
  const { id } = await tester.run();
  const notebook = await executed(id);
  expect(complaints(notebook)).toBe('');
  expect(cellStates(notebook)).toEqual(['done', 'failed', 'skipped', 'skipped']);
  expect(notebook.cells[2].outputs?.at(-1)).toMatchObject({
    output_type: 'error',
    ename: 'ZeroDivisionError'
  });
  expect(notebook.cells[3].outputs).toEqual([]);
});

test('a run that goes on shows what it has so far', async () => {
  const wait = `
import os, time
while not os.path.exists('go'):
    time.sleep(0.02)
`;
  tester = new RunTester(
    buildNotebook([{ id: 'a', cells: ["print('ran')", wait, 'x'] }])
  );
  const { id } = await tester.start();
  const step = join(tester.runs.folder(id), 'steps/a/cells/2.json');
  await until('the second cell runs', () => existsSync(step));
  const notebook = await executed(id);
  expect(complaints(notebook)).toBe('');
  expect(cellStates(notebook)).toEqual(['done', 'running', 'waiting']);
});

test('an old notebook without ids becomes a valid one', async () => {
  tester = new RunTester(buildNotebook([{ id: 'a', cells: ['1', '2'] }]));
  const run: RunDetail = await tester.run();
  const old = Notebook.parse(readNotebook(tester.notebook.path));
  const plan: RunPlan = {
    pipeline: run.pipeline,
    diagnostics: [],
    python: '',
    files: {},
    cache: true,
    retryOf: null,
    modelVariable: null,
    timeColumn: null,
    tolerant: [],
    unsaved: null
  };
  const cells = old.cells.map(({ id: _id, ...cell }, index) =>
    index === 0 ? { ...cell, id: 'cell-2' } : cell
  );
  const notebook = executedNotebook(
    { ...old, nbformat_minor: 2, cells },
    run,
    plan,
    new RunFolder(tester.runs.folder(run.id))
  );
  expect(complaints(notebook)).toBe('');
  expect(new Set(notebook.cells.map(({ id }) => id)).size).toBe(3);
});
