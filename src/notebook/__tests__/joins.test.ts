import { converted, errorsOf, pipelineOf, step } from './a-notebook';

describe('values that cannot leave a process', () => {
  it.each([
    ['an open file', 'f = open("a.txt", "w")', 'f.write("x")', 'open-file', 'f'],
    [
      'a database connection',
      'import sqlite3\nc = sqlite3.connect("a.db")',
      'c.execute("q")',
      'connection',
      'c'
    ],
    [
      'a generator',
      'def g():\n    yield 1\nit = g()',
      'print(next(it))',
      'generator',
      'it'
    ],
    ['an iterator', 'it = iter([1])', 'print(next(it))', 'iterator', 'it'],
    [
      'a lock',
      'import threading\nl = threading.Lock()',
      'with l:\n    pass',
      'lock',
      'l'
    ],
    [
      'a cache of a function',
      'import functools\n@functools.lru_cache\ndef f(n): return n',
      'f(1)',
      'function-state',
      'f'
    ],
    [
      'something inside a container',
      'fs = [open("a")]',
      'print(fs)',
      'open-file',
      'fs'
    ],
    [
      'a result of a function',
      'def o():\n    return open("a")\nf = o()',
      'f.read()',
      'open-file',
      'f'
    ]
  ])('joins the steps that share %s', (_, first, second, reason, variable) => {
    const pipeline = pipelineOf([first, second]);
    expect(pipeline.steps).toHaveLength(1);
    expect(pipeline.joins).toEqual([{ steps: ['Cell 1', 'Cell 2'], reason, variable }]);
  });

  it('keeps apart what only reads the file again', () => {
    const pipeline = pipelineOf([
      'with open("a.txt", "w") as f:\n    f.write("x")',
      'print(open("a.txt").read())'
    ]);
    expect(pipeline.steps).toHaveLength(2);
    expect(step(pipeline, 'cell-2').after).toEqual(['cell-1']);
  });

  it('are an error with a fix where the user has tied the cells to steps', () => {
    const [error] = errorsOf(
      [
        { source: 'f = open("a")', tags: ['step:one'] },
        { source: 'f.read()', tags: ['step:two', 'prev:one'] }
      ],
      'tags'
    );
    expect(error).toMatchObject({ cell: 1, line: 1, column: 1, code: 'open-file' });
    expect(error?.fix).toContain('one step');
  });

  it('say why steps were joined', () => {
    const { diagnostics } = converted(['f = open("a")', 'f.read()']);
    expect(diagnostics).toMatchObject([
      { severity: 'info', code: 'joined-open-file', cell: 1 }
    ]);
  });

  it('join what lies between where it depends on both', () => {
    const pipeline = pipelineOf([
      'it = iter([1, 2])\na = 1',
      'b = a',
      'print(next(it), b)'
    ]);
    expect(pipeline.steps).toHaveLength(1);
  });

  it.each(['list(zip([1], [2]))', 'sorted(map(str, [1]))', 'dict(enumerate("a"))'])(
    'do not join where %s keeps the items only',
    source => {
      expect(pipelineOf([`x = ${source}`, 'print(x)']).steps).toHaveLength(2);
    }
  );

  it('leave alone what lies between and depends on neither', () => {
    const pipeline = pipelineOf(['it = iter([1, 2])', 'b = 1', 'print(next(it))']);
    expect(pipeline.steps.map(item => item.cells.map(cell => cell.index))).toEqual([
      [0, 2],
      [1]
    ]);
  });
});

