import { randomUUID } from 'node:crypto';

import type { Run } from '../../../contract/run';
import { ANNA, buildCore, discardCore } from '../../__tests__/core-builder';
import type { RunPlan } from '../run-plan';
import { RunStore } from '../run-store';

const core = buildCore();
const store = new RunStore(core.database);
afterAll(() => discardCore(core));

const plan: RunPlan = {
  pipeline: {
    version: 1,
    name: 'demand',
    notebook: 'demand.ipynb',
    kernel: 'python3',
    language: 'python',
    split: 'headings',
    parameters: [],
    parametersCell: null,
    steps: [],
    joins: [],
    files: [],
    imports: []
  },
  diagnostics: [],
  python: 'python',
  files: {},
  cache: true,
  retryOf: null,
  modelVariable: null,
  timeColumn: null,
  tolerant: [],
  unsaved: null
};

function run(state: Run['state'] = 'succeeded'): Omit<Run, 'number'> {
  return {
    id: randomUUID(),
    name: 'demand',
    notebook: '/home/anna/demand.ipynb',
    engine: 'local',
    state,
    cause: { kind: 'user' },
    actor: ANNA,
    parameters: {},
    split: 'headings',
    steps: ['load', 'clean', 'features', 'train', 'evaluate'].map(id => ({
      id,
      title: id,
      state: 'succeeded',
      cellsDone: 3,
      cells: 3,
      startedAt: null,
      endedAt: null,
      attempt: 1,
      error: null
    })),
    source: null,
    createdAt: new Date().toISOString(),
    startedAt: null,
    endedAt: null,
    error: null
  };
}

test('runs are numbered from 1 and found by id and number', () => {
  const [first, second] = [store.add(run(), plan), store.add(run(), plan)];
  expect([first.number, second.number]).toEqual([1, 2]);
  expect(store.get(second.id).run).toEqual(second);
  expect(store.get('2').run.id).toBe(second.id);
});

test.each(['../../etc/passwd', 'r-1', '', '99', '1; DROP TABLE runs', '%'])(
  'there is no run %j, and the answer says so',
  id => {
    expect(() => store.get(id)).toThrow(`There is no run ${JSON.stringify(id)}.`);
  }
);

test('runs that have not ended are listed oldest first', () => {
  const [a, b] = [store.add(run('running'), plan), store.add(run('pending'), plan)];
  expect(store.underWay()).toEqual([a.id, b.id]);
  store.update({ ...a, state: 'failed' });
  expect(store.underWay()).toEqual([b.id]);
});

test('the list goes back from any number', () => {
  const numbers = store.list(2, 4).map(({ number }) => number);
  expect(numbers).toEqual([3, 2]);
});

test('1,000 runs are listed within 100 ms', () => {
  core.database.write(() => {
    for (let n = 0; n < 1000; n++) {
      store.add(run(), plan);
    }
  });
  store.list(1000);
  const times = Array.from({ length: 5 }, () => {
    const began = performance.now();
    expect(store.list(1000)).toHaveLength(1000);
    return performance.now() - began;
  });
  expect(Math.min(...times)).toBeLessThan(100);
});
