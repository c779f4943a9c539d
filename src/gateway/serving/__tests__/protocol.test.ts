import type { Column, Signature } from '../../../contract/model';
import { inferenceRequest, readFailure, readPrediction } from '../inference-protocol';
import { validateRows } from '../input-validation';

const column = (name: string, change: Partial<Column> = {}): Column => ({
  name,
  datatype: 'FP64',
  dtype: 'float64',
  nullable: false,
  categories: null,
  ...change
});
const signature: Signature = {
  task: 'regression',
  inputs: [
    column('age'),
    column('visits', { datatype: 'INT64', dtype: 'int64' }),
    column('city', { datatype: 'BYTES', dtype: 'str' }),
    column('member', { datatype: 'BOOL', dtype: 'bool' })
  ],
  outputs: [],
  target: null
};
const ROW = { age: 1.5, visits: 2, city: 'A', member: true };

describe('rows that are checked against a signature', () => {
  it.each([ROW, { ...ROW, age: null }, { ...ROW, city: null }, { ...ROW, age: 3 }])(
    'pass when they fit: %j',
    row => {
      expect(() => validateRows([row], signature)).not.toThrow();
    }
  );

  it.each([
    [
      { ...ROW, visits: 2.5 },
      '"visits": expected a whole number, given a number with a fraction'
    ],
    [{ ...ROW, visits: null }, '"visits": expected a whole number, given nothing'],
    [{ ...ROW, age: '12' }, '"age": expected a number, given text'],
    [{ ...ROW, age: [1] }, '"age": expected a number, given a list'],
    [{ ...ROW, member: 1 }, '"member": expected true or false, given a whole number'],
    [{ ...ROW, city: { a: 1 } }, '"city": expected text, given an object'],
    [{ ...ROW, extra: 1 }, 'Row 2 has a column "extra" that the model does not know.'],
    [{ age: 1, visits: 1, city: 'A' }, 'Row 2 has no column "member".'],
    [{ ...ROW, age: undefined }, '"age": expected a number, given nothing']
  ])('are refused with row, column and what was expected: %j', (row, message) => {
    expect(() => validateRows([ROW, row], signature)).toThrow(message);
  });

  it('are never quoted in a message', () => {
    const check = () => validateRows([{ ...ROW, age: 'a private word' }], signature);
    expect(check).toThrow(expect.not.stringContaining('private'));
  });
});

describe('the Open Inference Protocol', () => {
  it('carries one tensor a column, missing values as null', () => {
    const body: unknown = JSON.parse(
      inferenceRequest([ROW, { ...ROW, age: null }], signature)
    );
    expect(body).toMatchObject({
      inputs: [
        { name: 'age', datatype: 'FP64', shape: [2, 1], data: [1.5, null] },
        { name: 'visits', datatype: 'INT64', shape: [2, 1], data: [2, 2] },
        { name: 'city', datatype: 'BYTES', shape: [2, 1], data: ['A', 'A'] },
        { name: 'member', datatype: 'BOOL', shape: [2, 1], data: [true, true] }
      ]
    });
  });

  it.each([
    [{}, [undefined, undefined]],
    [{ id: 'r1' }, ['r1', undefined]],
    [
      { id: 'r1', eventTime: '2026-04-01T10:00:00Z' },
      ['r1', { event_time: '2026-04-01T10:00:00Z' }]
    ]
  ])('says of a request what is known: %j', (facts, [id, parameters]) => {
    const body: unknown = JSON.parse(inferenceRequest([ROW], signature, facts));
    expect(body).toEqual({ id, parameters, inputs: expect.any(Array) });
  });

  const predict = (data: unknown[]) => ({
    outputs: [{ name: 'predict', shape: [data.length], datatype: 'FP64', data }]
  });

  it('gives predictions, and probabilities by class', () => {
    expect(readPrediction(predict([1, 2]), 2)).toEqual({ predictions: [1, 2] });
    const proba = {
      name: 'predict_proba',
      shape: [2, 2],
      datatype: 'FP64',
      parameters: { classes: ['no', 'yes'] },
      data: [0.1, 0.9, 0.8, 0.2]
    };
    const reply = { outputs: [...predict(['yes', 'no']).outputs, proba] };
    expect(readPrediction(reply, 2)).toEqual({
      predictions: ['yes', 'no'],
      classes: ['no', 'yes'],
      probabilities: [
        [0.1, 0.9],
        [0.8, 0.2]
      ]
    });
  });

  it.each([
    [predict([1, null]), 'no value for row 2'],
    [predict([1]), '1 values for 2 rows'],
    [{ outputs: [] }, '0 values for 2 rows'],
    ['nonsense', 'not one of the protocol']
  ])('takes nothing else for an answer: %j', (reply, cause) => {
    expect.assertions(1);
    try {
      readPrediction(reply, 2);
    } catch (error) {
      expect(error).toMatchObject({ body: { cause: expect.stringContaining(cause) } });
    }
  });

  it("tells the server's own reason", () => {
    expect(readFailure(400, '{"error": "ValueError: no"}').body.cause).toBe(
      'ValueError: no'
    );
    expect(readFailure(502, '<html>').body.cause).toContain('status 502');
  });
});
