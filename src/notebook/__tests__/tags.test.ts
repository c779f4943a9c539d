import type { Diagnostic } from '../../contract/pipeline';
import { convert } from '../convert';
import { readNotebook } from '../cells';
import { splitByTags } from '../split/tags';
import { suggested } from '../split/choose';
import { aNotebook, converted, errorsOf, pipelineOf, step } from './a-notebook';
import type { CellText } from './a-notebook';

type Tagged = { source: string; tags: string[] };
const tagged = (source: string, ...tags: string[]): Tagged => ({ source, tags });
const own = (source: string, settings: object): CellText => ({
  source,
  metadata: { mlops: settings }
});

/** Each step with the cells that it runs. */
function stepsOf(cells: CellText[]): string[] {
  return pipelineOf(cells, 'tags').steps.map(
    item => `${item.title}: ${item.cells.map(cell => cell.index).join(' ')}`
  );
}

/** How cells become steps before the data flow is known. */
function planOf(cells: CellText[]): ReturnType<typeof splitByTags> {
  const notebook = readNotebook(aNotebook(cells));
  if (!('cells' in notebook)) {
    throw new Error(notebook.message);
  }
  return splitByTags(notebook.cells);
}

function said(cells: CellText[]): Partial<Diagnostic>[] {
  return converted(cells, 'tags').diagnostics.map(
    ({ cell, code, severity, message, fix }) => ({ cell, code, severity, message, fix })
  );
}

describe('cells and tags', () => {
  it.each<[string, CellText[], string[]]>([
    [
      'before the first step go into it',
      ['x = 1', tagged('y = 1', 'step:a')],
      ['a: 0 1']
    ],
    ['without any step are Setup', ['x = 1', 'print(x)'], ['Setup: 0 1']],
    [
      'of parameters go into the first step, wherever they stand',
      [
        tagged('x = 1', 'step:a'),
        tagged('y = 1', 'step:b'),
        tagged('n = 1', 'parameters'),
        'print(n)'
      ],
      ['a: 0 2 3', 'b: 1']
    ],
    [
      'of parameters before the first step wait for it',
      [tagged('n = 1', 'parameters'), tagged('x = n', 'step:a')],
      ['a: 0 1']
    ],
    [
      'of metrics stay with the step before them',
      [
        tagged('x = 1', 'step:a'),
        tagged('y = x', 'skip'),
        tagged('print(x)', 'pipeline-metrics')
      ],
      ['a: 0 2']
    ],
    [
      'of metrics before any step go into the first',
      [tagged('x = 1', 'pipeline-metrics'), tagged('y = x', 'step:a')],
      ['a: 0 1']
    ],
    [
      'after one that is skipped are skipped, too',
      [
        tagged('x = 1', 'step:a'),
        tagged('y = 1', 'skip'),
        'z = 1',
        tagged('w = 1', 'step:b')
      ],
      ['a: 0', 'b: 3']
    ],
    [
      'after a prefix belong to it',
      [tagged('import math', 'imports'), 'k = 1', tagged('x = math.pi * k', 'step:a')],
      ['a: 0 1 2']
    ],
    [
      'of the same step may follow each other',
      [
        tagged('x = 1', 'step:a'),
        tagged('y = x', 'step:a'),
        tagged('print(y)', 'step:b')
      ],
      ['a: 0 1', 'b: 2']
    ],
    [
      'with the older word for a step, and spaces',
      [tagged('x = 1', 'block: a '), tagged('print(x)', 'step: b ')],
      ['a: 0', 'b: 1']
    ],
    [
      'whose tag only looks like one',
      [
        tagged('x = 1', 'step:a'),
        tagged('y = x', 'my-step:b', 'xparameters', 'parametersx')
      ],
      ['a: 0 1']
    ],
    [
      'with a name of our own beside one of Kale’s',
      [{ ...tagged('x = 1', 'step:kale'), metadata: { mlops: { step: 'Own name' } } }],
      ['Own name: 0']
    ]
  ])('%s', (_, cells, steps) => {
    expect(stepsOf(cells)).toEqual(steps);
  });

  it('are marked as the user’s own, parameters known', () => {
    const plan = planOf([
      tagged('n = 1', 'pipeline-parameters'),
      tagged('m = 1', 'parameters'),
      tagged('import os', 'functions'),
      tagged('x = 1', 'step:a')
    ]);
    expect(plan.explicit).toBe(true);
    expect(plan.parameters?.index).toBe(0);
    expect(plan.prefix.map(cell => cell.index)).toEqual([2]);
    expect(plan.problems).toEqual([]);
  });
});

