import { z } from 'zod';

import { Actor, Digest, Name, Timestamp } from './identifier';
import { SourceCommit } from './run';

/** One column of a model's input or output. */
export const Column = z.object({
  name: z.string(),
  /** As the Open Inference Protocol v2 names it: FP64, INT64, BOOL, BYTES. */
  datatype: z.enum(['BOOL', 'INT64', 'FP64', 'BYTES']),
  /** The dtype the model was trained with, such as `float64` or `category`. */
  dtype: z.string(),
  /** Whether a missing value was seen in training. */
  nullable: z.boolean(),
  /** The categories seen in training, where there are few. */
  categories: z.array(z.string()).nullable()
});
export type Column = z.infer<typeof Column>;

export const Signature = z.object({
  task: z.enum(['regression', 'classification', 'other']),
  inputs: z.array(Column),
  outputs: z.array(Column),
  /** Name of the column that is predicted, where known. */
  target: z.string().nullable()
});
export type Signature = z.infer<typeof Signature>;

/** A test, scan, signature or approval about a digest. */
export const Evidence = z.object({
  kind: z.string(),
  digest: Digest,
  result: z.enum(['passed', 'failed', 'noted']),
  /** One sentence for people. */
  summary: z.string(),
  figures: z.record(z.string(), z.union([z.number(), z.string()])),
  at: Timestamp,
  by: z.string()
});
export type Evidence = z.infer<typeof Evidence>;

export const Lineage = z.object({
  run: z.string().nullable(),
  runNumber: z.number().int().nullable(),
  notebook: z.string(),
  source: SourceCommit.nullable(),
  /** Data file → digest of its content. */
  data: z.record(z.string(), z.string()),
  /** Package → exact version in the training environment. */
  packages: z.record(z.string(), z.string()),
  python: z.string(),
  /** Packages that the model's file imports. */
  imports: z.array(z.string()).default([]),
  parameters: z.record(z.string(), z.unknown()),
  /** The variable that held the model, and its class. */
  variable: z.string(),
  type: z.string(),
  /** Why it was trained: `user`, or the retraining that asked for it. */
  retraining: z.string().nullable(),
  alert: z.string().nullable()
});
export type Lineage = z.infer<typeof Lineage>;

export const VersionState = z.enum(['testing', 'ready', 'failed', 'archived']);
export type VersionState = z.infer<typeof VersionState>;

/** A trained model that never changes once it is registered. */
export const ModelVersion = z.object({
  model: Name,
  version: z.number().int().min(1),
  /** Digest of the model artifact's manifest: its identity everywhere. */
  digest: Digest,
  /** Digest of the derived image, where a base image is configured. */
  image: Digest.nullable(),
  kind: z.string(),
  state: VersionState,
  bytes: z.number().int(),
  metrics: z.record(z.string(), z.number()),
  signature: Signature,
  /** Digest of the baseline profile in the store; null where fit was not seen. */
  baseline: Digest.nullable(),
  /** Digest of the golden request in the store. */
  golden: Digest.nullable(),
  /** Number of rows that the model was trained on; null where unknown. */
  trainedRows: z.number().int().nullable(),
  /** The newest event time among the training rows, where known. */
  cutOff: Timestamp.nullable(),
  lineage: Lineage,
  reproducible: z.boolean(),
  /** What could not be found, in plain words. */
  missing: z.array(z.string()),
  evidence: z.array(Evidence),
  actor: Actor,
  createdAt: Timestamp,
  /** Environments where it is released now. */
  environments: z.array(z.string())
});
export type ModelVersion = z.infer<typeof ModelVersion>;

export const Model = z.object({
  name: Name,
  versions: z.array(ModelVersion)
});
export type Model = z.infer<typeof Model>;

export const RegisterRequest = z.object({
  run: z.string(),
  /** Proposed by the server where absent. */
  name: Name.optional(),
  /** Which variable holds the model; asked for only where a run produced several. */
  variable: z.string().optional()
});
export type RegisterRequest = z.input<typeof RegisterRequest>;

/** Registers the model that a live kernel holds: the kernel wrote it to `folder` with our export cell. */
export const RegisterLiveRequest = z.object({
  notebook: z.string(),
  folder: z.string(),
  name: Name.optional()
});
export type RegisterLiveRequest = z.input<typeof RegisterLiveRequest>;

/** Champion and challenger on rows that neither has trained on. */
export const Comparison = z.object({
  model: Name,
  champion: z.number().int(),
  challenger: z.number().int(),
  /** First and last event time of the rows compared. */
  from: Timestamp,
  to: Timestamp,
  rows: z.number().int(),
  /** Rows left out because one of them has trained on them. */
  sharedRows: z.number().int(),
  championCutOff: Timestamp.nullable(),
  challengerCutOff: Timestamp.nullable(),
  metrics: z.array(
    z.object({
      name: z.string(),
      champion: z.number(),
      challenger: z.number(),
      /** Challenger − champion, with its 95 % bootstrap interval. */
      difference: z.number(),
      low: z.number(),
      high: z.number(),
      betterIs: z.enum(['lower', 'higher'])
    })
  ),
  verdict: z.enum(['better', 'worse', 'no-difference-found']),
  at: Timestamp
});
export type Comparison = z.infer<typeof Comparison>;
