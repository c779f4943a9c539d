import { isRecord, readNotebook, sourceOf } from '../cells';
import type { INotebook } from '../cells';
import { convert } from '../convert';
import { aNotebook } from './a-notebook';

function readOf(content: unknown): INotebook {
  const notebook = readNotebook(content);
  if (!('cells' in notebook)) {
    throw new Error(notebook.message);
  }
  return notebook;
}

describe('what is no notebook of format 4', () => {
  const noObject = {
    code: 'not-a-notebook',
    message: 'This is not a notebook: it is no JSON object with cells.',
    fix: 'Open a file that Jupyter has saved.'
  };
  const old = (format: string): object => ({
    code: 'old-notebook',
    message: `The notebook is stored in format ${format}; only format 4 can be read.`,
    fix: 'Open it in JupyterLab and save it, or run `jupyter nbconvert --to notebook --inplace`.'
  });

  it.each<[unknown, object]>([
    [null, noObject],
    ['text', noObject],
    [[], noObject],
    [{}, noObject],
    [{ a: 1 }, noObject],
    [{ worksheets: [] }, old('3')],
    [{ worksheets: [], nbformat: 4 }, old('4')],
    [{ nbformat: 3 }, old('3')],
    [{ nbformat: '4', cells: [] }, old('4')],
    [{ nbformat: 5, cells: [] }, old('5')],
    [
      { nbformat: 4 },
      { ...noObject, message: 'This is not a notebook: its `cells` are no list.' }
    ],
    [
      { cells: {} },
      { ...noObject, message: 'This is not a notebook: its `cells` are no list.' }
    ]
  ])('%j', (content, refusal) => {
    expect(readNotebook(content)).toEqual(refusal);
  });

  it('is told at its beginning', () => {
    expect(convert({ content: {}, fileName: 'a.ipynb' })).toEqual({
      pipeline: null,
      diagnostics: [
        { cell: 0, id: '', line: 1, column: 1, severity: 'error', ...noObject }
      ]
    });
  });
});

describe('a notebook', () => {
  it('without metadata is one of Python', () => {
    expect(readOf({ cells: [] })).toEqual({
      cells: [],
      kernel: 'python3',
      language: 'python',
      split: undefined,
      name: undefined,
      kale: undefined
    });
  });

  it('says what it is', () => {
    const metadata = {
      kernelspec: { name: 'conda-env', language: 'R' },
      language_info: { name: 'ipython' },
      mlops: { split: ' cells ', name: 'Bikes' },
      kubeflow_notebook: { pipeline_name: 'p' }
    };
    expect(readOf({ cells: [], metadata })).toEqual({
      cells: [],
      kernel: 'conda-env',
      language: 'ipython',
      split: 'cells',
      name: 'Bikes',
      kale: { pipeline_name: 'p' }
    });
  });

  it('takes its language from the kernel where nothing else says it', () => {
    expect(
      readOf({ cells: [], metadata: { kernelspec: { language: 'R' } } }).language
    ).toBe('R');
    expect(
      readOf({ cells: [], metadata: { language_info: { name: '  ' } } }).language
    ).toBe('python');
  });

  it.each(['R', 'julia', 'python4', 'xpython', 'pythonx', 'javascript'])(
    'in %s is refused by name',
    name => {
      const content = aNotebook(['x'], { language_info: { name } });
      expect(convert({ content, fileName: 'a.ipynb' })).toMatchObject({
        pipeline: null,
        diagnostics: [
          {
            code: 'not-python',
            message: `The notebook is written in ${name}; only Python can be converted.`,
            fix: 'Choose a Python kernel for it, or run it with its own tools.'
          }
        ]
      });
    }
  );

  it.each(['python', 'Python', 'ipython', 'python3', 'ipython2'])(
    'in %s is read',
    name => {
      const content = aNotebook(['x = 1'], { language_info: { name } });
      expect(convert({ content, fileName: 'a.ipynb' }).pipeline).not.toBeNull();
    }
  );
});

describe('a cell', () => {
  it('is read with what it needs, whatever else is there', () => {
    const cells = [
      {
        cell_type: 'code',
        id: 'a',
        source: ['x = 1\n', 5, 'y'],
        metadata: { tags: ['t', 1, null], mlops: { step: ' Load ' } }
      },
      { cell_type: 'markdown', source: '# A' },
      { cell_type: 'raw', id: ' ', source: 7, metadata: [] },
      null,
      'text'
    ];
    expect(readOf({ cells }).cells).toEqual([
      {
        index: 0,
        id: 'a',
        type: 'code',
        source: 'x = 1\ny',
        tags: ['t'],
        settings: { step: 'Load' }
      },
      {
        index: 1,
        id: 'cell-1',
        type: 'markdown',
        source: '# A',
        tags: [],
        settings: {}
      },
      { index: 2, id: 'cell-2', type: 'other', source: '', tags: [], settings: {} },
      { index: 3, id: 'cell-3', type: 'other', source: '', tags: [], settings: {} },
      { index: 4, id: 'cell-4', type: 'other', source: '', tags: [], settings: {} }
    ]);
  });

  it.each<[object, object]>([
    [
      {
        image: 'a:1',
        cpu: '1',
        memory: '2Gi',
        retries: 0,
        timeoutSeconds: 1,
        cache: false
      },
      {
        image: 'a:1',
        cpu: '1',
        memory: '2Gi',
        retries: 0,
        timeoutSeconds: 1,
        cache: false
      }
    ],
    [
      { retries: 10, cache: true },
      { retries: 10, cache: true }
    ],
    [{ retries: 11 }, {}],
    [{ retries: -1 }, {}],
    [{ retries: 1.5 }, {}],
    [{ retries: '1' }, {}],
    [{ timeoutSeconds: 0 }, {}],
    [{ timeoutSeconds: -1 }, {}],
    [{ timeoutSeconds: '1' }, {}],
    [{ cache: 'no' }, {}],
    [{ step: '', image: 1, cpu: null, memory: ' ' }, {}]
  ])('has the settings of %j', (mlops, settings) => {
    const cells = [{ cell_type: 'code', source: '', metadata: { mlops } }];
    expect(readOf({ cells }).cells[0]?.settings).toEqual(settings);
  });

  it('knows a record from a list', () => {
    expect([{}, [], null, 'a', 1].map(isRecord)).toEqual([
      true,
      false,
      false,
      false,
      false
    ]);
    expect(sourceOf(['a', 'b'])).toBe('ab');
    expect(sourceOf({})).toBe('');
  });
});
