import { z } from 'zod';

import { ApiError } from '../../../contract/error';
import { Actor, Digest, Name, Timestamp } from '../../../contract/identifier';
import { Promotion, PromotionKind, PromotionPlan } from '../../../contract/promotion';
import type { IJobRecord } from '../../jobs/jobs';
import { HERE, Target } from '../manifests/target';
import type { IPrepared } from './planner';

/** What is written down about a promotion: enough to go on after a crash at any point. */
export const PromotionRecord = z.object({
  kind: PromotionKind,
  model: Name,
  version: z.number().int(),
  digest: Digest,
  environment: Name,
  app: Digest.nullable(),
  baseline: Digest.nullable(),
  run: z.string().nullable(),
  reason: z.string(),
  actor: Actor,
  /** The commit that the plan was made on. */
  base: z.string(),
  /** What was confirmed, as it was shown; null in records of earlier versions. */
  plan: PromotionPlan.nullable().default(null),
  /** The manifests that the commit writes; null where a file goes. */
  files: z.array(z.tuple([z.string(), z.string().nullable()])),
  /** The commit that a revert takes back. */
  reverts: z.string().nullable(),
  target: Target.default(HERE),
  /** Digests that go to the registry before the commit. */
  images: z.array(Digest).default([]),
  phase: z.enum(['waiting', 'committing', 'deploying', 'closed']),
  branch: z.string().nullable(),
  /** The page where somebody merges the branch; null where nobody does, or there is none. */
  changeRequest: z.string().nullable().default(null),
  /** Whether somebody else merges it, on the repository's own pages. */
  mergedElsewhere: z.boolean().default(false),
  approvals: z.array(z.object({ actor: Actor, at: Timestamp })),
  approvalsNeeded: z.number().int(),
  revision: z.string().nullable(),
  committedAt: Timestamp.nullable(),
  /** How far the target is, for people; null while nothing is told. */
  progress: z.string().nullable().default(null),
  /** What stands in the way there at the moment. */
  trouble: ApiError.nullable().default(null),
  /** Why the new version does not serve. */
  failure: ApiError.nullable(),
  /** Whether the commit stays although the version was not seen to serve: it may still come to. */
  stays: z.boolean().default(false),
  /** The commit that took ours back. */
  withdrawal: z.string().nullable()
});
export type PromotionRecord = z.infer<typeof PromotionRecord>;

export function newRecord(
  { plan, files, version, app, reverts, target, images }: IPrepared,
  by: Pick<PromotionRecord, 'reason' | 'actor' | 'base' | 'mergedElsewhere'>
): PromotionRecord {
  return {
    ...by,
    plan,
    kind: plan.kind,
    model: plan.model,
    version: plan.version,
    digest: plan.digest,
    environment: plan.environment,
    app,
    baseline: version.baseline,
    run: version.lineage.run,
    files: [...files],
    reverts,
    target,
    images,
    progress: null,
    trouble: null,
    stays: false,
    changeRequest: null,
    phase: plan.approvals > 0 && !by.mergedElsewhere ? 'waiting' : 'committing',
    branch: null,
    approvals: [],
    approvalsNeeded: plan.approvals,
    revision: null,
    committedAt: null,
    failure: null,
    withdrawal: null
  };
}

/** The promotion as the contract shows it. */
export function toPromotion(record: IJobRecord<PromotionRecord>): Promotion {
  const { state, status } = record;
  const ended = status === 'succeeded' && state.phase !== 'closed';
  const shown = ended ? 'succeeded' : state.phase;
  return {
    id: record.id,
    kind: state.kind,
    model: state.model,
    version: state.version,
    digest: state.digest,
    environment: state.environment,
    target: state.target.name,
    state: status === 'failed' ? 'failed' : shown,
    reason: state.reason,
    actor: state.actor,
    branch: state.branch,
    changeRequest: state.changeRequest,
    mergedElsewhere: state.mergedElsewhere,
    approvals: state.approvals,
    approvalsNeeded: state.approvalsNeeded,
    revision: state.revision,
    createdAt: record.createdAt,
    committedAt: state.committedAt,
    endedAt: status === 'running' ? null : record.updatedAt,
    progress: state.progress,
    trouble: state.trouble,
    error: record.error
  };
}

/** Whether two names mean the same person, however they are written. */
export function sameName(one: Actor, other: Actor): boolean {
  const plain = ({ name }: Actor): string =>
    name.normalize('NFKC').trim().toLowerCase();
  return plain(one) === plain(other);
}
