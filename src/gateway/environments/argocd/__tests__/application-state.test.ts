import { applicationState, type ApplicationState } from '../application-state';
import {
  application,
  holds,
  NEWER,
  OLD,
  operation,
  OURS,
  PLACE,
  SOURCE,
  type IApplicationParts
} from './application-builder';

const stateOf = (parts: IApplicationParts = {}): ApplicationState =>
  applicationState(application(parts), PLACE, holds);
const outOfSync = (parts: object = {}) => ({
  sync: { status: 'OutOfSync' },
  ...parts
});
const condition = (type: string, message: string) => ({
  conditions: [{ type, message, lastTransitionTime: '2026-11-27T09:00:00Z' }]
});
const differing = (requiresPruning?: boolean) => ({
  resources: [
    { kind: 'ConfigMap', namespace: 'dev', name: 'kept', status: 'Synced' },
    {
      kind: 'ConfigMap',
      namespace: 'dev',
      name: 'bike-app',
      status: 'OutOfSync',
      ...(requiresPruning ? { requiresPruning } : {})
    }
  ]
});

describe('the commit is applied', () => {
  it.each<[string, IApplicationParts, string]>([
    ['at our commit', {}, OURS],
    ['at one that builds upon it', { sync: { revision: NEWER } }, NEWER],
    ['by hand', { automated: null }, OURS],
    [
      'by the third of several sources',
      {
        sources: [{ ...SOURCE, path: 'a' }, { ...SOURCE, path: 'b' }, SOURCE],
        sync: { revisions: [OLD, OLD, OURS] }
      },
      OURS
    ],
    [
      'without any operation that is remembered',
      { status: { operationState: null } },
      OURS
    ],
    ['where lists are null', { status: { conditions: null } }, OURS]
  ])('%s', (_what, parts, revision) => {
    expect(stateOf(parts)).toEqual({ state: 'applied', revision, leftovers: [] });
  });

  it('where only pruning is missing, and says what is left', () => {
    expect(stateOf(outOfSync({ status: differing(true) }))).toEqual({
      state: 'applied',
      revision: OURS,
      leftovers: ['ConfigMap dev/bike-app']
    });
  });
});

describe('the commit is waited for', () => {
  it.each<[string, IApplicationParts, string, string | null, string]>([
    [
      'a new Application',
      {
        status: { operationState: null, health: {} },
        sync: { status: 'Unknown', revision: '' }
      },
      'compared',
      null,
      'see the commit'
    ],
    [
      'an older commit',
      { sync: { revision: OLD } },
      'compared',
      null,
      'so far it has seen 1111111'
    ],
    [
      'a commit that is not known here',
      { sync: { revision: '4'.repeat(40) } },
      'compared',
      null,
      'so far it has seen 4444444'
    ],
    [
      'a comparison with another folder',
      { sync: { comparedTo: { source: { ...SOURCE, path: 'other' } } } },
      'compared',
      null,
      'see the commit'
    ],
    [
      'skipped',
      {
        metadata: { annotations: { 'argocd.argoproj.io/skip-reconcile': 'true' } },
        sync: { revision: OLD }
      },
      'compared',
      'argocd-application-skipped',
      'see the commit'
    ],
    [
      'a comparison error',
      {
        sync: { status: 'Unknown', revision: OLD },
        status: condition(
          'ComparisonError',
          'Failed to load target state: app path does not exist'
        )
      },
      'compared',
      'argocd-comparison-error',
      'see the commit'
    ],
    [
      'settings that are refused',
      {
        sync: { revision: OLD },
        status: condition(
          'InvalidSpecError',
          'application repo is not permitted in project'
        )
      },
      'compared',
      'argocd-invalid-spec-error',
      'see the commit'
    ],
    [
      'a warning only',
      {
        sync: { revision: OLD },
        status: condition('OrphanedResourceWarning', '3 orphaned')
      },
      'compared',
      null,
      'see the commit'
    ],
    [
      'seen, not begun',
      outOfSync({
        status: { operationState: operation('Succeeded', 'ok', OLD), ...differing() }
      }),
      'synced',
      null,
      'apply the commit'
    ],
    [
      'seen, and automated sync off',
      outOfSync({
        automated: null,
        status: { operationState: operation('Succeeded', 'ok', OLD), ...differing() }
      }),
      'synced',
      'argocd-not-automated',
      'apply the commit'
    ],
    [
      'seen, and automated sync disabled',
      outOfSync({
        automated: { enabled: false },
        status: { operationState: null, ...differing() }
      }),
      'synced',
      'argocd-not-automated',
      'apply the commit'
    ],
    [
      'running',
      outOfSync({
        status: {
          operationState: operation('Running', 'waiting for healthy state of hook'),
          ...differing()
        }
      }),
      'synced',
      null,
      'waiting for healthy state of hook'
    ],
    [
      'running, and compared before',
      { status: { operationState: operation('Running', 'running hooks') } },
      'synced',
      null,
      'running hooks'
    ],
    [
      'running after an older comparison',
      {
        sync: { status: 'OutOfSync', revision: OLD },
        status: { operationState: operation('Running', 'a') }
      },
      'synced',
      null,
      'apply the commit'
    ],
    [
      'applied, and changed by somebody else',
      outOfSync({ status: differing() }),
      'synced',
      'argocd-still-differs',
      'apply the commit'
    ],
    [
      'an older failure',
      {
        sync: { revision: OLD },
        status: { operationState: operation('Failed', 'no', OLD) }
      },
      'compared',
      null,
      'see the commit'
    ],
    [
      'progressing',
      { status: { health: { status: 'Progressing' } } },
      'healthy',
      null,
      'Progressing'
    ],
    [
      'degraded',
      { status: { health: { status: 'Degraded' } } },
      'healthy',
      'argocd-unhealthy',
      'Degraded'
    ],
    ['without health yet', { status: { health: {} } }, 'healthy', null, 'Unknown']
  ])('%s', (_what, parts, until, trouble, words) => {
    const state = stateOf(parts);
    expect(state).toMatchObject({
      state: 'waiting',
      until,
      message: expect.stringContaining(words)
    });
    const found = state.state === 'waiting' ? state.trouble : undefined;
    expect(found?.code ?? null).toBe(trouble);
  });
});

