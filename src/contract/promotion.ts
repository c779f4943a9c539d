import { z } from 'zod';

import { ApiError } from './error';
import { Actor, Digest, Name, Timestamp } from './identifier';

/** One file of the GitOps repository that changes. */
export const FileChange = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Unified diff, without the header lines. */
  diff: z.string()
});
export type FileChange = z.infer<typeof FileChange>;

/** One thing that must hold before a promotion, with its evidence. */
export const Check = z.object({
  code: z.string(),
  title: z.string(),
  result: z.enum(['passed', 'failed', 'noted']),
  summary: z.string(),
  evidence: z.string().nullable()
});
export type Check = z.infer<typeof Check>;

export const PromotionKind = z.enum(['promote', 'revert']);

export const PromotionRequest = z.object({
  model: Name,
  version: z.number().int().min(1),
  environment: Name
});
export type PromotionRequest = z.infer<typeof PromotionRequest>;

/** What would happen: nothing has changed yet. */
export const PromotionPlan = z.object({
  kind: PromotionKind,
  model: Name,
  version: z.number().int(),
  digest: Digest,
  environment: Name,
  target: z.string(),
  /** What it replaces; null for the first release. */
  replaces: z
    .object({
      version: z.number().int(),
      digest: Digest,
      since: Timestamp
    })
    .nullable(),
  /** The commit that the plan was made on: a confirmation on another is refused as stale. */
  base: z.string(),
  changes: z.array(FileChange),
  /** Of the files as they would be committed: a confirmation names what was looked at. */
  changesDigest: Digest,
  checks: z.array(Check),
  /** Metric → the two versions' values, as registered. */
  metrics: z.array(
    z.object({
      name: z.string(),
      before: z.number().nullable(),
      after: z.number().nullable()
    })
  ),
  approvals: z.number().int(),
  /** What follows the confirmation, in order, for people. */
  next: z.array(z.string()),
  /** True where there is nothing to do: the version is already there. */
  noop: z.boolean(),
  /** True where every check allows it. */
  allowed: z.boolean()
});
export type PromotionPlan = z.infer<typeof PromotionPlan>;

export const ConfirmRequest = PromotionRequest.extend({
  base: z.string(),
  /** Of the plan: refused as stale where something else would be committed by now. */
  changesDigest: Digest.optional(),
  reason: z.string().max(2000).default('')
});
export type ConfirmRequest = z.input<typeof ConfirmRequest>;

export const RevertRequest = z.object({
  model: Name,
  environment: Name,
  reason: z.string().trim().min(1, 'A reason is needed.').max(2000)
});
export type RevertRequest = z.infer<typeof RevertRequest>;

export const PromotionState = z.enum([
  /** Waits for an approval by somebody else, or to be merged. */
  'waiting',
  /** Is being committed. */
  'committing',
  /** Committed; the new version is being started beside the old. */
  'deploying',
  'succeeded',
  'failed',
  /** Rejected or withdrawn before it was merged. */
  'closed'
]);
export type PromotionState = z.infer<typeof PromotionState>;

export const Promotion = z.object({
  id: z.string(),
  kind: PromotionKind,
  model: Name,
  version: z.number().int(),
  digest: Digest,
  environment: Name,
  /** Where it serves: `this computer`, or the name of a cluster. */
  target: z.string().default('this computer'),
  state: PromotionState,
  reason: z.string(),
  actor: Actor,
  /** Branch `changes/<id>` where an approval is asked for, or where others merge. */
  branch: z.string().nullable(),
  /** The page where the branch can be merged; null where there is none. */
  changeRequest: z.string().nullable(),
  /** Whether it waits to be merged by somebody on the repository's own pages. */
  mergedElsewhere: z.boolean(),
  approvals: z.array(z.object({ actor: Actor, at: Timestamp })),
  approvalsNeeded: z.number().int(),
  /** The commit on the environments' branch; null before it exists. */
  revision: z.string().nullable(),
  createdAt: Timestamp,
  committedAt: Timestamp.nullable(),
  endedAt: Timestamp.nullable(),
  /** What goes on where the target is a cluster, in a sentence; null where nothing is told. */
  progress: z.string().nullable().default(null),
  /** What holds it up without ending it, such as a pod that can't be started yet. */
  trouble: ApiError.nullable().default(null),
  error: ApiError.nullable()
});
export type Promotion = z.infer<typeof Promotion>;
