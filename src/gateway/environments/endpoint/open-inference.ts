import { z } from 'zod';

import type { Signature } from '../../../contract/model';

const Cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const Tensor = z.object({
  name: z.string(),
  shape: z.array(z.number().int().min(0)),
  data: z.array(z.unknown())
});
const Request = z.object({
  id: z.string().optional(),
  parameters: z.record(z.string(), z.unknown()).optional(),
  inputs: z.array(Tensor).min(1)
});
const Reply = z.object({ id: z.string().optional(), outputs: z.array(Tensor).min(1) });
const EventTime = z.union([z.iso.datetime(), z.array(z.iso.datetime())]);

/** What an Open Inference Protocol request says in rows; null where it is not in a known shape. */
export interface IInferenceRows {
  id: string | null;
  rows: Record<string, unknown>[];
  /** From `parameters.event_time`. */
  eventTime: string | string[] | undefined;
}

/**
 * Reads tensors as rows: one tensor of shape [n] or [n, 1] a column, or one of shape [n, k] whose
 * columns stand in the order of the signature.
 */
export function rowsOf(body: string, signature: Signature): IInferenceRows | null {
  const request = parse(body, Request);
  if (!request) {
    return null;
  }
  const columns = request.inputs.flatMap(input => columnsOf(input, signature));
  const count = columns[0]?.values.length ?? 0;
  if (count === 0 || columns.some(({ values }) => values.length !== count)) {
    return null;
  }
  const eventTime = EventTime.safeParse(request.parameters?.event_time);
  return {
    id: request.id ?? null,
    rows: Array.from({ length: count }, (_, row) =>
      Object.fromEntries(columns.map(({ name, values }) => [name, values[row]]))
    ),
    eventTime: eventTime.success ? eventTime.data : undefined
  };
}

/** Values of the first output tensor; empty where the reply is not in a known shape. */
export function predictionsOf(body: string): (number | string | boolean)[] {
  const output = parse(body, Reply)?.outputs[0];
  const values = z
    .array(z.union([z.number(), z.string(), z.boolean()]))
    .safeParse(output?.data.flat(Infinity));
  return values.success ? values.data : [];
}

function parse<T>(body: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(body)).data ?? null;
  } catch {
    // Not JSON: the model server answers such a request with its own words.
    return null;
  }
}

function columnsOf(
  tensor: z.infer<typeof Tensor>,
  signature: Signature
): { name: string; values: unknown[] }[] {
  const cells = z.array(Cell).safeParse(tensor.data.flat(Infinity));
  const [count, width = 1] = tensor.shape;
  if (!cells.success || cells.data.length !== count * width) {
    return [];
  }
  if (width === 1) {
    return [{ name: tensor.name, values: cells.data }];
  }
  return signature.inputs.slice(0, width).map(({ name }, column) => ({
    name,
    values: Array.from({ length: count }, (_, row) => cells.data[row * width + column])
  }));
}
