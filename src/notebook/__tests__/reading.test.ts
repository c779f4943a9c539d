import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { Conversion } from '../../contract/pipeline';
import { NotebookConverter, convert, parseNotebookText } from '../convert';
import { dataInputs, ownerOf } from '../data-inputs';
import { aNotebook, errorsOf, inputsOf, pipelineOf, step } from './a-notebook';

describe('what is no notebook', () => {
  const code = (content: unknown): string | undefined => {
    const { pipeline, diagnostics } = Conversion.parse(
      convert({ content, fileName: 'a.ipynb' })
    );
    expect(pipeline).toBeNull();
    expect(diagnostics[0]?.fix).toBeDefined();
    return diagnostics[0]?.code;
  };

  it.each([
    ['nothing', undefined, 'not-a-notebook'],
    ['a list', [], 'not-a-notebook'],
    ['another object', { a: 1 }, 'not-a-notebook'],
    ['format 3', { nbformat: 3, worksheets: [] }, 'old-notebook'],
    ['cells that are no list', { nbformat: 4, cells: 5 }, 'not-a-notebook'],
    ['no code', aNotebook([{ md: '# Only text' }]), 'no-code'],
    [
      'R',
      aNotebook(['x <- 1'], { kernelspec: { name: 'ir', language: 'R' } }),
      'not-python'
    ]
  ])('is refused: %s', (_, content, expected) => {
    expect(code(content)).toBe(expected);
  });

  it('says where a cell is no Python', () => {
    const [error] = errorsOf(['a = 1', 'b = 2\nc = (1,\n']);
    expect(error).toMatchObject({ cell: 1, id: 'c1', code: 'syntax-error' });
    expect(errorsOf(['if True:\nprint(1)'])[0]?.message).toContain(
      'indented block is missing'
    );
    expect(errorsOf(['print "old"'])[0]?.message).toContain('Python 2');
    expect(errorsOf(['s = "abc'])[0]?.message).toContain('not closed');
  });

  it.each(['x = 1.', 'x = f(4.).g([1., 2.], "a 1.")', 'x = 1. if 2. > y else 3.'])(
    'reads numbers that end in a point: %s',
    source => {
      expect(errorsOf([`y = 0\ndef f(v): return v\n${source}`])).toEqual([]);
    }
  );

  it('says that text is no JSON', () => {
    expect(parseNotebookText('{"cells": [').diagnostics).toMatchObject([
      { code: 'not-json' }
    ]);
    expect(parseNotebookText('{"nbformat": 4}').content).toEqual({ nbformat: 4 });
  });

  it('never throws, whatever JSON it is given', () => {
    const cell = fc.record(
      {
        cell_type: fc.constantFrom('code', 'markdown', 'raw', 7),
        source: fc.jsonValue(),
        metadata: fc.jsonValue()
      },
      { requiredKeys: [] }
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(cell, fc.jsonValue())), cells => {
        const content = { nbformat: 4, metadata: {}, cells };
        Conversion.parse(convert({ content, fileName: 'a.ipynb' }));
      }),
      { numRuns: 150 }
    );
  });
});

describe('IPython syntax', () => {
  it.each([
    '%matplotlib inline\nx = 1',
    '!pip list | grep "x',
    'files = !ls "a b"\nprint(files)',
    '%time y = sum([1])\nprint(y)',
    'import os\nos?\nos.path??',
    'if True:\n    %pwd\n    !ls',
    '%%bash\nfor f in *; do echo "$f; done',
    '%%html\n<b>(</b>',
    'r = (17\n     % 5)\ns = """\n%not a magic\n!nor this\n"""',
    'with (open("a") as f,\n      open("b") as g):\n    pass',
    'import contextlib\nwith contextlib.nullcontext((1, 2)) as (a, b):\n    pass',
    'x = [1, 2]\ny = {1: 2}\nprint(f"{x[0]!r:>{y[1]}} {"nested"}")',
    'type A = int\ndef f[T](a, /, *, b: T) -> T: return b',
    'async def w(): return 1\nawait w()'
  ])('is understood: %j', source => {
    expect(errorsOf([source])).toEqual([]);
  });

  it('binds what magics bind and reads what they mention', () => {
    const pipeline = pipelineOf([
      '%%bash --out text\nwc -l',
      'n = 1\n!echo {n} $text',
      'print(text)'
    ]);
    expect(inputsOf(pipeline, 'cell-2')).toEqual(['text<-cell-1']);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['text<-cell-1']);
  });

  it('keeps what %timeit binds inside', () => {
    expect(
      inputsOf(pipelineOf(['x = 1', '%timeit x = 2', 'print(x)']), 'cell-3')
    ).toEqual(['x<-cell-1']);
  });

  it('analyses the payload of %%time and %%capture', () => {
    const pipeline = pipelineOf(['a = 1', '%%capture out\nb = a', 'print(b, out)']);
    expect(inputsOf(pipeline, 'cell-2')).toEqual(['a<-cell-1']);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['b<-cell-2', 'out<-cell-2']);
  });

  it('takes names that %run brings from its step', () => {
    expect(inputsOf(pipelineOf(['%run prepare.py', 'print(table)']), 'cell-2')).toEqual(
      ['table<-cell-1']
    );
  });
});