describe('names of steps', () => {
  it.each(['a', '_a', 'train_2', '_'])('that Kale accepts: %s', name => {
    expect(said([tagged('x = 1', `step:${name}`)])).toEqual([]);
  });

  it.each(['A', '2a', 'a-b', 'train model', 'aB'])('that it does not: %s', name => {
    expect(said([tagged('x = 1', `step:${name}`)])).toEqual([
      {
        cell: 0,
        code: 'step-name',
        severity: 'warning',
        message: `“${name}” is no name that Kale accepts.`,
        fix: 'Use small letters, digits and underscores, beginning with a letter.'
      }
    ]);
  });

  it('are asked for', () => {
    expect(said([tagged('x = 1', 'step:')])).toEqual([
      {
        cell: 0,
        code: 'step-name',
        severity: 'error',
        message: 'The step has no name.',
        fix: 'Use small letters, digits and underscores, beginning with a letter.'
      }
    ]);
  });

  it('of our own may be any words', () => {
    expect(said([own('x = 1', { step: 'Train it!' })])).toEqual([]);
  });

  it('stand once, and not again after other steps', () => {
    const cells = [
      tagged('x = 1', 'step:a'),
      tagged('y = 1', 'step:b'),
      tagged('z = 1', 'step:a')
    ];
    expect(said(cells)).toEqual([
      {
        cell: 2,
        code: 'duplicate-step',
        severity: 'error',
        message: 'The step “a” is here a second time, after other steps.',
        fix: 'Give this one another name, or move its cells to the first.'
      }
    ]);
  });
});

describe('settings in tags', () => {
  it.each<[string, string[], object]>([
    ['image', ['image:quay.io/a/b:1'], { image: 'quay.io/a/b:1' }],
    ['no image', ['image:'], {}],
    ['cache', ['cache:disabled', 'cache:enabled'], {}],
    ['no cache', ['cache:disabled'], { cache: false }],
    ['cpu', ['limit:cpu:500m'], { resources: { cpu: '500m' } }],
    [
      'both',
      ['limit:cpu:2', 'limit:memory:1Gi'],
      { resources: { cpu: '2', memory: '1Gi' } }
    ],
    ['another limit', ['limit:nvidia.com/gpu:1'], {}],
    ['a limit of a like name', ['limit:xcpu:1'], {}],
    ['no limit', ['memory:cpu:1'], {}]
  ])('%s', (_, tags, expected) => {
    const pipeline = pipelineOf([tagged('x = 1', 'step:a', ...tags)], 'tags');
    const { image, cache, resources } = step(pipeline, 'a');
    const found = { image, resources, cache: cache ? undefined : false };
    expect(JSON.parse(JSON.stringify(found))).toEqual(expected);
  });
});

describe('tags of Kale that say what is not carried', () => {
  it.each(['limit:nvidia.com/gpu:1', 'annotation:a:b', 'label:a:b', 'secret:s:k:ENV'])(
    '%s',
    tag => {
      expect(said([tagged('x = 1', 'step:a', tag)])).toEqual([
        {
          cell: 0,
          code: 'tag-not-carried',
          severity: 'warning',
          message: `The pipeline does not carry what \`${tag}\` says.`,
          fix: 'Remove the tag, or set it in the compiled YAML.'
        }
      ]);
    }
  );

  it.each(['limit:cpu:1', 'my-label:a', 'report', 'label', 'slide'])('not %s', tag => {
    expect(said([tagged('x = 1', 'step:a', tag)])).toEqual([]);
  });
});

