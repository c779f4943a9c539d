import { NotebookConverter, convert } from '../convert';
import { aNotebook, inputsOf, pipelineOf, step } from './a-notebook';
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

describe('large notebooks', () => {
  const input = (sources: string[]): Parameters<typeof convert>[0] => ({
    content: aNotebook(sources),
    fileName: 'a.ipynb',
    split: 'cells'
  });
  const chain = (size: number): string[] =>
    Array.from({ length: size }, (_, at) =>
      at === 0 ? 'def f0(v): return v' : `def f${at}(v): return f${at - 1}(v)`
    );

  it('are converted whole: 1,000 cells', () => {
    const cells = Array.from({ length: 1000 }, (_, at) =>
      at === 0 ? 'v0 = 1' : `v${at} = v${at - 1} + 1`
    );
    const { pipeline } = convert(input(cells));
    expect(pipeline?.steps).toHaveLength(1000);
    expect(pipeline?.steps[999]?.after).toEqual(['cell-999']);
  });

  it('need no more than the cells that functions come from', () => {
    const { pipeline } = convert(input([...chain(150), 'f149(1)']));
    expect(pipeline?.steps[150]?.inputs).toHaveLength(150);
  });

  it('give the same after each edit as from the start', () => {
    const cells = [...chain(30), 'r = f29(1)', 'print(r)'];
    const live = new NotebookConverter();
    for (const [at, source] of [
      [0, 'k = 2\ndef f0(v): return v * k'],
      [15, 'def f15(v): return v'],
      [30, 'r = [f29(1)]'],
      [31, 'r.append(1)']
    ] as const) {
      cells[at] = source;
      expect(live.convert(input(cells))).toEqual(convert(input(cells)));
    }
  });

  it('keep the order of files: who reads after the last who wrote', () => {
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

  it('whose functions call each other a thousand deep are refused, not dropped', () => {
    const cells = [...chain(1800), 'def f0(v): return 1', 'f1799(1)'];
    const { pipeline, diagnostics } = convert(input(cells));
    expect(pipeline).toBeNull();
    expect(diagnostics).toMatchObject([{ code: 'calls-too-deep', severity: 'error' }]);
  });

  it('with an endless expression are refused at its cell', () => {
    const deep = `x = 1${' + a'.repeat(3_000)}`;
    const { pipeline, diagnostics } = convert(input(['a = 1', deep]));
    expect(pipeline).toBeNull();
    expect(diagnostics).toMatchObject([
      {
        cell: 1,
        line: 1,
        code: 'syntax-error',
        message: expect.stringContaining('too deeply')
      }
    ]);
  });

  it('with a cell of a table of 8,000 rows are read', () => {
    const rows = Array.from(
      { length: 8_000 },
      (_, at) => `    [${at}, "row ${at}", 1.5],`
    );
    const { pipeline } = convert(
      input([`rows = [\n${rows.join('\n')}\n]`, 'print(rows)'])
    );
    expect(pipeline?.steps[1]?.inputs).toEqual([{ variable: 'rows', from: 'cell-1' }]);
  });
});

it('reads a function whose variables are made of each other many times', () => {
  const lines = Array.from({ length: 60 }, () => '        a, b = f(a, b), g(b, a)');
  const source = `def far(a, b):\n    for i in range(3):\n${lines.join('\n')}\n    return a`;
  expect(pipelineOf([source]).steps).toHaveLength(1);
});
