import { pipelineOf } from './a-notebook';

/** Titles of the steps that each step waits for, nearest ones only. */
function waits(cells: string[]): Record<string, string[]> {
  const { steps } = pipelineOf(cells);
  return Object.fromEntries(steps.map(({ id, after }) => [id, after]));
}

const LOAD = 'import numpy as np\nX = np.eye(3)\ny = [1, 2, 3]';

test('steps that only read the same values run side by side', () => {
  const train = (name: string): string =>
    `from sklearn.linear_model import Ridge\n${name} = Ridge().fit(X, y)`;
  expect(waits([LOAD, train('a'), train('b')])).toEqual({
    'cell-1': [],
    'cell-2': ['cell-1'],
    'cell-3': ['cell-1']
  });
});

test.each([
  ['a function of the notebook', 'def f(): pass\nf(X)'],
  ['whatever exec runs', 'exec("X[0] = 7")'],
  ['a method that changes it', 'X.sort()'],
  ['a library that works in place', 'np.nan_to_num(X, copy=False)']
])('a step that reads waits for %s', (_, change) => {
  const found = waits([LOAD, change, 'print(X)']);
  expect(found['cell-3']).toContain('cell-2');
});

test('a step waits for the change of what may share an object with what it reads', () => {
  const found = waits([
    'a = {"k": []}',
    'def f(x): return x\nb = f(a)',
    'b["k"].append(1)',
    'print(a)'
  ]);
  expect(found['cell-4']).toEqual(['cell-3']);
});

test('numbers and texts are shared by nobody', () => {
  const found = waits([
    'n = 3\ns = "x"',
    'def f(v): return v\nm = f(n)',
    'print(n, s)'
  ]);
  expect(found['cell-3']).toEqual(['cell-1']);
});