describe('prev', () => {
  it('names a step that is there', () => {
    const cells = [
      tagged('x = 1', 'step:a', 'prev:zzz'),
      tagged('y = 1', 'step:b', 'prev:a', 'prev:')
    ];
    expect(said(cells)).toEqual([
      {
        cell: 0,
        code: 'unknown-step',
        severity: 'error',
        message: '`prev:zzz` names a step that does not exist.',
        fix: 'Use one of: a, b.'
      }
    ]);
  });

  it('makes no circle', () => {
    const message = (one: string, two: string): string =>
      `“${one}” comes after “${two}”, which comes after “${one}”.`;
    const cells = [
      tagged('x = 1', 'step:a', 'prev:c'),
      tagged('y = 1', 'step:b', 'prev:a'),
      tagged('z = 1', 'step:c', 'prev:b')
    ];
    const fix = 'Remove one of the `prev:` tags of this circle.';
    expect(
      errorsOf(cells, 'tags').map(item => [item.cell, item.message, item.fix])
    ).toEqual([
      [0, message('a', 'c'), fix],
      [1, message('b', 'a'), fix],
      [2, message('c', 'b'), fix]
    ]);
  });

  it('leads into a circle of others without being a part of it', () => {
    const cells = [
      tagged('x = 1', 'step:a', 'prev:b'),
      tagged('y = 1', 'step:b', 'prev:a'),
      tagged('z = 1', 'step:c', 'prev:a')
    ];
    expect(errorsOf(cells, 'tags').map(item => item.cell)).toEqual([0, 1]);
  });

  it('puts steps into the order that it asks for', () => {
    const order = (...cells: Tagged[]): string[] =>
      planOf(cells).steps.map(item => item.title);
    expect(
      order(
        tagged('x = 1', 'step:a', 'prev:c'),
        tagged('y = 1', 'step:b'),
        tagged('z = 1', 'step:c', 'prev:d'),
        tagged('w = 1', 'step:d')
      )
    ).toEqual(['b', 'd', 'c', 'a']);
    expect(
      order(
        tagged('x = 1', 'step:a', 'prev:a', 'prev:nobody'),
        tagged('y = 1', 'step:b')
      )
    ).toEqual(['a', 'b']);
    expect(
      order(
        tagged('x = 1', 'step:a', 'prev:b', 'prev:c'),
        tagged('y = 1', 'step:b'),
        tagged('z = 1', 'step:c')
      )
    ).toEqual(['b', 'c', 'a']);
  });
});

describe('what a notebook asks for itself', () => {
  const splitOf = (cells: CellText[], metadata: object = {}): string | undefined =>
    convert({ content: aNotebook(cells, metadata), fileName: 'a.ipynb' }).pipeline
      ?.split;
  const suggestion = (cells: CellText[]): string => {
    const notebook = readNotebook(aNotebook(cells));
    return 'cells' in notebook ? suggested(notebook) : notebook.message;
  };

  it.each(['tags', 'headings', 'one', 'cells'] as const)('%s', split => {
    const cells = split === 'headings' ? ['x = 1'] : [{ md: '# A' }, 'x = 1'];
    expect(splitOf(cells, { mlops: { split } })).toBe(split);
  });

  it('nothing that is known', () => {
    expect(splitOf([{ md: '# A' }, 'x = 1'], { mlops: { split: 'pages' } })).toBe(
      'headings'
    );
  });

  it.each<[string, CellText[], string]>([
    ['a step of our own', [{ md: '# A' }, own('x = 1', { step: 'a' })], 'tags'],
    ['a step of Kale', [{ md: '# A' }, tagged('x = 1', 'block:a')], 'tags'],
    [
      'a heading that only parameters follow',
      [{ md: '# A' }, tagged('n = 1', 'parameters')],
      'one'
    ],
    ['a heading that no code follows', ['x = 1', { md: '# A' }], 'one'],
    ['a heading, then text', [{ md: '# A' }, { md: 'text' }, 'x = 1'], 'headings'],
    ['tags of others', [tagged('x = 1', 'hide-input')], 'one']
  ])('%s', (_, cells, split) => {
    expect(suggestion(cells)).toBe(split);
  });

  it('a step by its file’s name', () => {
    const titleOf = (fileName: string): string | undefined =>
      convert({ content: aNotebook(['x = 1']), fileName, split: 'one' }).pipeline
        ?.steps[0]?.title;
    expect(titleOf('my.ipynb.backup.IPYNB')).toBe('my.ipynb.backup');
  });

  it('no step where there is only a comment', () => {
    expect(
      converted(['# %% a', 'x = 1 # b', '  # c\n\n# d'], 'cells').pipeline?.steps
    ).toMatchObject([{ title: 'Cell 1', cells: [{ index: 1 }] }]);
  });

  it('one step for nothing but parameters', () => {
    const steps = pipelineOf([tagged('n = 1', 'parameters')], 'cells').steps;
    expect(steps).toMatchObject([{ title: 'Cell 1', cells: [{ index: 0 }] }]);
  });
});
