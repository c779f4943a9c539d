import type { Step } from '../../../contract/pipeline';
import { arrivingValues, keptValues, type Handed } from '../arriving-values';

function buildStep(id: string, parts: Partial<Step> = {}): Step {
  return {
    id,
    title: id,
    cells: [],
    inputs: [],
    outputs: [],
    after: [],
    parameters: [],
    filesRead: [],
    filesWritten: [],
    imports: [],
    environment: [],
    retries: 0,
    cache: true,
    ...parts
  };
}

const value = {
  digest: 'd',
  bytes: 1,
  type: 'list',
  kind: 'value' as const,
  shape: ''
};
const handed = (names: string[], parts: Partial<Handed> = {}): Handed => ({
  values: Object.fromEntries(names.map(name => [name, value])),
  groups: [],
  removed: [],
  ...parts
});

const read = (variable: string, from: string): Step['inputs'][number] => ({
  variable,
  from
});
const load = buildStep('load', { outputs: ['a', 'b'] });
const touch = buildStep('touch', { inputs: [read('a', 'load')], after: ['load'] });
const aside = buildStep('aside', { inputs: [read('a', 'load')], after: ['load'] });
const show = buildStep('show', {
  inputs: [read('a', 'load'), read('b', 'load')],
  after: ['touch']
});
const steps = [load, touch, aside, show];

function arriving(results: Record<string, Handed>): Record<string, string> {
  const found = arrivingValues(show, steps, id => results[id] ?? null);
  return Object.fromEntries(found.map(({ variable, from }) => [variable, from]));
}

test('a value comes from the step that the plan names, where nobody has changed it', () => {
  expect(arriving({ load: handed(['a', 'b']), touch: handed([]) })).toEqual({
    a: 'load',
    b: 'load'
  });
});

test('a value comes from the last step that has changed it', () => {
  expect(arriving({ load: handed(['a', 'b']), touch: handed(['a']) })).toEqual({
    a: 'touch',
    b: 'load'
  });
});

test('steps that it does not wait for have no say, whenever they end', () => {
  expect(arriving({ load: handed(['a', 'b']), aside: handed(['a', 'b']) })).toEqual({
    a: 'load',
    b: 'load'
  });
});

test('what shares an object with a value comes with it, while it comes from the same step', () => {
  const shared = handed(['a', 'b', 'c', 'd'], { groups: [['a', 'c', 'd']] });
  expect(arriving({ load: shared, touch: handed(['d']) })).toEqual({
    a: 'load',
    b: 'load',
    c: 'load'
  });
  expect(arriving({ load: shared, touch: handed([], { removed: ['c'] }) })).toEqual({
    a: 'load',
    b: 'load',
    d: 'load'
  });
});

test('inputs stand in the order of the notebook, so that the newest state of a class wins', () => {
  const found = arrivingValues(show, steps, id =>
    id === 'load' ? handed(['a', 'b']) : id === 'touch' ? handed(['a']) : null
  );
  expect(found.map(({ from }) => from)).toEqual(['load', 'touch']);
});

test('a step hands on what is its own, and of what came in what later steps read', () => {
  const came = [read('a', 'load'), read('other', 'load')];
  expect(keptValues(touch, steps, came)).toEqual(['a']);
  expect(keptValues(load, steps, [])).toEqual(['a', 'b']);
  expect(keptValues(show, steps, came)).toEqual([]);
});