describe('state that is not in names', () => {
  it('joins draws with the seed that they follow from', () => {
    const cells = ['import numpy as np\nnp.random.seed(0)', 'x = np.random.rand(2)'];
    expect(pipelineOf(cells).joins).toMatchObject([{ reason: 'random-state' }]);
  });

  it('keeps steps apart where each sets its own seed', () => {
    const cells = [
      'import numpy as np\nnp.random.seed(0)',
      'np.random.seed(1)\nx = np.random.rand(2)'
    ];
    expect(pipelineOf(cells).steps).toHaveLength(2);
  });

  it('knows estimators that draw from the global state', () => {
    const seed =
      'import numpy as np\nfrom sklearn.model_selection import train_test_split\nnp.random.seed(1)';
    expect(pipelineOf([seed, 'a, b = train_test_split([1, 2])']).steps).toHaveLength(1);
    expect(
      pipelineOf([seed, 'a, b = train_test_split([1, 2], random_state=0)']).steps
    ).toHaveLength(2);
  });

  it('does not cache what draws without a seed, asks the clock or the network', () => {
    const cache = (source: string): boolean | undefined =>
      pipelineOf([source]).steps[0]?.cache;
    expect(cache('import random\nx = random.random()')).toBe(false);
    expect(cache('import time\nt = time.time()')).toBe(false);
    expect(cache('import requests\nr = requests.get("https://a.example")')).toBe(false);
    expect(cache('!ls')).toBe(false);
    expect(cache('x = 1')).toBe(true);
  });

  it('sets options again in every later step', () => {
    const pipeline = pipelineOf([
      'import pandas as pd\nx = 1\npd.set_option("display.max_rows", 5)\nprint(x)',
      'print(pd.DataFrame())'
    ]);
    expect(step(pipeline, 'cell-2').cells).toEqual([
      {
        id: 'c0',
        index: 0,
        source: 'pd.set_option("display.max_rows", 5)',
        repeated: true
      },
      { id: 'c1', index: 1, source: 'print(pd.DataFrame())' }
    ]);
  });

  it('repeats magics that set something, and the working directory', () => {
    const pipeline = pipelineOf(['%env MODE=test', '%cd -q data', 'print(1)']);
    expect(step(pipeline, 'cell-3').cells.map(cell => cell.source)).toEqual([
      '%env MODE=test',
      '%cd -q data',
      'print(1)'
    ]);
    expect(step(pipeline, 'cell-3').after).toEqual(['cell-2']);
  });

  it('repeats levels of loggers, joins those with handlers of their own', () => {
    const log = 'import logging\nlog = logging.getLogger("a")';
    const levels = pipelineOf([log, 'log.setLevel("INFO")', 'log.info("x")']);
    expect(step(levels, 'cell-3').cells[0]?.source).toBe('log.setLevel("INFO")');
    const basic =
      'import logging, sys\nlogging.basicConfig(level=logging.INFO, stream=sys.stdout)';
    expect(pipelineOf([basic, 'logging.info("x")']).steps).toHaveLength(2);
    const handler = 'h = logging.FileHandler("a.log")\nlog.addHandler(h)';
    expect(pipelineOf([log, handler, 'log.info("x")']).joins).toMatchObject([
      { reason: 'module-state' }
    ]);
    const file = 'import logging\nlogging.basicConfig(filename="a.log", filemode="w")';
    expect(pipelineOf([file, 'logging.info("x")']).joins).toMatchObject([
      { reason: 'module-state' }
    ]);
  });

  it('joins what updates a display with the cell that showed it', () => {
    const cells = ['h = display("a", display_id="x")', 'h.update("b")'];
    expect(pipelineOf(cells).joins).toMatchObject([{ reason: 'live-object' }]);
  });

  it('joins what asks for any earlier output', () => {
    expect(pipelineOf(['1', '2', 'Out[1]']).steps).toHaveLength(1);
  });

  it('joins where a module was changed in a way that cannot be repeated', () => {
    const pipeline = pipelineOf([
      'import sys, io\nsys.stdout = io.StringIO()',
      'print("x")'
    ]);
    expect(pipeline.joins).toMatchObject([
      { reason: 'module-state', variable: 'sys.stdout' }
    ]);
  });

  it('joins what uses the last output of another cell', () => {
    expect(pipelineOf(['1 + 1', 'print(_)']).joins).toMatchObject([
      { reason: 'ipython-state', variable: '_' }
    ]);
  });

  it('joins cells that draw into one figure, unless figures end with their cell', () => {
    const agg =
      'import matplotlib\nmatplotlib.use("agg")\nimport matplotlib.pyplot as plt\nplt.plot([1])';
    expect(pipelineOf([agg, 'plt.title("x")']).joins).toMatchObject([
      { reason: 'figure' }
    ]);
    expect(
      pipelineOf(['import matplotlib.pyplot as plt\nplt.plot([1])', 'plt.title("x")'])
        .joins
    ).toEqual([]);
  });

  it('refuses to ask for input', () => {
    expect(errorsOf(['name = input("?")'])).toMatchObject([
      { cell: 0, line: 1, column: 8, code: 'asks-for-input' }
    ]);
  });
});
