import { KubeObject } from '../../../kube/kube-object';
import { readApplication, type IApplication } from '../application';
import type { IPlace } from '../covered-place';

export const OLD = '1'.repeat(40);
export const OURS = '2'.repeat(40);
export const NEWER = '3'.repeat(40);

export const PLACE: IPlace = {
  repository: 'git@git.example.com:ml/gitops.git',
  branch: 'main',
  folder: 'environments/dev/bike'
};

export const SOURCE = {
  repoURL: 'https://git.example.com/ml/gitops.git',
  targetRevision: 'main',
  path: 'environments/dev/bike'
};

export interface IApplicationParts {
  metadata?: object;
  source?: object;
  sources?: object[];
  automated?: object | null;
  /** Of `status.sync`. */
  sync?: object;
  status?: object;
}

/** An Application as Argo CD 3.2 leaves it in the API: Synced and Healthy at our commit. */
export function applicationJson(
  parts: IApplicationParts = {}
): Record<string, unknown> {
  const { metadata, source = SOURCE, sources, automated, sync, status } = parts;
  const from = sources ? { sources } : { source };
  const destination = { server: 'https://kubernetes.default.svc', namespace: 'dev' };
  const at = sources ? { revisions: sources.map(() => OURS) } : { revision: OURS };
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: {
      name: 'bike-dev',
      namespace: 'argocd',
      uid: 'b5c1',
      resourceVersion: '100',
      ...metadata
    },
    spec: {
      project: 'default',
      ...from,
      destination,
      ...(automated === null
        ? {}
        : { syncPolicy: { automated: automated ?? { selfHeal: true } } })
    },
    status: {
      controllerNamespace: 'argocd',
      health: { lastTransitionTime: '2026-11-27T09:00:03Z', status: 'Healthy' },
      history: [
        {
          deployStartedAt: '2026-11-27T09:00:02Z',
          deployedAt: '2026-11-27T09:00:02Z',
          id: 0,
          initiatedBy: { automated: true },
          ...at,
          ...from
        }
      ],
      operationState: {
        finishedAt: '2026-11-27T09:00:02Z',
        message: 'successfully synced (all tasks run)',
        operation: {
          initiatedBy: { automated: true },
          retry: { limit: 5 },
          sync: { ...at }
        },
        phase: 'Succeeded',
        startedAt: '2026-11-27T09:00:02Z',
        syncResult: { resources: [], ...from, ...at }
      },
      reconciledAt: '2026-11-27T09:00:03Z',
      resourceHealthSource: 'appTree',
      resources: [
        {
          group: 'serving.kserve.io',
          kind: 'InferenceService',
          name: 'bike',
          namespace: 'dev',
          status: 'Synced',
          version: 'v1beta1'
        }
      ],
      sourceHydrator: {},
      ...(sources
        ? { sourceTypes: sources.map(() => 'Directory') }
        : { sourceType: 'Directory' }),
      summary: {},
      ...status,
      sync: { comparedTo: { destination, ...from }, status: 'Synced', ...at, ...sync }
    }
  };
}

export function application(parts: IApplicationParts = {}): IApplication {
  return readApplication(KubeObject.parse(applicationJson(parts)));
}

/** What an operation leaves in `status.operationState`. */
export function operation(phase: string, message: string, revision = OURS): object {
  return {
    phase,
    message,
    startedAt: '2026-11-27T09:00:02Z',
    // Who syncs by hand names no revision.
    operation:
      phase === 'Error'
        ? { initiatedBy: { automated: true }, sync: { revision } }
        : { initiatedBy: { username: 'anna' }, sync: {} },
    ...(phase === 'Error' ? {} : { syncResult: { revision, source: SOURCE } })
  };
}

/** Ours and what builds upon it. */
export const holds = (revision: string): boolean | undefined =>
  revision === OLD ? false : [OURS, NEWER].includes(revision) ? true : undefined;
