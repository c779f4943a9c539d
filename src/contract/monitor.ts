import { z } from 'zod';

import { ApiError } from './error';
import { Digest, Name, Timestamp } from './identifier';
import { Comparison } from './model';

/** Small bars of baseline and window over the same edges or categories; shares that sum to 1. */
export const HistogramPair = z.object({
  /** Bin edges of a numeric feature, or the names of a categorical one. */
  edges: z.array(z.number()).nullable(),
  categories: z.array(z.string()).nullable(),
  baseline: z.array(z.number()),
  window: z.array(z.number())
});
export type HistogramPair = z.infer<typeof HistogramPair>;

export const FeatureDrift = z.object({
  feature: z.string(),
  kind: z.enum(['numeric', 'categorical']),
  test: z.enum(['kolmogorov-smirnov', 'chi-squared']),
  /** Greatest distance of the two distributions, 0 to 1: KS statistic, or total variation. */
  effect: z.number(),
  /** The effect that this feature's own training blocks reach without drift. */
  floor: z.number(),
  p: z.number(),
  /** After Benjamini–Hochberg over the features of the window. */
  adjustedP: z.number(),
  baselineMean: z.number().nullable(),
  windowMean: z.number().nullable(),
  baselineMissing: z.number(),
  windowMissing: z.number(),
  state: z.enum(['drifted', 'small-change', 'no-change-found']),
  histogram: HistogramPair
});
export type FeatureDrift = z.infer<typeof FeatureDrift>;

/** Requests of one window against the baseline. */
export const DriftWindow = z.object({
  from: Timestamp,
  to: Timestamp,
  rows: z.number().int(),
  state: z.enum(['drift', 'no-drift', 'no-data']),
  /** Feature → effect: what the time line draws. */
  effects: z.record(z.string(), z.number()),
  drifted: z.array(z.string())
});
export type DriftWindow = z.infer<typeof DriftWindow>;

export const AlertState = z.enum(['pending', 'firing', 'resolved', 'silenced']);

export const Alert = z.object({
  id: z.string(),
  kind: z.enum(['drift', 'errors', 'latency']),
  environment: Name,
  model: Name,
  version: z.number().int(),
  severity: z.enum(['critical', 'warning', 'info']),
  state: AlertState,
  /** One sentence: what, how bad. */
  summary: z.string(),
  features: z.array(z.string()),
  pendingSince: Timestamp,
  firingSince: Timestamp.nullable(),
  resolvedAt: Timestamp.nullable(),
  silence: z
    .object({ by: z.string(), reason: z.string(), until: Timestamp })
    .nullable(),
  /** The retraining that it led to. */
  retraining: z.string().nullable()
});
export type Alert = z.infer<typeof Alert>;

/** What a model in an environment looks like from the outside. */
export const Monitor = z.object({
  environment: Name,
  model: Name,
  version: z.number().int(),
  /** `no-baseline`: the version was registered without one, so drift cannot be told. */
  state: z.enum(['drift', 'no-drift', 'no-data', 'no-baseline']),
  /** Such as `21 of 100 rows`. */
  detail: z.string(),
  rowsInWindow: z.number().int(),
  rowsNeeded: z.number().int(),
  /** Largest effect over floor, one a window, oldest first. */
  sparkline: z.array(z.number()),
  alerts: z.array(Alert)
});
export type Monitor = z.infer<typeof Monitor>;

export const DriftReport = z.object({
  environment: Name,
  model: Name,
  version: z.number().int(),
  baseline: z.object({
    digest: Digest,
    rows: z.number().int(),
    from: Timestamp.nullable(),
    to: Timestamp.nullable()
  }),
  window: DriftWindow.nullable(),
  /** The sentence on top. */
  summary: z.string(),
  rule: z.string(),
  features: z.array(FeatureDrift),
  timeline: z.array(DriftWindow),
  /** Of the window's labelled rows; null where no label has arrived. */
  performance: z
    .object({
      metric: z.string(),
      value: z.number(),
      rows: z.number().int(),
      /** The same metric when the version was registered. */
      registered: z.number().nullable()
    })
    .nullable(),
  service: z.object({
    requests: z.number().int(),
    errors: z.number().int(),
    p95Milliseconds: z.number().nullable()
  }),
  alert: Alert.nullable(),
  checkedAt: Timestamp.nullable()
});
export type DriftReport = z.infer<typeof DriftReport>;

export const SilenceRequest = z.object({
  reason: z.string().trim().min(1, 'A reason is needed.').max(2000),
  hours: z.number().positive().max(720).default(24)
});
export type SilenceRequest = z.input<typeof SilenceRequest>;

/** Everything has a default, so that one click is enough. */
export const RetrainRequest = z.object({
  environment: Name,
  model: Name,
  alert: z.string().nullable().default(null),
  parameters: z.record(z.string(), z.unknown()).default({}),
  /** Path in the notebook's folder → file with the fresh data; from `mlops.yaml` where absent. */
  files: z.record(z.string(), z.string()).optional(),
  /** Rows after it are withheld from training and judge both versions; proposed where absent. */
  cutOff: Timestamp.optional()
});
export type RetrainRequest = z.input<typeof RetrainRequest>;

export const RetrainingState = z.enum([
  'preparing',
  'training',
  'registering',
  'comparing',
  'succeeded',
  'failed'
]);

export const Retraining = z.object({
  id: z.string(),
  environment: Name,
  model: Name,
  champion: z.number().int(),
  alert: z.string().nullable(),
  state: RetrainingState,
  cutOff: Timestamp.nullable(),
  run: z.string().nullable(),
  challenger: z.number().int().nullable(),
  comparison: Comparison.nullable(),
  createdAt: Timestamp,
  endedAt: Timestamp.nullable(),
  error: ApiError.nullable()
});
export type Retraining = z.infer<typeof Retraining>;
