import { createHash } from 'node:crypto';

import type { ModelVersion } from '../../../contract/model';
import type { PromotionPlan } from '../../../contract/promotion';
import type { IGitRepository } from '../git/port';
import { isCluster, type Target } from '../manifests/target';
import { fileChanges } from './file-diff';

/** The version that a promotion replaces. */
export interface IReplaced {
  version: ModelVersion;
  since: string;
}

export interface IPlanParts {
  base: string;
  before: ReadonlyMap<string, string>;
  files: ReadonlyMap<string, string | null>;
  replaced: IReplaced | null;
  target: Target;
  checks: PromotionPlan['checks'];
  approvals: number;
  repository: Pick<IGitRepository, 'mode' | 'place'>;
}

function digestOf(files: ReadonlyMap<string, string | null>): string {
  const text = JSON.stringify([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** The plan as people see it, from what was worked out. */
export function describePlan(
  kind: PromotionPlan['kind'],
  version: ModelVersion,
  environment: string,
  parts: IPlanParts
): PromotionPlan {
  const { base, before, files, replaced, checks, approvals } = parts;
  const changes = fileChanges(before, files);
  const old = replaced?.version;
  const names = new Set([
    ...Object.keys(version.metrics),
    ...Object.keys(old?.metrics ?? {})
  ]);
  return {
    kind,
    model: version.model,
    version: version.version,
    digest: version.digest,
    environment,
    target: parts.target.name,
    replaces:
      replaced && old
        ? { version: old.version, digest: old.digest, since: replaced.since }
        : null,
    base,
    changes,
    changesDigest: digestOf(files),
    checks,
    metrics: [...names].map(name => ({
      name,
      before: old?.metrics[name] ?? null,
      after: version.metrics[name] ?? null
    })),
    approvals,
    next: whatFollows(environment, parts, old?.version ?? null),
    noop: changes.length === 0,
    allowed: checks.every(({ result }) => result !== 'failed')
  };
}

function whatFollows(
  environment: string,
  parts: IPlanParts,
  old: number | null
): string[] {
  return [...landing(parts), ...serving(environment, parts, old)];
}

function landing({
  approvals,
  repository: { mode, place },
  target
}: IPlanParts): string[] {
  const pushed = isCluster(target)
    ? ['The model artifact and its image are pushed to the registry, by digest.']
    : [];
  if (mode === 'branch') {
    return [
      ...pushed,
      'A branch with this diff is pushed.',
      `Somebody merges it into ${place}, by the rules of that repository.`
    ];
  }
  const people = approvals === 1 ? 'one other person' : `${approvals} other people`;
  const asked =
    approvals > 0
      ? [`A branch is opened with this diff; ${people} must approve it.`]
      : [];
  return [...pushed, ...asked, `One commit with this diff goes to ${place}.`];
}

function serving(
  environment: string,
  { target }: IPlanParts,
  old: number | null
): string[] {
  const where = `on ${target.name}`;
  if (isCluster(target)) {
    return [
      old === null
        ? `KServe starts the model in ${target.namespace} ${where}; a pod with this digest must answer the golden request.`
        : `KServe starts the new version in ${target.namespace} ${where} beside v${old}, which answers until a pod of the new one is ready; that must answer the golden request.`,
      old === null
        ? 'Its endpoint answers. If it never becomes ready, a second commit takes the first one back.'
        : `If it never becomes ready, or answers otherwise than in training, a second commit takes the first one back, and v${old} serves.`
    ];
  }
  return [
    old === null
      ? `The model is started for ${environment} ${where} and must answer its golden request.`
      : `The new version is started beside v${old} ${where}; v${old} answers until the new one has answered its golden request.`,
    old === null
      ? 'Its endpoint answers. If it never becomes ready, a second commit takes the first one back.'
      : `Requests go to the new version and v${old} stops. If the new one never becomes ready, v${old} stays and a second commit takes the first one back.`
  ];
}
