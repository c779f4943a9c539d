import type { Need } from '../../contract/pipeline';
import { converted, pipelineOf } from './a-notebook';

function needs(...cells: string[]): string[] {
  return (converted(cells).needs ?? []).map(({ kind, name }) => `${kind} ${name}`);
}

function places(...cells: string[]): Partial<Need>[] {
  const { needs: found = [] } = converted(cells);
  return found.map(({ cell, line, column }) => ({ cell, line, column }));
}

const OS = 'import os\n';
const files = (...cells: string[]): string[] =>
  needs(...cells).filter(need => need.startsWith('file '));
const packages = (...cells: string[]): string[] =>
  needs(...cells).filter(need => need.startsWith('package '));
const variables = (...cells: string[]): string[] =>
  needs(...cells).filter(need => need.startsWith('environment '));

describe('files that must be there', () => {
  it('are those that are read, with the place that names them first', () => {
    expect(files("open('../data/x.csv')", "open('../data/x.csv')")).toEqual([
      'file ../data/x.csv'
    ]);
    expect(places('x = 1', "y = 2\nz = open('x.csv')")).toEqual([
      { cell: 1, line: 2, column: 5 }
    ]);
  });

  it.each([
    [
      "from pathlib import Path\nROOT = Path.cwd().parent\nopen(ROOT / 'data' / 'x.csv')"
    ],
    ["from pathlib import Path\nopen(Path('..').resolve() / 'data/x.csv')"],
    ["from pathlib import Path\nopen(Path().absolute().parent / 'data/x.csv')"],
    [`${OS}open(os.path.join(os.path.dirname(os.getcwd()), 'data', 'x.csv'))`],
    [`${OS}open(os.path.join(os.path.abspath('..'), 'data', 'x.csv'))`],
    ["open('./../data//x.csv')"]
  ])('are found however the folder above is written: %s', source => {
    expect(files(source)).toEqual(['file ../data/x.csv']);
  });

  it('are those that a function reads which is called', () => {
    const source = "def f():\n    return open('a')\ndef g():\n    return open('b')";
    expect(files(source, 'f()')).toEqual(['file a']);
  });

  it.each([
    ['an earlier cell writes it', "open('x.csv', 'w').write('1')", "open('x.csv')"],
    ['an earlier cell may write it', "save('x.csv')", "open('x.csv')"],
    ['a folder of it is made', "model.save_to('out/m')", "open('out/m/config.json')"],
    ['a cell writes it', '%%writefile x.csv\n1', "open('x.csv')"],
    ['a shell line may make it', '!wget http://a/x.csv', "open('x.csv')"],
    ['a cell in another language may make it', '%%bash\nmake', "open('x.csv')"],
    [
      'a program may make it',
      'import subprocess\nsubprocess.run("x")',
      "open('x.csv')"
    ],
    ['the folder is another', '%cd ..', "open('x.csv')"],
    ['it is asked for', `${OS}if os.path.exists('x.csv'):\n    open('x.csv')`, ''],
    ['it is asked for', `${OS}os.path.isfile('x.csv')`, "open('x.csv')"],
    ['it is tried', "try:\n    open('x')\nexcept OSError:\n    pass", ''],
    ['it is read under a condition', "if flag:\n    open('x')", ''],
    ['only the pattern is known', "import pandas as pd\npd.read_parquet('x/*.pq')", ''],
    ['it is written', "open('x.csv', 'w')", ''],
    ['it is an address', "import pandas as pd\npd.read_csv('https://a/x.csv')", '']
  ])('are not those where %s', (_, ...cells) => {
    expect(files(...cells)).toEqual([]);
  });

  it('are still those before a shell line', () => {
    expect(files("open('x.csv')", '!wget http://a/y.csv')).toEqual(['file x.csv']);
    expect(files('!ls', "open('x.csv')")).toEqual(['file x.csv']);
  });
});

describe('packages that must be there', () => {
  it('are those that cells import, in functions too that are called', () => {
    expect(packages('import a.b, c as d\nfrom e.f import g')).toEqual([
      'package a',
      'package c',
      'package e'
    ]);
    expect(packages('def f():\n    import lazily', 'f()')).toEqual(['package lazily']);
    expect(packages('def f():\n    import lazily')).toEqual([]);
  });

  it.each([
    ['try:\n    import a\nexcept ImportError:\n    a = None'],
    ['try:\n    import a\nexcept ModuleNotFoundError:\n    import b'],
    ['if IN_COLAB:\n    import google.colab'],
    ['from contextlib import suppress\nwith suppress(ImportError):\n    import a'],
    ['%pip install a\nimport a'],
    ['!pip install -q a\nimport a'],
    ['!git clone https://host/a.git\nimport a']
  ])('are not optional ones: %s', source => {
    const found = packages('IN_COLAB = False', source);
    expect(found.filter(name => name !== 'package contextlib')).toEqual([]);
  });
});

it('does not look for a module that a cell writes', () => {
  expect(packages('%%writefile a.py\nx = 1', 'import a, b')).toEqual(['package b']);
});

describe('variables that must be set', () => {
  it('are those that are read without a default', () => {
    expect(variables(`${OS}x = os.environ["X"]\nos.environ.get('Y')`)).toEqual([
      'environment X'
    ]);
    expect(variables("from os import environ\nenviron['X']")).toEqual([
      'environment X'
    ]);
  });

  it.each([
    ['default', `${OS}os.environ.get('X', '1')\nos.getenv('X')`],
    ['earlier cell', `${OS}os.environ['X'] = '1'`, "os.environ['X']"],
    ['earlier cell', `${OS}os.environ.setdefault('X', '1')`, "os.environ['X']"],
    ['earlier cell', `${OS}os.environ.update(X='1')`, "os.environ['X']"],
    ['earlier cell', `${OS}os.environ[name] = '1'`, "os.environ['X']"],
    ['function', `${OS}def f():\n    os.environ['X'] = '1'`, "f()\nos.environ['X']"],
    ['magic', `${OS}%env X=1`, "os.environ['X']"],
    ['file', `${OS}from dotenv import load_dotenv\nload_dotenv()`, "os.environ['X']"],
    ['condition', `${OS}if 'X' in os.environ:\n    os.environ['X']`],
    ['attempt', `${OS}try:\n    os.environ['X']\nexcept KeyError:\n    pass`]
  ])('are not those with a %s', (_, ...cells) => {
    expect(variables('name = "X"', ...cells)).toEqual([]);
  });

  it('belong to the steps that read them', () => {
    const { steps } = pipelineOf([`${OS}key = os.environ['X']`, 'print(key)']);
    expect(steps.map(({ environment }) => environment)).toEqual([['X'], []]);
  });
});

it('tells where the notebook looks for modules', () => {
  const source =
    'import sys, os\nfrom pathlib import Path\nsys.path.append("..")\n' +
    'sys.path.insert(0, str(Path.cwd().parent / "src"))\n' +
    'sys.path += ["lib"]\nsys.path.extend(["a", "b"])';
  const { searchPath } = converted([source]);
  expect(searchPath).toEqual(['..', '../src', 'lib', 'a', 'b']);
});
