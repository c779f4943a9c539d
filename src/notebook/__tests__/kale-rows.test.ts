import { errorsOf, inputsOf, pipelineOf, step } from './a-notebook';
import type { CellText } from './a-notebook';

/** Cells that Kale gets wrong, and what the last step must take in (docs of Kale's detection). */
const ROWS: [string, CellText[], string[]][] = [
  [
    'a magic in an imports cell',
    ['%matplotlib inline\nx = 1', 'print(x)'],
    ['x<-cell-1']
  ],
  ['the payload of %time', ['x = 1', '%time y = x', 'print(y)'], ['y<-cell-2']],
  ['the payload of %%time', ['x = 1', '%%time\ny = x', 'print(y)'], ['y<-cell-2']],
  ['what the shell gives', ['x = !ls', 'print(x)'], ['x<-cell-1']],
  ['help', ['x = 1', 'x?', 'print(x)'], ['x<-cell-1']],
  [
    'a modulo at the start of a line',
    ['a, b = 7, 4', 'c = (a\n  % b)', 'print(c)'],
    ['c<-cell-2']
  ],
  ['a possible definition', ['c, m = 1, 0', 'if c: m = 2', 'print(m)'], ['m<-cell-2']],
  [
    'a definition in try',
    ['cfg = 0', 'try: cfg = 1\nexcept ValueError: pass', 'print(cfg)'],
    ['cfg<-cell-2']
  ],
  ['a comprehension between', ['x = 1', '[x for x in [2]]', 'print(x)'], ['x<-cell-1']],
  ['a lambda between', ['x = 1', 'f = lambda x: x', 'print(x)'], ['x<-cell-1']],
  [
    'a generator expression between',
    ['x = 1', 'sum(x for x in [2])', 'print(x)'],
    ['x<-cell-1']
  ],
  [
    'an exception name between',
    ['x = 1', 'try: pass\nexcept KeyError as e: pass', 'print(x)'],
    ['x<-cell-1']
  ],
  [
    'a global that a function sets',
    ['CFG = 0\ndef setup():\n    global CFG\n    CFG = 1', 'setup()', 'print(CFG)'],
    ['CFG<-cell-2']
  ],
  [
    'a method that uses a global',
    ['k = 1\nclass A:\n    def m(self): return k', 'A().m()'],
    ['A<-cell-1', 'k<-cell-1']
  ],
  [
    'an alias of a function',
    ['k = 1\ndef f(): return k\ng = f', 'g()'],
    ['g<-cell-1', 'k<-cell-1']
  ],
  ['a function that waits', ['async def f(): return 1', 'await f()'], ['f<-cell-1']],
  ['a match', ['match (1, 2):\n    case (_, n): pass', 'print(n)'], ['n<-cell-1']],
  ['a dotted import', ['import xml.dom', 'print(xml.dom)'], ['xml<-cell-1']],
  [
    'a name in a query',
    ['import pandas as pd\ndf, thr = pd.DataFrame(), 1', 'df.query("a > @thr")'],
    ['df<-cell-1', 'thr<-cell-1']
  ],
  [
    'a reassigned parameter',
    [{ source: 'n = 1', tags: ['parameters'] }, 'n = 2', 'print(n)'],
    ['n<-cell-2']
  ],
  [
    'a name that only a later producer has',
    ['x = 1', 'y = 1', 'print(x)'],
    ['x<-cell-1']
  ]
];

describe('constructs that lose variables elsewhere keep them', () => {
  it.each(ROWS)('%s', (_, cells, expected) => {
    const pipeline = pipelineOf(cells);
    const last = pipeline.steps[pipeline.steps.length - 1];
    expect(inputsOf(pipeline, last?.id ?? '')).toEqual(expected);
  });

  it('two steps that change one object keep the order of the notebook', () => {
    const pipeline = pipelineOf(['d = {}', 'd["a"] = 1', 'd["b"] = 2', 'print(d)']);
    expect(step(pipeline, 'cell-3').after).toEqual(['cell-2']);
  });
});

describe('a refusal names the place', () => {
  it.each([
    [
      'an unknown name',
      ['a = 1', 'b = 2\n  \nprint(a,\n      nowhere)'],
      1,
      4,
      7,
      'undefined-name'
    ],
    [
      'an unknown name in a magic',
      ['%time print(nowhere)'],
      0,
      1,
      13,
      'undefined-name'
    ],
    [
      'a question to the user',
      ['a = 1', 'x = 1\nn = input("n")'],
      1,
      2,
      5,
      'asks-for-input'
    ],
    [
      'the end of the process',
      ['import os\nif True:\n    os._exit(1)'],
      0,
      3,
      5,
      'ends-process'
    ],
    ['an open bracket', ['a = 1', 'b = (1,'], 1, 1, 8, 'syntax-error'],
    [
      'a deleted name',
      ['a = 1\nb = 2', 'del a', 'print(b, a)'],
      2,
      1,
      10,
      'undefined-name'
    ]
  ] as const)('%s', (_, cells, cell, line, column, code) => {
    expect(errorsOf([...cells])).toMatchObject([{ cell, line, column, code }]);
  });
});
