import { gunzipSync } from 'node:zlib';

import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { PROBE } from '../../serving/inference-protocol';
import {
  Cells,
  EventTime,
  Predictions,
  type Column,
  type ReadReply,
  type ReadRequest
} from './exchange';

/** Of a body, also after it was unpacked. */
export const MOST_BYTES = 8 * 1024 * 1024;
/** A request is written in one transaction, by the collector and by whoever reads from it. */
export const MOST_ROWS = 20_000;

const Tensor = z.object({
  name: z.string().min(1),
  shape: z.array(z.number().int().min(0)),
  data: z.array(z.unknown())
});
const Request = z.object({
  id: z.string().max(1024).nullish(),
  parameters: z.looseObject({ event_time: z.unknown() }).nullish(),
  inputs: z.array(Tensor).min(1)
});
const Reply = z.object({
  id: z.string().max(1024).nullish(),
  outputs: z.array(Tensor).min(1)
});

/**
 * Reads the body of an Open Inference Protocol request, one tensor a column as our runtime takes it.
 *
 * @param sensitive Columns that are not kept.
 * @returns null for what is no question of a user: an empty body, as GET has, and our own probes
 * @throws MlopsError `body-unreadable`, `body-too-large`
 */
export function readRequest(body: Buffer, sensitive: string[]): ReadRequest | null {
  const text = textOf(body);
  if (text === '') {
    return null;
  }
  const { id = null, parameters, inputs } = checked(Request, text);
  if (id?.startsWith(PROBE)) {
    return null;
  }
  const columns = inputs.map(columnOf);
  const rows = columns[0].values.length;
  if (rows === 0 || columns.some(({ values }) => values.length !== rows)) {
    throw unreadable('its tensors have no rows, or not the same number');
  }
  if (rows > MOST_ROWS) {
    throw new MlopsError('refused', {
      code: 'body-too-large',
      message: `A request with more than ${MOST_ROWS} rows is not collected.`
    });
  }
  const names = new Set(columns.map(({ name }) => name));
  if (names.size < columns.length) {
    throw unreadable('two tensors have the same name');
  }
  const eventTime = EventTime.safeParse(parameters?.event_time).data ?? null;
  return {
    id,
    rows,
    columns: columns.filter(({ name }) => !sensitive.includes(name)),
    eventTime: Array.isArray(eventTime) && eventTime.length !== rows ? null : eventTime
  };
}

/**
 * Reads the body of an Open Inference Protocol answer.
 *
 * @returns null for what answers no question of a user
 * @throws MlopsError `body-unreadable`, `body-too-large`
 */
export function readReply(body: Buffer): ReadReply | null {
  const text = textOf(body);
  if (text === '') {
    return null;
  }
  const { id = null, outputs } = checked(Reply, text);
  if (id?.startsWith(PROBE)) {
    return null;
  }
  const predict = outputs.find(({ name }) => name === 'predict') ?? outputs[0];
  return {
    id,
    predictions: Predictions.safeParse(predict.data.flat(Infinity)).data ?? []
  };
}

function columnOf({ name, shape, data }: z.infer<typeof Tensor>): Column {
  const [count, width = 1, ...more] = shape;
  const cells = Cells.safeParse(data.flat(Infinity));
  if (!cells.success || width !== 1 || more.length > 0 || cells.data.length !== count) {
    throw unreadable('a tensor is not one column of numbers, texts, true and false');
  }
  return { name, values: cells.data };
}

/** The logger passes on what went over the wire, which may be packed, and does not say so. */
function textOf(body: Buffer): string {
  if (body[0] !== 0x1f || body[1] !== 0x8b) {
    return body.toString('utf8').trim();
  }
  try {
    return gunzipSync(body, { maxOutputLength: MOST_BYTES }).toString('utf8').trim();
  } catch {
    throw unreadable('it is packed, and cannot be unpacked to 8 MiB');
  }
}

function checked<T>(schema: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable('it is no JSON');
  }
  const read = schema.safeParse(value);
  if (!read.success) {
    // The place only: what stands there may be a value of a row.
    throw unreadable(`at ${read.error.issues[0].path.join('.') || 'its top'}`);
  }
  return read.data;
}

function unreadable(why: string): MlopsError {
  return new MlopsError('refused', {
    code: 'body-unreadable',
    message: `This is no body of the Open Inference Protocol as our runtime takes it: ${why}.`
  });
}
