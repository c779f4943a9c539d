import { inputsOf, pipelineOf, step } from './a-notebook';
import type { CellText } from './a-notebook';

/** What the last cell takes in, by name. */
function lastNames(...cells: CellText[]): string[] {
  const pipeline = pipelineOf(cells);
  const last = pipeline.steps[pipeline.steps.length - 1];
  return (last?.inputs ?? []).map(({ variable }) => variable);
}

describe('what a function needs is worked out anew', () => {
  it('where a function that it calls is defined only later', () => {
    const names = lastNames(
      'def outer(): return inner()\nalias = outer',
      'k = 1\ndef inner(): return k',
      'print(alias())'
    );
    expect(names).toEqual(expect.arrayContaining(['alias', 'inner', 'k']));
  });

  it('where a function that it calls is replaced', () => {
    const cells = [
      'a, b = 1, 2\ndef inner(): return a\ndef outer(): return inner()\nouter()',
      'def inner(): return b',
      'print(outer())'
    ];
    expect(lastNames(...cells)).toEqual(['b', 'inner', 'outer']);
  });

  it('where the replaced one is several calls away', () => {
    const cells = [
      'a, b = 1, 2\ndef f0(): return a\ndef f1(): return f0()\ndef f2(): return f1()\ndef f3(): return f2()\nf3()',
      'def f0(): return b',
      'print(f3())'
    ];
    expect(lastNames(...cells)).toEqual(['b', 'f0', 'f1', 'f2', 'f3']);
  });

  it.each([
    ['gathers', 'def f(*rows):\n    for row in rows: row.append(1)', 'f([], b)'],
    ['gathers by name', 'def f(**rows):\n    rows["x"].append(1)', 'f(x=b)'],
    ['is handed unpacked', 'def f(a, c):\n    c.append(1)', 'f(*[[], b])']
  ])('where a function changes what it %s', (_, definition, call) => {
    const pipeline = pipelineOf([`b = []\n${definition}`, call, 'print(b)']);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['b<-cell-2']);
  });

  it('where a name becomes a model that draws', () => {
    const pipeline = pipelineOf([
      'import numpy as np\nfrom sklearn.linear_model import Ridge\nfrom sklearn.cluster import KMeans\nnp.random.seed(0)\nX = [[0], [1]]\nm = Ridge()\ndef train(): return m.fit(X)\ntrain()',
      'm = KMeans()',
      'train()',
      'print(np.random.rand())'
    ]);
    expect(step(pipeline, 'cell-4').after).toContain('cell-3');
  });

  it('where functions call each other in a circle', () => {
    const circle =
      'p, q = 1, 2\ndef even(n): return n == 0 or odd(n - 1) or p\ndef odd(n): return n != 0 and even(n - 1) and q';
    expect(lastNames(circle, 'even(2)')).toEqual(['even', 'odd', 'p', 'q']);
    expect(lastNames(circle, 'odd(2)')).toEqual(['even', 'odd', 'p', 'q']);
    expect(lastNames(circle, 'even(2)\nprint(1)', 'odd(2)')).toEqual([
      'even',
      'odd',
      'p',
      'q'
    ]);
  });

  it('where one of a circle is replaced', () => {
    const circle =
      'p, q = 1, 2\ndef even(n): return odd(n)\ndef odd(n): return n and even(n - 1) and p\neven(1); odd(1)';
    expect(lastNames(circle, 'def odd(n): return q', 'even(2)')).toEqual([
      'even',
      'odd',
      'q'
    ]);
  });

  it('where a name is deleted and defined again', () => {
    const cells = ['a = 1\ndef f(): return a\nf()', 'del a', 'a = [2]', 'f()'];
    expect(inputsOf(pipelineOf(cells), 'cell-4')).toEqual(['a<-cell-3', 'f<-cell-1']);
  });
});

it('keeps the order of files: who reads after the last who wrote', () => {
  const pipeline = pipelineOf([
    'open("out/a.txt", "w").close()',
    'open("out/b.txt", "w").close()',
    'print(open("out/a.txt").read())',
    'import os\nprint(os.listdir("out"))',
    'open("out/a.txt", "w").close()',
    'path = "out" + str(1)\nprint(open(path).read())',
    'open(path, "w").close()',
    'print(open("c.txt").read())'
  ]);
  expect(pipeline.steps.map(step => step.after)).toEqual([
    [],
    [],
    ['cell-1'],
    ['cell-1', 'cell-2'],
    ['cell-3', 'cell-4'],
    ['cell-5'],
    ['cell-6'],
    ['cell-7']
  ]);
});
