import { z } from 'zod';

import { Digest, Timestamp } from '../../../contract/identifier';

export const Cells = z.array(z.union([z.number(), z.string(), z.boolean(), z.null()]));
export const EventTime = z.union([Timestamp, z.array(Timestamp)]);
export const Predictions = z.array(z.union([z.number(), z.string(), z.boolean()]));

const Column = z.object({ name: z.string(), values: Cells });
export type Column = z.infer<typeof Column>;

/** What is kept of a request to a model. */
export const ReadRequest = z.object({
  /** The caller's own; null where it gave none. */
  id: z.string().nullable(),
  rows: z.number().int().min(1),
  /** One tensor a column, without the sensitive ones. */
  columns: z.array(Column),
  eventTime: EventTime.nullable()
});
export type ReadRequest = z.infer<typeof ReadRequest>;

/** What is kept of a model's answer. */
export const ReadReply = z.object({
  id: z.string().nullable(),
  /** One a row; empty where a row has none. */
  predictions: Predictions
});
export type ReadReply = z.infer<typeof ReadReply>;

/** A request with its answer, as the collector keeps it and the gateway reads it. */
export const Exchange = z.object({
  ...ReadRequest.shape,
  ...ReadReply.shape,
  /** By which its true values are told later. */
  id: z.string(),
  digest: Digest,
  environment: z.string(),
  at: Timestamp,
  milliseconds: z.number().min(0)
});
export type Exchange = z.infer<typeof Exchange>;

/** How often something happened, by the names of what can happen. */
export const Counts = z.record(z.string(), z.number());
export type Counts = z.infer<typeof Counts>;

/**
 * What `monitor follow` says, one JSON document a line. It begins with `hello`, then waits for
 * `{"after": N}`; a page of exchanges is followed by the next while at most {@link PAGES_AHEAD} have
 * no `{"after": N}` of their own.
 */
export const FollowLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    /** Another one where what was there before has gone. */
    epoch: z.string().min(1),
    /** Number of the oldest exchange that is still there, and of the newest that was ever taken. */
    oldest: z.number().int(),
    newest: z.number().int(),
    counts: Counts
  }),
  z.object({
    type: z.literal('page'),
    /** Number of its last exchange. */
    last: z.number().int(),
    exchanges: z.array(Exchange)
  }),
  z.object({ type: z.literal('alive'), counts: Counts })
]);
export type FollowLine = z.infer<typeof FollowLine>;

/** What the reader answers: everything up to this number is stored. */
export const FollowAnswer = z.object({ after: z.number().int().min(0) });

export const PAGES_AHEAD = 4;
/** `alive` is said this often, and answered with the last `after`; three missing ones end it. */
export const ALIVE_EVERY = 10_000;