describe('files and order', () => {
  it('are found, through constants and paths too', () => {
    const pipeline = pipelineOf([
      'from pathlib import Path\nimport pandas as pd\nbase = Path("data")\nname = "a.csv"',
      'df = pd.read_csv(base / name)\ndf.to_csv(f"out/{name}", index=False)'
    ]);
    expect(step(pipeline, 'cell-2')).toMatchObject({
      filesRead: ['data/a.csv'],
      filesWritten: ['out/a.csv']
    });
    expect(pipeline.files).toEqual(['data/a.csv']);
  });

  it('order who writes before who reads, and nobody else', () => {
    const pipeline = pipelineOf([
      'open("a", "w").close()',
      'print(open("a").read())',
      'print(open("b").read())',
      'x = 1'
    ]);
    expect(pipeline.steps.map(item => item.after)).toEqual([[], ['cell-1'], [], []]);
  });

  it('keep the place of cells that may do anything', () => {
    const pipeline = pipelineOf(['x = 1', '!make data', 'y = 2']);
    expect(pipeline.steps.map(item => item.after)).toEqual([
      [],
      ['cell-1'],
      ['cell-2']
    ]);
  });

  it('let independent work run side by side', () => {
    const pipeline = pipelineOf([
      'import pandas as pd\ndf = pd.DataFrame()',
      'a = df.head()',
      'b = df.describe()',
      'print(a, b)'
    ]);
    expect(pipeline.steps.map(item => item.after)).toEqual([
      [],
      ['cell-1'],
      ['cell-1'],
      ['cell-2', 'cell-3']
    ]);
  });

  it('name local modules where the folder is known, and environment variables', () => {
    const pipeline = pipelineOf(
      ['import helper, pandas, os\nos.getenv("TOKEN")'],
      'one',
      ['helper.py', 'other.py']
    );
    expect(pipeline.files).toEqual(['helper.py']);
    expect(pipeline.imports).toEqual(['helper', 'os', 'pandas']);
    expect(pipeline.steps[0]?.environment).toEqual(['TOKEN']);
  });
});

describe('parameters', () => {
  it('have the types of their literals or annotations', () => {
    const source =
      'a = 1\nb = 2.5\nc = "x"\nd = True\ne = [1, 2]\nf = {"k": None}\ng = None\nh: float = 3\ni = -4\nj = len([])';
    const { parameters } = pipelineOf(
      [{ source, tags: ['parameters'] }, 'print(a)'],
      'one'
    );
    expect(
      parameters.map(({ name, type, default: value }) => [name, type, value])
    ).toEqual([
      ['a', 'int', 1],
      ['b', 'float', 2.5],
      ['c', 'str', 'x'],
      ['d', 'bool', true],
      ['e', 'list', [1, 2]],
      ['f', 'dict', { k: null }],
      ['g', 'none', null],
      ['h', 'float', 3],
      ['i', 'int', -4]
    ]);
  });

  it('are named at the steps that use them, until they are reassigned', () => {
    const pipeline = pipelineOf([
      { source: 'n = 1', tags: ['parameters'] },
      'm = n',
      'n = n * 2',
      'print(n)'
    ]);
    expect(pipeline.steps.map(item => item.parameters)).toEqual([['n'], ['n'], []]);
    expect(inputsOf(pipeline, 'cell-4')).toEqual(['n<-cell-3']);
  });
});

describe('the example and the live converter', () => {
  const content: unknown = JSON.parse(
    readFileSync('examples/bike-demand/demand.ipynb', 'utf8')
  );

  it('converts the example into its five steps', () => {
    const { pipeline } = convert({
      content,
      fileName: 'demand.ipynb',
      folderFiles: ['cleaning.py']
    });
    expect(pipeline?.steps.map(item => item.id)).toEqual([
      'load',
      'clean',
      'features',
      'train',
      'evaluate'
    ]);
    expect(pipeline?.files).toEqual(['cleaning.py', 'data/rides.csv']);
    expect(pipeline?.joins).toEqual([]);
  });

  it('shows only data on arrows, and each cell at its own step', () => {
    const pipeline = pipelineOf([
      'import pandas as pd\npd.set_option("a", 1)\ndef f(): pass\nx = 1',
      'f(); print(pd, x)'
    ]);
    expect(
      dataInputs(step(pipeline, 'cell-2'), pipeline).map(item => item.variable)
    ).toEqual(['x']);
    expect(ownerOf(pipeline, 0)?.id).toBe('cell-1');
  });

  it('gives the same answer after an edit as from the start', () => {
    const live = new NotebookConverter();
    const before = aNotebook(['a = [1]', 'b = a', 'b.append(2)', 'print(a)']);
    const after = aNotebook(['a = [1]', 'b = a', 'print(b)', 'print(a)']);
    for (const edited of [before, after, before]) {
      const input = { content: edited, fileName: 'a.ipynb', split: 'cells' as const };
      expect(live.convert(input)).toEqual(convert(input));
    }
  });

  it('never throws while a cell is being typed', () => {
    const cells = [
      'with (open("a") as f):\n    x = f"{f.read()!r:>{10}}"',
      'match x:\n    case {"k": [a, *b]} if a: pass\n    case K(y=1) as z: pass',
      '@d(1)\nclass A(B, metaclass=C):\n    def f(self, *a, k=1): return lambda q: (yield)',
      'x = !ls {a}\n%time y = [i for i in x if (n := i)]\nglobals()["z"] = 1'
    ];
    const live = new NotebookConverter();
    for (const source of cells) {
      for (let end = 0; end <= source.length; end += 1) {
        const typed = aNotebook([source.slice(0, end), source.slice(end)]);
        Conversion.parse(
          live.convert({ content: typed, fileName: 'a.ipynb', split: 'cells' })
        );
      }
    }
  });
});
