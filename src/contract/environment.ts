import { z } from 'zod';

import { ApiError } from './error';
import { Actor, Digest, Name, Timestamp } from './identifier';

/** What an environment declares for one model. */
export const Release = z.object({
  model: Name,
  version: z.number().int(),
  digest: Digest,
  /** Digest of the intelligent app's content; null where the model has none. */
  app: Digest.nullable(),
  baseline: Digest.nullable(),
  /** The commit that made it so. */
  revision: z.string(),
  promotion: z.string(),
  at: Timestamp,
  actor: Actor
});
export type Release = z.infer<typeof Release>;

export const Health = z.enum([
  'healthy',
  'progressing',
  'degraded',
  'stopped',
  'unknown'
]);
export type Health = z.infer<typeof Health>;

/** A served model: a stable address whatever version is behind it. */
export const Endpoint = z.object({
  environment: Name,
  model: Name,
  /** Version that answers now; null while none does. */
  version: z.number().int().nullable(),
  digest: Digest.nullable(),
  health: Health,
  /** In sync: what serves is what Git declares. */
  synced: z.boolean(),
  error: ApiError.nullable(),
  /** Path below the server's base URL. */
  path: z.string(),
  /** Loopback address that asks for a token; null while no gateway serves it. */
  address: z.string().nullable(),
  /** Path of the intelligent app below the server's base URL; null where there is none. */
  app: z.string().nullable(),
  /** Pods that serve it, and pods that should; null where it is served without pods. */
  replicas: z
    .object({ ready: z.number().int().min(0), total: z.number().int().min(0) })
    .nullable()
    .default(null),
  /** Over the last five minutes. */
  requestsPerMinute: z.number(),
  errorRate: z.number(),
  /** Requests that were wrong themselves (4xx): no error of the endpoint. */
  refusedRate: z.number(),
  p95Milliseconds: z.number().nullable()
});
export type Endpoint = z.infer<typeof Endpoint>;

/** The rules of an environment, as its `environment.yaml` holds them. */
export const EnvironmentRules = z.object({
  after: Name.nullable()
    .default(null)
    .describe(
      'The environment that must have run a version before; null for the first.'
    ),
  approvals: z
    .number()
    .int()
    .min(0)
    .max(5)
    .default(0)
    .describe(
      'Approvals by people other than the author before a promotion is merged.'
    ),
  maxP95Milliseconds: z
    .number()
    .positive()
    .default(500)
    .describe('Greatest p95 latency of the test, in milliseconds.'),
  maxBytes: z
    .number()
    .int()
    .positive()
    .default(1073741824)
    .describe('Greatest size of the model artifact, in bytes.')
});
export type EnvironmentRules = z.infer<typeof EnvironmentRules>;

const { after, approvals, maxP95Milliseconds, maxBytes } = EnvironmentRules.shape;

/** Rules as `mlops.yaml` names them: what it leaves out stays as the environment has it. */
export const ProposedRules = z.object({
  after: after
    .unwrap()
    .optional()
    .describe(after.description ?? ''),
  approvals: approvals
    .unwrap()
    .optional()
    .describe(approvals.description ?? ''),
  maxP95Milliseconds: maxP95Milliseconds
    .unwrap()
    .optional()
    .describe(maxP95Milliseconds.description ?? ''),
  maxBytes: maxBytes
    .unwrap()
    .optional()
    .describe(maxBytes.description ?? '')
});

export const Environment = z.object({
  name: Name,
  /** Where it runs, such as `this computer`. */
  target: z.string(),
  rules: EnvironmentRules,
  /** Newest commit of the repository that the reconciler has seen. */
  revision: z.string().nullable(),
  releases: z.array(Release),
  endpoints: z.array(Endpoint)
});
export type Environment = z.infer<typeof Environment>;

/** A request to a served model: rows by column name, or the Open Inference Protocol's tensors. */
export const PredictRequest = z.object({
  id: z.string().max(200).optional(),
  rows: z.array(z.record(z.string(), z.unknown())).min(1).max(10000),
  /** When the predicted thing happens, one for all rows or one each. */
  eventTime: z.union([Timestamp, z.array(Timestamp)]).optional()
});
export type PredictRequest = z.infer<typeof PredictRequest>;

export const PredictReply = z.object({
  id: z.string(),
  model: Name,
  version: z.number().int(),
  digest: Digest,
  predictions: z.array(z.union([z.number(), z.string(), z.boolean()])),
  /** Probability per class, in the order of `classes`. */
  probabilities: z.array(z.array(z.number())).optional(),
  classes: z.array(z.union([z.number(), z.string(), z.boolean()])).optional()
});
export type PredictReply = z.infer<typeof PredictReply>;

/** True labels that arrive later. */
export const FeedbackRequest = z.object({
  labels: z
    .array(
      z.object({
        /** The `id` of the request, and the row in it. */
        id: z.string(),
        row: z.number().int().min(0).default(0),
        value: z.union([z.number(), z.string(), z.boolean()])
      })
    )
    .min(1)
    .max(10000)
});
export type FeedbackRequest = z.input<typeof FeedbackRequest>;
