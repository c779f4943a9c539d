import { inputsOf, pipelineOf, step } from './a-notebook';
import type { CellText } from './a-notebook';

const SOURCES = {
  'helper.py': [
    'import random',
    'import numpy as np',
    'import functools',
    'import sqlite3',
    'STATE = {}',
    'COUNT = 0',
    '_db = None',
    'def set(key, value): STATE[key] = value',
    'def get(key): return STATE.get(key)',
    'def bump():\n    global COUNT\n    COUNT += 1\n    return COUNT',
    'def seed(n): np.random.seed(n)',
    'def noise(n): return np.random.rand(n)',
    'def fill(rows): rows.append(1)',
    'def pure(x): return x + 1',
    'def remember(v, seen=[]):\n    seen.append(v)\n    return seen',
    '@functools.lru_cache\ndef load(n): return [n]',
    'def db():\n    global _db\n    _db = sqlite3.connect("a.db")\n    return _db',
    'class Model:\n    made = 0\n    def __init__(self): Model.made += 1\n    def fit(self, x): self.x = x\n    def plain(self): return 1'
  ].join('\n'),
  'tools/__init__.py': 'from .core import push\nfrom . import core',
  'tools/core.py':
    'import helper\nROWS = []\ndef push(v):\n    ROWS.append(v)\n    helper.bump()'
};

function modulePipeline(...cells: CellText[]): ReturnType<typeof pipelineOf> {
  return pipelineOf(cells, 'cells', Object.keys(SOURCES), SOURCES);
}

function lastInputs(...cells: CellText[]): string[] {
  const pipeline = modulePipeline(...cells);
  return inputsOf(pipeline, pipeline.steps[pipeline.steps.length - 1]?.id ?? '');
}

describe('what a module beside the notebook keeps', () => {
  it.each([
    ['an item of a global', 'import helper', 'helper.set("k", 1)', 'helper.get("k")'],
    ['a global', 'import helper', 'helper.bump()', 'print(helper.COUNT)'],
    ['a function by its own name', 'from helper import bump', 'bump()', 'bump()'],
    ['a default', 'import helper as h', 'h.remember(1)', 'h.remember(2)'],
    [
      'an attribute of a class',
      'import helper',
      'm = helper.Model()',
      'helper.Model.made'
    ],
    [
      'what the notebook puts in',
      'import helper',
      'helper.STATE["k"] = 1',
      'helper.get("k")'
    ],
    ['what the notebook sets', 'import helper', 'helper.COUNT = 5', 'helper.bump()'],
    ['a name for it', 'from helper import STATE, get', 'STATE["k"] = 1', 'get("k")'],
    ['a star', 'from helper import *', 'bump()', 'bump()'],
    [
      'a function of the notebook that calls it',
      'import helper\ndef f(): helper.bump()',
      'f()',
      'helper.bump()'
    ]
  ])('goes on as a variable: %s', (_, ...cells) => {
    expect(lastInputs(...cells)).toContain('helper.py<-cell-2');
  });

  it('is that of the modules which a module imports, too', () => {
    const inputs = lastInputs('import tools', 'tools.push(1)', 'tools.push(2)');
    expect(inputs).toEqual(
      expect.arrayContaining(['helper.py<-cell-2', 'tools/core.py<-cell-2'])
    );
  });

  it('is left alone where nothing changes it', () => {
    const inputs = lastInputs('import helper', 'helper.pure(1)', 'helper.get("k")');
    expect(inputs).toEqual(['helper<-cell-1']);
  });

  it('joins the steps where it cannot leave its process', () => {
    const joined = modulePipeline('import helper', 'helper.load(1)', 'helper.load(1)');
    expect(joined.joins).toEqual([
      { steps: ['Cell 2', 'Cell 3'], reason: 'function-state', variable: 'load' }
    ]);
    const { joins } = modulePipeline('import helper', 'helper.db()', 'helper.db()');
    expect(joins).toHaveLength(1);
  });
});

it('needs what functions need that it was given', () => {
  const inputs = lastInputs(
    'import helper\nk = 2\ndef f(v): return v * k',
    'helper.set("f", f)',
    'helper.get("f")(1)'
  );
  expect(inputs).toEqual(expect.arrayContaining(['helper.py<-cell-2', 'k<-cell-1']));
});

describe('a function of a module beside the notebook', () => {
  it('seeds and draws', () => {
    const draw = 'helper.noise(2)';
    const seeded = modulePipeline('import helper', 'helper.seed(1)', draw, '1', draw);
    expect(step(seeded, 'cell-5').after).toContain('cell-3');
  });

  it('changes what it is given', () => {
    expect(
      lastInputs('import helper\nrows = []', 'helper.fill(rows)', 'print(rows)')
    ).toEqual(['rows<-cell-2']);
  });

  it('leaves what it is given as it is where its source says so', () => {
    expect(
      lastInputs('import helper\nrows = []', 'helper.pure(rows)', 'print(rows)')
    ).toEqual(['rows<-cell-1']);
  });
});

describe('an object of a class of such a module', () => {
  it('is changed by its methods', () => {
    expect(
      lastInputs('import helper', 'm = helper.Model()', 'm.fit([1])', 'print(m.x)')
    ).toContain('m<-cell-3');
  });
});
