import { inputsOf, pipelineOf } from './a-notebook';
import type { CellText } from './a-notebook';

/** What the last cell takes in. */
function lastInputs(...cells: CellText[]): string[] {
  const pipeline = pipelineOf(cells);
  return inputsOf(pipeline, pipeline.steps[pipeline.steps.length - 1]?.id ?? '');
}

describe('functions that are handed over', () => {
  it.each([
    ['sort(key=...)', 'rows.sort(key=lambda v: v * k)'],
    ['a function of a library', 'print(list(map(lambda v: v * k, rows)))'],
    [
      'a function of a module',
      'import functools\nfunctools.reduce(lambda a, b: a * k, rows)'
    ]
  ])('need what they read: %s', (_, call) => {
    expect(inputsOf(pipelineOf(['k = 1\nrows = [1]', call]), 'cell-2')).toEqual([
      'k<-cell-1',
      'rows<-cell-1'
    ]);
  });

  it.each([
    [
      'a lambda',
      'import functools\nfunctools.reduce(lambda acc, v: acc.append(v) or acc, [2], rows)'
    ],
    ['a method of a list', 'list(map(rows.append, [2]))'],
    [
      'a method of a class',
      'list(map(list.append, [rows], [2]))\nlist.append(rows, 1)'
    ],
    ['an unknown callable', 'call = rows.append\ncall(1)']
  ])('may change what else the call has: %s', (_, call) => {
    expect(lastInputs('rows = [1]', call, 'print(rows)')).toEqual(['rows<-cell-2']);
  });

  it.each([
    ['groups of rows', 'g = df.groupby("k")', 'df["w"] = 1', 'g["w"].sum()'],
    [
      'windows of an array',
      'import numpy as np\ng = np.lib.stride_tricks.sliding_window_view(df, 2)',
      'df[0] = 1',
      'print(g)'
    ]
  ])('share what they look at: %s', (_, made, change, used) => {
    expect(lastInputs('df = list([1, 2])', made, change, used)).toContain('g<-cell-3');
  });

  it('change what methods of the notebook change', () => {
    const code =
      'class Log:\n    def __init__(self): self.rows = []\n    def add(self, v): self.rows.append(v)\nlog = Log()';
    expect(lastInputs(code, 'list(map(log.add, [1]))', 'print(log.rows)')).toContain(
      'log<-cell-2'
    );
  });
});

describe('functions that keep something from call to call', () => {
  it.each([
    ['a default value', 'def f(v, seen=[]):\n    seen.append(v)\n    return seen'],
    [
      'a variable of the function around them',
      'def make():\n    seen = []\n    def inner(v):\n        seen.append(v)\n        return seen\n    return inner\nf = make()'
    ],
    [
      'a nonlocal variable',
      'def make():\n    total = 0\n    def inner(v):\n        nonlocal total\n        total += v\n        return total\n    return inner\nf = make()'
    ],
    ['an attribute', 'def f(v):\n    f.seen.append(v)\nf.seen = []'],
    [
      'the object that is called',
      'class F:\n    def __init__(self): self.seen = []\n    def __call__(self, v): self.seen.append(v)\nf = F()'
    ],
    ['a method', 'rows = []\nf = rows.append']
  ])('are passed on by the step that called them: %s', (_, code) => {
    expect(lastInputs(code, 'f(1)', 'f(2)')).toContain('f<-cell-2');
  });

  it('do not change where their variables are new at each call', () => {
    const code =
      'def f(v):\n    seen = []\n    def inner(): seen.append(v)\n    inner()';
    expect(lastInputs(code, 'f(1)', 'f(2)')).toEqual(['f<-cell-1']);
  });

  it('change the objects that they were made with', () => {
    const make = 'def make(t):\n    def inner(v): t.append(v)\n    return inner';
    expect(
      lastInputs(`${make}\nrows = []\nf = make(rows)`, 'f(1)', 'print(rows)')
    ).toEqual(['rows<-cell-2']);
    expect(
      lastInputs('rows = []\ndef f(v, t=rows): t.append(v)', 'f(1)', 'print(rows)')
    ).toEqual(['rows<-cell-2']);
    const decorated =
      'def twice(g):\n    def wrapped(v):\n        g(v)\n        g(v)\n    return wrapped\nrows = []\n@twice\ndef f(v): rows.append(v)';
    expect(lastInputs(decorated, 'f(1)', 'print(rows)')).toEqual(['rows<-cell-2']);
  });
});

