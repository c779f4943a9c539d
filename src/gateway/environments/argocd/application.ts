import { z } from 'zod';

import type { KubeObject } from '../../kube/kube-object';
import { many } from '../../kube/object-parts';
import { REFRESH, SKIP_RECONCILE } from './resources';

const Source = z
  .looseObject({
    repoURL: z.string().default(''),
    targetRevision: z.string().default(''),
    path: z.string().default(''),
    chart: z.string().default(''),
    ref: z.string().default(''),
    directory: z.looseObject({ recurse: z.boolean().default(false) }).nullish()
  })
  .transform(({ repoURL, targetRevision, path, chart, ref, directory }) => ({
    repository: repoURL,
    /** Empty for the default branch. */
    revision: targetRevision,
    path,
    /** Charts, and sources that only lend their files to others, apply no folder. */
    isFolder: chart === '' && !(ref !== '' && path === ''),
    recurse: directory?.recurse ?? false
  }));
/** Where an Application gets its manifests from. */
export type Source = z.output<typeof Source>;

const Sources = z
  .looseObject({ source: Source.nullish(), sources: many(Source) })
  .transform(({ source, sources }) =>
    sources.length > 0 ? sources : source ? [source] : []
  );

const Revisions = z
  .looseObject({ revision: z.string().default(''), revisions: many(z.string()) })
  .transform(({ revision, revisions }) =>
    revisions.length > 0 ? revisions : revision ? [revision] : []
  );

const Condition = z.looseObject({
  type: z.string(),
  message: z.string().default('')
});
export type Condition = z.output<typeof Condition>;

const OperationState = z
  .looseObject({
    phase: z.string().default(''),
    message: z.string().default(''),
    operation: z.looseObject({ sync: Revisions.nullish() }).nullish(),
    syncResult: Revisions.nullish()
  })
  .transform(({ phase, message, operation, syncResult }) => ({
    phase,
    message,
    // One that failed at once has no result.
    revisions: syncResult?.length ? syncResult : (operation?.sync ?? [])
  }));

const Resource = z.looseObject({
  kind: z.string().default(''),
  namespace: z.string().default(''),
  name: z.string().default(''),
  status: z.string().default(''),
  requiresPruning: z.boolean().default(false)
});

const Spec = z
  .looseObject({
    syncPolicy: z
      .looseObject({
        automated: z.looseObject({ enabled: z.boolean().nullish() }).nullish()
      })
      .nullish()
  })
  .prefault({});

const Status = z
  .looseObject({
    sync: z
      .looseObject({
        status: z.string().default('Unknown'),
        comparedTo: Sources.prefault({})
      })
      .prefault({}),
    health: z.looseObject({ status: z.string().default('Unknown') }).prefault({}),
    operationState: OperationState.nullish(),
    conditions: many(Condition),
    resources: many(Resource),
    sourceType: z.string().default(''),
    sourceTypes: many(z.string())
  })
  .prefault({});

/** What is kept of an Application. */
export interface IApplication {
  name: string;
  namespace: string;
  uid: string;
  /** Its resource version. */
  version: string;
  deleting: boolean;
  /** A refresh was asked for and has not happened yet. */
  refreshing: boolean;
  /** Argo CD was told to leave it alone. */
  isSkipped: boolean;
  sources: Source[];
  /** `Directory`, `Kustomize`, `Helm` or `Plugin` for each source; empty before the first look. */
  kinds: string[];
  automated: boolean;
  sync: {
    status: string;
    /** For each source. */
    revisions: string[];
    /** The sources as they were at that comparison. */
    comparedTo: Source[];
  };
  health: string;
  operation: { phase: string; message: string; revisions: string[] } | null;
  conditions: Condition[];
  /** `Kind namespace/name` of what differs from Git, and whether only by not being declared any more. */
  differing: { name: string; onlyPruning: boolean }[];
}

/** Reads an Application; of what has no such shape, as if it were not there. */
export function readApplication({ metadata, ...rest }: KubeObject): IApplication {
  const spec = Spec.safeParse(rest.spec).data ?? Spec.parse({});
  const status = Status.safeParse(rest.status).data ?? Status.parse({});
  const { automated } = spec.syncPolicy ?? {};
  const { sync, sourceType, sourceTypes } = status;
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    uid: metadata.uid,
    version: metadata.resourceVersion,
    deleting: Boolean(metadata.deletionTimestamp),
    refreshing: metadata.annotations?.[REFRESH] !== undefined,
    isSkipped: metadata.annotations?.[SKIP_RECONCILE] === 'true',
    sources: Sources.catch([]).parse(rest.spec),
    kinds: sourceTypes.length > 0 ? sourceTypes : sourceType ? [sourceType] : [],
    automated: Boolean(automated) && automated?.enabled !== false,
    sync: {
      status: sync.status,
      revisions: Revisions.catch([]).parse(sync),
      comparedTo: sync.comparedTo
    },
    health: status.health.status,
    operation: status.operationState ?? null,
    conditions: status.conditions,
    differing: status.resources
      .filter(one => one.status === 'OutOfSync')
      .map(({ kind, namespace, name, requiresPruning }) => ({
        name: `${kind} ${namespace ? `${namespace}/` : ''}${name}`,
        onlyPruning: requiresPruning
      }))
  };
}
