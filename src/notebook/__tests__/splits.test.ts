import { Conversion } from '../../contract/pipeline';
import { convert } from '../convert';
import {
  aNotebook,
  converted,
  errorsOf,
  inputsOf,
  pipelineOf,
  step
} from './a-notebook';
import { headingOf } from '../split/headings';

const titles = (...args: Parameters<typeof pipelineOf>): string[] =>
  pipelineOf(...args).steps.map(item => item.title);

describe('headings', () => {
  it('start a step where code follows', () => {
    const cells = [
      { md: '# Title' },
      { md: '## Load\n\ntext' },
      'a = 1',
      'b = a',
      { md: '## Train' },
      'print(b)'
    ];
    expect(titles(cells, 'headings')).toEqual(['Load', 'Train']);
  });

  it('take deeper levels, fences and comments for text', () => {
    expect(headingOf('### no\n```\n# no\n```')).toBeNull();
    expect(headingOf('Under\n=====')).toBe('Under');
    expect(headingOf('## **Load** the [data](x) ##')).toBe('Load the data');
  });

  it('put code before the first heading into Setup', () => {
    expect(titles(['import os', { md: '# Load' }, 'print(os)'], 'headings')).toEqual([
      'Setup',
      'Load'
    ]);
  });

  it('give the parameters cell to the first step, and a title before it no step', () => {
    const cells = [
      { md: '# Title' },
      { source: 'n = 3', tags: ['parameters'] },
      { md: '## Load' },
      'print(n)'
    ];
    const pipeline = pipelineOf(cells, 'headings');
    expect(pipeline.steps.map(item => item.title)).toEqual(['Load']);
    expect(pipeline.steps[0]?.cells.map(cell => cell.index)).toEqual([1, 3]);
    expect(pipeline.parametersCell).toBe(1);
  });

  it('of the same words get ids of their own', () => {
    const cells = [
      { md: '## Plot' },
      'a = 1',
      { md: '## Plot' },
      'print(a)',
      { md: '## 図' },
      'print(a)'
    ];
    expect(pipelineOf(cells, 'headings').steps.map(item => item.id)).toEqual([
      'plot',
      'plot-2',
      'step'
    ]);
  });
});

describe('tags', () => {
  const tagged = (
    source: string,
    ...tags: string[]
  ): { source: string; tags: string[] } => ({ source, tags });

  it('of Kale make steps, prefixes, parameters and settings', () => {
    const pipeline = pipelineOf(
      [
        tagged('import math', 'imports'),
        tagged('def area(r): return math.pi * r * r', 'functions'),
        tagged('r = 2', 'pipeline-parameters'),
        tagged(
          'a = area(r)',
          'step:compute',
          'limit:memory:2Gi',
          'image:python:3.12',
          'cache:disabled'
        ),
        'b = a',
        tagged('print("never")', 'skip'),
        tagged('print(area(b))', 'block:show', 'prev:compute')
      ],
      'tags'
    );
    expect(pipeline.steps.map(item => item.cells.map(cell => cell.index))).toEqual([
      [0, 1, 2, 3, 4],
      [0, 1, 6]
    ]);
    expect(step(pipeline, 'compute')).toMatchObject({
      image: 'python:3.12',
      resources: { memory: '2Gi' },
      cache: false,
      parameters: ['r'],
      outputs: ['b']
    });
    expect(inputsOf(pipeline, 'show')).toEqual(['b<-compute']);
    expect(step(pipeline, 'show').after).toEqual(['compute']);
  });

  it('find the producer without a prev chain', () => {
    const cells = [
      tagged('x = 1', 'step:a'),
      tagged('y = 1', 'step:b'),
      tagged('print(x)', 'step:c', 'prev:b')
    ];
    expect(inputsOf(pipelineOf(cells, 'tags'), 'c')).toEqual(['x<-a']);
  });

  it('that belong to nobody here are ignored', () => {
    expect(titles([tagged('x = 1', 'step:a', 'hide-input', 'slide')], 'tags')).toEqual([
      'a'
    ]);
  });

  it('report unknown, cyclic and doubled steps at their cell', () => {
    expect(errorsOf([tagged('x = 1', 'step:a', 'prev:zzz')], 'tags')).toMatchObject([
      { cell: 0, code: 'unknown-step' }
    ]);
    const circle = [
      tagged('x = 1', 'step:a', 'prev:b'),
      tagged('y = 1', 'step:b', 'prev:a')
    ];
    expect(errorsOf(circle, 'tags').map(item => item.code)).toEqual([
      'cyclic-steps',
      'cyclic-steps'
    ]);
    const twice = [
      tagged('x = 1', 'step:a'),
      tagged('y = 1', 'step:b'),
      tagged('z = 1', 'step:a')
    ];
    expect(errorsOf(twice, 'tags')).toMatchObject([
      { cell: 2, code: 'duplicate-step' }
    ]);
  });

  it.each(['headings', 'one', 'cells', 'tags'] as const)(
    'of our own metadata carry settings however cells become steps: %s',
    split => {
      const mlops = { cpu: '500m', memory: '2Gi', retries: 1, step: 'Own' };
      const { pipeline } = converted([{ source: 'x = 1', metadata: { mlops } }], split);
      expect(pipeline?.steps[0]).toMatchObject({
        resources: { cpu: '500m', memory: '2Gi' },
        retries: 1
      });
    }
  );

  it('of our own metadata win over Kale and carry settings', () => {
    const cell = {
      source: 'x = 1',
      tags: ['step:kale'],
      metadata: { mlops: { step: 'Own step', retries: 2, timeoutSeconds: 9 } }
    };
    expect(pipelineOf([cell], 'tags').steps[0]).toMatchObject({
      id: 'own-step',
      title: 'Own step',
      retries: 2,
      timeoutSeconds: 9
    });
  });

  it('run in the order that prev asks for', () => {
    const cells = [
      tagged('print(x)', 'step:late', 'prev:early'),
      tagged('x = 1', 'step:early')
    ];
    expect(titles(cells, 'tags')).toEqual(['early', 'late']);
  });
});

describe('the split that nobody asked for', () => {
  const found = (
    cells: Parameters<typeof aNotebook>[0],
    metadata: object = {}
  ): string | undefined =>
    Conversion.parse(
      convert({ content: aNotebook(cells, metadata), fileName: 'a.ipynb' })
    ).pipeline?.split;

  it('follows tags, else headings, else is one step', () => {
    expect(found([{ source: 'x = 1', tags: ['step:a'] }, { md: '# H' }, 'y = 1'])).toBe(
      'tags'
    );
    expect(found([{ md: '# H' }, 'y = 1'])).toBe('headings');
    expect(found(['y = 1'])).toBe('one');
    expect(found(['y = 1'], { mlops: { split: 'cells' } })).toBe('cells');
  });

  it('leaves out injected parameters and empty cells', () => {
    const cells = [
      'x = 1',
      { source: 'x = 2', tags: ['injected-parameters'] },
      '# nothing',
      '',
      'print(x)'
    ];
    expect(pipelineOf(cells, 'one').steps[0]?.cells.map(cell => cell.index)).toEqual([
      0, 4
    ]);
    expect(converted(cells, 'cells').pipeline?.steps.map(item => item.title)).toEqual([
      'Cell 1',
      'Cell 2'
    ]);
  });
});