describe('names of one object', () => {
  it.each([
    ['two targets of one assignment', 'a = b = [1]'],
    ['a target that is an item', 'd = {}\nd["a"] = b = a = [1]'],
    ['setattr', 'class C: pass\na, b = [1], C()\nsetattr(b, "v", a)'],
    ['vars', 'class C: pass\na, b = [1], C()\nvars(b)["v"] = a'],
    ['operator', 'import operator\na, b = [1], {}\noperator.setitem(b, "k", a)'],
    ['the attribute of a class', 'a = [1]\nclass b:\n    v = a'],
    ['get with a default', 'a, d = [1], {}\nb = d.get("k", a)'],
    ['a repeated list', 'a = [1]\nb = [a] * 2'],
    ['a joined list', 'a, c = [1], [[2]]\nb = c + [a]'],
    [
      'a dict that a function fills',
      'import collections\na = [1]\nb = collections.defaultdict(lambda: a)\nb[1]'
    ],
    [
      'two names that were swapped',
      'c = [1]\nb, d = {"k": c}, [2]\nc, d = d, c\na = d'
    ],
    [
      'what a function keeps',
      'def f(t, memo={}):\n    memo[1] = t\n    return memo[1]\na = [1]\nb = f(a)'
    ],
    ['a copied dict', 'a = [1]\nd = {"k": a}\nb = d.copy()']
  ])('change together: %s', (_, code) => {
    const pipeline = pipelineOf([code, 'a.append(2)', 'print(a, b)']);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(
      expect.arrayContaining(['a<-cell-2', 'b<-cell-2'])
    );
  });

  it('stay apart where arithmetic gives something new', () => {
    expect(
      lastInputs(
        'import numpy as np\na = np.arange(3)\nb = a * 2',
        'a.sort()',
        'print(b)'
      )
    ).toEqual(['b<-cell-1']);
  });

  it('travel together where another step may have bound one of them anew', () => {
    expect(
      lastInputs(
        'n, a = 1, [1]\nb = a',
        'if n:\n    a = [2]',
        'b.append(1)',
        'print(a)'
      )
    ).toEqual(['a<-cell-3']);
  });

  it('travel together where the notebook asks whether they are one', () => {
    expect(lastInputs('a = [1]', 'b = a', 'print(a is b)')).toEqual([
      'a<-cell-2',
      'b<-cell-2'
    ]);
    expect(lastInputs('a = [1]', 'b = a', 'print(id(a), id(b))')).toEqual([
      'a<-cell-2',
      'b<-cell-2'
    ]);
    expect(lastInputs('a = [1]', 'b = a', 'print(a is None, b)')).toEqual([
      'a<-cell-1',
      'b<-cell-2'
    ]);
  });
});

describe('a dict with default values', () => {
  it('changes where an item is looked up', () => {
    const start = 'import collections\nd = collections.defaultdict(list)';
    expect(lastInputs(start, 'print(d["a"])', 'print(d)')).toEqual(['d<-cell-2']);
    expect(lastInputs(`${start}\ndef f(): return d["a"]`, 'f()', 'print(d)')).toEqual([
      'd<-cell-2'
    ]);
    expect(lastInputs('d = {"a": 1}', 'print(d["a"])', 'print(d)')).toEqual([
      'd<-cell-1'
    ]);
  });
});

describe('texts that are executed', () => {
  it('may change every name and bind those that they assign', () => {
    expect(lastInputs('a = [1]', 'exec("a.append(2)")', 'print(a)')).toEqual([
      'a<-cell-2'
    ]);
    expect(lastInputs('exec("b = 2")', 'print(b)')).toEqual(['b<-cell-1']);
    expect(lastInputs('a = [1]', 'globals()["a"].append(1)', 'print(a)')).toEqual([
      'a<-cell-2'
    ]);
  });
});

describe('steps with cells before and after another', () => {
  it('are joined with it where it changes a name that they had before', () => {
    const pipeline = pipelineOf([
      'it = iter([1])\na = [1]\nprint(next(it), a)',
      'a = [2]',
      'print(next(it, 0), a)'
    ]);
    expect(pipeline.steps).toHaveLength(1);
    expect(pipeline.joins.map(join => join.reason)).toContain('interleaved');
  });

  it('are joined with it where it may have changed the name and they may have too', () => {
    const cells = ['it = iter([1])\na = [1]', 'a = [2]', 'if next(it):\n    a = [3]'];
    const { joins } = pipelineOf([...cells, 'print(a)']);
    expect(joins.map(join => join.reason)).toContain('interleaved');
  });

  it('are joined with it where it has had the name between two changes of theirs', () => {
    const cells = ['it = iter([1])\na = [1]', 'a.append(1)\nprint(a)'];
    const { joins } = pipelineOf([...cells, 'a = [next(it)]\nprint(a)']);
    expect(joins.map(join => join.reason)).toContain('interleaved');
  });

  it('take all names of an object from it where they change the object later', () => {
    const cells = [
      'a = [1]\nb = a',
      'it = iter([1])',
      'a = a',
      'a += [next(it)]\nprint(b)'
    ];
    const pipeline = pipelineOf(cells);
    const last = pipeline.steps[pipeline.steps.length - 1]?.id ?? '';
    expect(inputsOf(pipeline, last)).toEqual(['a<-cell-3', 'b<-cell-3']);
  });

  it('stay apart from it where they have not had the name', () => {
    const pipeline = pipelineOf(['it = iter([1])', 'a = [2]', 'print(next(it), a)']);
    expect(pipeline.steps).toHaveLength(2);
  });
});
