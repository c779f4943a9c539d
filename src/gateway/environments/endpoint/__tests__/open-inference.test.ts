import { buildVersion } from '../../__tests__/model-builder';
import { predictionsOf, rowsOf } from '../open-inference';

const { signature } = buildVersion();
const body = (inputs: unknown, more = {}): string =>
  JSON.stringify({ inputs, ...more });
const tensor = (name: string, shape: number[], data: unknown): object => ({
  name,
  shape,
  data,
  datatype: 'FP64'
});

test('one tensor a column becomes rows', () => {
  const text = body([
    tensor('temp', [2], [1, 2]),
    tensor('hour', [2, 1], [[3], [null]])
  ]);
  expect(rowsOf(text, signature)?.rows).toEqual([
    { temp: 1, hour: 3 },
    { temp: 2, hour: null }
  ]);
});

test.each([
  ['flat', [1, 2, 3, 4]],
  [
    'nested',
    [
      [1, 2],
      [3, 4]
    ]
  ]
])(
  'one %s tensor with all columns has them in the order of the signature',
  (_, data) => {
    expect(rowsOf(body([tensor('x', [2, 2], data)]), signature)?.rows).toEqual([
      { temp: 1, hour: 2 },
      { temp: 3, hour: 4 }
    ]);
  }
);

test('id and event time are taken over; what is no time is left out', () => {
  const given = { id: 'r', parameters: { event_time: '2011-04-01T00:00:00Z' } };
  expect(rowsOf(body([tensor('temp', [1], [1])], given), signature)).toMatchObject({
    id: 'r',
    eventTime: '2011-04-01T00:00:00Z'
  });
  const wrong = { parameters: { event_time: 'yesterday' } };
  expect(
    rowsOf(body([tensor('temp', [1], [1])], wrong), signature)?.eventTime
  ).toBeUndefined();
});

test.each([
  ['not JSON', '{'],
  ['without inputs', '{}'],
  ['of unequal columns', body([tensor('temp', [1], [1]), tensor('hour', [2], [1, 2])])],
  ['whose shape does not fit', body([tensor('temp', [3], [1])])],
  ['of objects', body([tensor('temp', [1], [{}])])]
])('a request %s has no rows to keep', (_, text) => {
  expect(rowsOf(text, signature)).toBeNull();
});

test('predictions are those of the first output', () => {
  expect(
    predictionsOf(JSON.stringify({ outputs: [tensor('p', [2, 1], [[1], [2]])] }))
  ).toEqual([1, 2]);
  expect(predictionsOf('{"error":"no"}')).toEqual([]);
});