describe('the commit will not be applied', () => {
  it.each<[string, IApplicationParts, string, string]>([
    [
      'deleted',
      { metadata: { deletionTimestamp: '2026-11-27T09:00:00Z' } },
      'argocd-application-deleted',
      'argocd/bike-dev was deleted'
    ],
    [
      'pointed to another folder',
      { source: { ...SOURCE, path: 'environments/prod/bike' } },
      'argocd-application-elsewhere',
      'does not take environments/dev/bike of main'
    ],
    [
      'failed',
      outOfSync({
        status: {
          operationState: operation('Failed', 'one or more objects failed to apply'),
          ...differing()
        }
      }),
      'argocd-sync-failed',
      'could not apply'
    ],
    [
      'failed at once',
      outOfSync({
        status: {
          operationState: operation('Error', 'namespaces "dev" not found'),
          ...differing()
        }
      }),
      'argocd-sync-failed',
      'could not apply'
    ],
    [
      'given up',
      outOfSync({
        status: {
          operationState: null,
          ...differing(),
          ...condition(
            'SyncError',
            'Skipping sync attempt to [2222]: auto-sync will wipe out all resources'
          )
        }
      }),
      'argocd-sync-failed',
      'could not apply'
    ]
  ])('%s', (_what, parts, code, words) => {
    expect(stateOf(parts)).toMatchObject({
      state: 'failed',
      error: { code, message: expect.stringContaining(words) }
    });
  });

  it("and says why in Argo CD's words, without credentials", () => {
    const message = 'failed to list https://robot:geheim@git.example.com/ml/gitops';
    const failed = outOfSync({
      status: { operationState: operation('Failed', message), ...differing() }
    });
    expect(JSON.stringify(stateOf(failed))).not.toContain('geheim');
    expect(stateOf(failed)).toMatchObject({
      error: { cause: 'failed to list https://git.example.com/ml/gitops' }
    });
    const repoURL = 'https://robot:geheim@git.example.com/ml/other';
    const moved = stateOf({ source: { ...SOURCE, repoURL } });
    expect(moved).toMatchObject({
      error: {
        cause:
          'Now it takes environments/dev/bike of main of https://git.example.com/ml/other.'
      }
    });
  });
});
