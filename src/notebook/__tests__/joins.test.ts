import { convert } from '../convert';
import { aNotebook, converted, errorsOf, pipelineOf, step } from './a-notebook';

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
      'where an error was raised',
      'import traceback\ntry: 1 / 0\nexcept ZeroDivisionError as e: error = e',
      'traceback.print_exception(error)',
      'live-object',
      'error'
    ],
    [
      'a view of memory',
      'b = bytearray(b"abc")\nm = memoryview(b)',
      'm[0] = 1',
      'live-object',
      'm'
    ],
    [
      'a digest that grows',
      'import hashlib\nh = hashlib.sha256()',
      'h.update(b"x")',
      'live-object',
      'h'
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
  it('keeps the order of draws that follow from a seed', () => {
    const draws = ['x = np.random.rand(2)', '1', 'y = np.random.rand(2)'];
    const pipeline = pipelineOf(['import numpy as np\nnp.random.seed(0)', ...draws]);
    expect(step(pipeline, 'cell-4').after).toEqual(['cell-1', 'cell-2']);
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
    const lastDraw = (call: string): string[] =>
      step(pipelineOf([seed, call, '1']), 'cell-3').after;
    expect(lastDraw('train_test_split([1, 2])')).toEqual(['cell-2']);
    expect(lastDraw('train_test_split([1, 2], random_state=0)')).toEqual(['cell-1']);
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

  it('sets options again in every later step where the runner does not carry them', () => {
    const pipeline = pipelineOf([
      'from tqdm import tqdm\nx = 1\ntqdm.pandas()\nprint(x)',
      'print(2)'
    ]);
    expect(step(pipeline, 'cell-2').cells).toEqual([
      { id: 'c0', index: 0, source: 'tqdm.pandas()', repeated: true },
      { id: 'c1', index: 1, source: 'print(2)' }
    ]);
    expect(step(pipeline, 'cell-2').after).toEqual(['cell-1']);
  });

  it.each([
    [
      'options of pandas',
      'import pandas as pd',
      'pd.set_option("display.max_rows", 5)'
    ],
    ['rcParams', 'import matplotlib.pyplot as plt', 'plt.rcParams["font.size"] *= 2'],
    [
      'rcParams of a dict',
      'import matplotlib as mpl\nd = {}',
      'mpl.rcParams.update(d)'
    ],
    ['the import path', 'import sys', 'sys.path.append("lib")'],
    ['the environment', 'import os', 'os.environ["A"] += "b"'],
    ['the working folder', 'import os', 'os.chdir("data")'],
    [
      'a format',
      'import pandas as pd',
      'pd.options.display.float_format = lambda v: "x"'
    ],
    ['what a function sets', 'import os\ndef go(d): os.chdir(d)', 'go("data")'],
    ['magics', 'x = 0', '%env MODE=test'],
    ['the folder of a magic', 'x = 0', '%cd -q data'],
    ['a level', 'import logging\nlog = logging.getLogger("a")', 'log.setLevel("INFO")'],
    ['what a module sets', 'x = 0', 'import mystyle'],
    ['what a module seeds', 'import helper', 'helper.set_seed(1)'],
    ['what it gives back', 'import helper', 'x = helper.noise(1)']
  ])('lets all later steps wait for %s, said once', (_, first, setting) => {
    const pipeline = pipelineOf([first, setting, '1', '2']);
    for (const id of ['cell-3', 'cell-4']) {
      expect(step(pipeline, id).cells).toHaveLength(1);
      expect(step(pipeline, id).after).toEqual(['cell-2']);
    }
  });

  it('joins steps around one that may do anything', () => {
    const cells = ['it = iter([1])', '!ls', 'print(next(it))', '!ls', '1'];
    const { steps } = pipelineOf(cells);
    expect(steps.map(({ cells: own }) => own.length)).toEqual([3, 1, 1]);
    expect(steps.map(({ after }) => after)).toEqual([[], ['cell-1'], ['cell-4']]);
  });

  it('joins steps around one that sets an option', () => {
    const cells = ['it = iter([1])', 'import os\nos.chdir("a")', 'print(next(it))'];
    expect(pipelineOf(cells).steps).toHaveLength(1);
  });

  it('carries levels of loggers, joins those with handlers of their own', () => {
    const log = 'import logging\nlog = logging.getLogger("a")';
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

  it.each([
    ['out = !ls\nprint(_exit_code)', ['ipython-state']],
    ['!ls\nprint(_exit_code)', []]
  ])('knows whose exit code %j shows', (source, reasons) => {
    const { joins } = pipelineOf(['!false', source]);
    expect(joins.map(({ reason }) => reason)).toEqual(reasons);
  });

  it.each([
    ['figures are not closed', '%config InlineBackend.close_figures = False'],
    ['figures are not shown', 'plt.ioff()'],
    ['the backend is another one', 'plt.switch_backend("agg")']
  ])('joins cells that draw into one figure where %s', (_, setting) => {
    const cells = [
      `import matplotlib.pyplot as plt\n${setting}`,
      'df.plot()',
      'plt.gca()'
    ];
    const [first, ...others] = cells;
    const made = 'import pandas as pd\ndf = pd.DataFrame({"a": [1]})';
    const { joins } = pipelineOf([`${first}\n${made}`, ...others]);
    expect(joins).toContainEqual(expect.objectContaining({ reason: 'figure' }));
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

  it.each([
    ['agg', [{ reason: 'figure' }]],
    ['module://matplotlib_inline.backend_inline', []],
    ['', []]
  ])(
    'knows the backend %j that the environment of the kernel asks for',
    (backend, joins) => {
      const content = aNotebook([
        'import matplotlib.pyplot as plt\nplt.plot([1])',
        'plt.title("x")'
      ]);
      const found = convert({ content, fileName: 'a.ipynb', split: 'cells', backend });
      expect(found.pipeline?.joins).toMatchObject(joins);
    }
  );

  it('refuses to ask for input', () => {
    expect(errorsOf(['name = input("?")'])).toMatchObject([
      { cell: 0, line: 1, column: 8, code: 'asks-for-input' }
    ]);
  });
});
