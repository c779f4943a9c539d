import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import type { Signature } from '../../contract/model';
import type { IPrediction, IRequestFacts } from './port';

/** Ids that begin so are of our own questions, which are no traffic and are not captured. */
export const PROBE = 'jupyterlab-mlops/probe/';

/** The parts of an Open Inference Protocol v2 reply that are read here. */
const Scalar = z.union([z.number(), z.string(), z.boolean()]);
const Output = z.object({
  name: z.string(),
  shape: z.array(z.number().int()),
  datatype: z.string(),
  data: z.array(z.union([Scalar, z.null()])),
  parameters: z.looseObject({ classes: z.array(Scalar).optional() }).optional()
});
const Reply = z.object({ outputs: z.array(Output) });

/**
 * Rows as the body of a v2 request: one tensor a column, missing values null. Event times go into
 * `parameters.event_time`, where the endpoints and the collector look for them.
 */
export function inferenceRequest(
  rows: readonly Readonly<Record<string, unknown>>[],
  signature: Signature,
  { id, eventTime }: IRequestFacts = {}
): string {
  return JSON.stringify({
    id,
    parameters: eventTime === undefined ? undefined : { event_time: eventTime },
    inputs: signature.inputs.map(({ name, datatype }) => ({
      name,
      datatype,
      shape: [rows.length, 1],
      data: rows.map(row => row[name] ?? null)
    }))
  });
}

/**
 * Reads the reply of our runtime.
 *
 * @param rows How many rows were asked.
 * @throws MlopsError `prediction-failed` where it is not one prediction a row
 */
export function readPrediction(reply: unknown, rows: number): IPrediction {
  const parsed = Reply.safeParse(reply);
  if (!parsed.success) {
    throw failed('The model server gave a reply that is not one of the protocol.');
  }
  const outputs = new Map(parsed.data.outputs.map(output => [output.name, output]));
  const predict = outputs.get('predict');
  if (!predict || predict.data.length !== rows) {
    throw failed(
      `The model gave ${predict?.data.length ?? 0} values for ${rows} rows; one a row is needed.`
    );
  }
  const predictions = predict.data.map((value, index) => {
    if (value === null) {
      throw failed(`The model gave no value for row ${index + 1} (NaN).`);
    }
    return value;
  });
  const proba = outputs.get('predict_proba');
  const classes = proba?.parameters?.classes;
  if (!proba || !classes) {
    return { predictions };
  }
  return {
    predictions,
    classes,
    probabilities: toRows(proba.data, rows, classes.length)
  };
}

function toRows(data: readonly unknown[], rows: number, width: number): number[][] {
  const numbers = z
    .array(z.number())
    .length(rows * width)
    .safeParse(data);
  if (!numbers.success) {
    throw failed('The model gave probabilities that do not fit its classes.');
  }
  return Array.from({ length: rows }, (_, row) =>
    numbers.data.slice(row * width, (row + 1) * width)
  );
}

/** What an answer other than 200 says. */
export function readFailure(status: number, body: string): MlopsError {
  const parsed = z.object({ error: z.string() }).safeParse(parseJson(body));
  return failed(
    parsed.success
      ? parsed.data.error
      : `The model server answered with status ${status}.`
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function failed(cause: string): MlopsError {
  return new MlopsError('failed', {
    code: 'prediction-failed',
    message: 'The model could not answer the request.',
    cause
  });
}
