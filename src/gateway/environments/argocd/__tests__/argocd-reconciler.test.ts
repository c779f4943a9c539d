import { pino } from 'pino';
import { parse } from 'yaml';

import { TestCluster } from '../../../kube/__tests__/cluster-builder';
import { status } from '../../../kube/__tests__/api-double';
import type { IApplied, IReconcileNews } from '../../reconciler/port';
import { ArgocdReconciler } from '../argocd-reconciler';
import {
  applicationJson,
  NEWER,
  OLD,
  operation,
  OURS,
  PLACE,
  SOURCE,
  type IApplicationParts
} from './application-builder';
import { ArgocdDouble } from './argocd-double';

const WANTED = { environment: 'dev', model: 'bike', revision: OURS };
const LIMITS = { acknowledged: 300, askedAgain: 300, compared: 4000, synced: 4000 };
const old = (parts: IApplicationParts = {}): Record<string, unknown> =>
  applicationJson({ sync: { revision: OLD }, ...parts });

describe('Argo CD', () => {
  let cluster: TestCluster;
  let argocd: ArgocdDouble;
  let leave: AbortController;
  let news: IReconcileNews[];
  /** What the branch holds, in order; others are not known here. */
  let branch: string[];
  /** What a look at the remote finds on top. */
  let pushed: string[];

  beforeEach(async () => {
    cluster = await TestCluster.start();
    argocd = new ArgocdDouble(cluster.api);
    leave = new AbortController();
    news = [];
    branch = [OLD, OURS];
    pushed = [];
  });
  afterEach(async () => {
    leave.abort(new Error('The test is over.'));
    await cluster.close();
  });

  function reached(limits = {}, namespace?: string): Promise<IApplied> {
    const reconciler = new ArgocdReconciler({
      cluster: cluster.open(),
      settings: { ...PLACE, namespace },
      log: pino({ level: 'silent' }),
      limits: { ...LIMITS, ...limits },
      repository: {
        has: async revision => branch.includes(revision),
        isAncestor: async (older, newer) =>
          branch.indexOf(older) <= branch.indexOf(newer),
        refresh: async () => {
          branch.push(...pushed.splice(0));
        }
      }
    });
    const { signal } = leave;
    return reconciler.reached(WANTED, { signal, onNews: one => news.push(one) });
  }

  const heard = async (code: string): Promise<IReconcileNews> => {
    for (;;) {
      const found = news.find(({ trouble }) => trouble?.code === code);
      if (found) {
        return found;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  };

  it('is asked to look once, touches nothing else, and is followed to the commit', async () => {
    argocd.put(old());
    argocd.onPatch = () => argocd.put(applicationJson());
    expect(await reached()).toEqual({
      revision: OURS,
      by: ['argocd/bike-dev'],
      leftovers: []
    });
    expect(argocd.patches).toEqual([
      { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } }
    ]);
  });

  it('is not asked where it has seen the commit already', async () => {
    argocd.put(applicationJson());
    await reached();
    expect(argocd.patches).toEqual([]);
  });

  it('may be at a commit of somebody else on top, which Git is asked for', async () => {
    pushed = [NEWER];
    argocd.put(applicationJson({ sync: { revision: NEWER } }));
    expect((await reached()).revision).toBe(NEWER);
  });

  it('is blamed for differences only where they stay after it has applied the commit', async () => {
    const resources = [
      { kind: 'ConfigMap', namespace: 'dev', name: 'bike-app', status: 'OutOfSync' }
    ];
    argocd.put(
      applicationJson({
        sync: { status: 'OutOfSync' },
        status: { operationState: operation('Succeeded', 'ok'), resources }
      })
    );
    const began = performance.now();
    const waiting = reached({ agrees: 1500, synced: 60_000 }).catch(() => undefined);
    await heard('argocd-still-differs');
    expect(performance.now() - began).toBeGreaterThan(1400);
    expect(news[0]).toMatchObject({ trouble: null });
    leave.abort(new Error('enough'));
    await waiting;
  });

  it('is waited for where it may only be read, and that is said', async () => {
    argocd.denied.add('patch applications argocd');
    argocd.put(old());
    const waiting = reached();
    const { message, trouble } = await heard('argocd-read-only');
    expect(message).toContain('so far it has seen 1111111');
    expect(trouble?.message).toBe(
      'You may read the Application argocd/bike-dev, and not ask Argo CD to look at once: it looks by itself every few minutes.'
    );
    argocd.put(applicationJson());
    expect((await waiting).revision).toBe(OURS);
    expect(argocd.patches).toEqual([]);
  });

  it('is also waited for where the right is taken away in between', async () => {
    argocd.put(old());
    cluster.api.answers.set(
      'PATCH /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/bike-dev',
      (_, response) =>
        status(response, 403, {
          reason: 'Forbidden',
          message: 'User "anna" cannot patch resource "applications"'
        })
    );
    const waiting = reached();
    await heard('argocd-read-only');
    argocd.put(applicationJson());
    await waiting;
  });

  it('is looked for in the namespaces that may be read', async () => {
    argocd.denied.add('list applications *');
    argocd.denied.add('watch applications openshift-gitops');
    argocd.put(applicationJson());
    expect((await reached()).by).toContain('argocd/bike-dev');
    const lists = cluster.api.asked.filter(one => /applications\?/.test(one));
    expect(lists.some(one => one.includes('openshift-gitops'))).toBe(false);
    expect(lists.some(one => one.includes('/v1alpha1/applications'))).toBe(false);
  });

  it('cannot be followed where nothing may be read', async () => {
    ['*', 'argocd', 'openshift-gitops', 'ml-team'].forEach(place =>
      argocd.denied.add(`watch applications ${place}`)
    );
    await expect(reached()).rejects.toMatchObject({
      kind: 'forbidden',
      body: {
        code: 'argocd-not-readable',
        message: expect.stringContaining('in argocd, openshift-gitops, ml-team'),
        action: expect.stringContaining('to anna')
      }
    });
    argocd.denied.add('list applications team-gitops');
    await expect(reached({}, 'team-gitops')).rejects.toMatchObject({
      body: { details: { namespaces: ['team-gitops'] } }
    });
  });

  it('is said to be missing where the cluster does not know it', async () => {
    cluster.api.answers.delete('GET /apis/argoproj.io/v1alpha1');
    await expect(reached()).rejects.toMatchObject({
      body: { code: 'argocd-not-installed' }
    });
  });

  it('without an Application for the folder is offered one', async () => {
    argocd.put(applicationJson({ source: { ...SOURCE, path: 'environments/prod' } }));
    const error = await reached().then(
      () => Promise.reject(new Error('It was found.')),
      (refused: { body: { code: string; details: { manifest: string } } }) => refused
    );
    expect(error.body.code).toBe('argocd-application-missing');
    expect(parse(error.body.details.manifest)).toMatchObject({
      kind: 'Application',
      metadata: { name: 'models-dev', namespace: 'argocd' },
      spec: {
        source: { targetRevision: 'main', path: 'environments/dev' },
        syncPolicy: { automated: { prune: false, selfHeal: true } }
      }
    });
    expect(argocd.patches).toEqual([]);
  });

  it('makes the Application itself where an ApplicationSet reads the repository', async () => {
    const git = { repoURL: SOURCE.repoURL, directories: [] };
    argocd.sets = [
      {
        metadata: { name: 'models', namespace: 'argocd' },
        spec: {
          generators: [{ matrix: { generators: [{ clusters: {} }, { git }] } }]
        }
      }
    ];
    const waiting = reached();
    while (!news.some(({ message }) => message.includes('argocd/models may make'))) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    argocd.put(applicationJson());
    expect((await waiting).by).toEqual(['argocd/bike-dev']);
    argocd.remove('bike-dev');
    await expect(reached({ compared: 200 })).rejects.toMatchObject({
      body: {
        code: 'argocd-application-missing',
        cause:
          'The ApplicationSet argocd/models reads the repository, and has made none.'
      }
    });
  });

  it('is done only when every Application of the folder is', async () => {
    argocd.put(applicationJson());
    const edge = { name: 'bike-edge', uid: 'e', namespace: 'ml-team' };
    argocd.put(old({ metadata: edge }));
    const waiting = reached();
    let isDone = false;
    void waiting.then(() => (isDone = true));
    while (argocd.patches.length === 0) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    expect(isDone).toBe(false);
    argocd.put(applicationJson({ metadata: edge }));
    expect((await waiting).by).toEqual(['argocd/bike-dev', 'ml-team/bike-edge']);
  });

  it.each<[string, () => void, string]>([
    ['deleted', () => argocd.remove('bike-dev'), 'argocd-application-deleted'],
    [
      'pointed elsewhere',
      () => argocd.put(old({ source: { ...SOURCE, path: 'other' } })),
      'argocd-application-elsewhere'
    ],
    [
      'not able to apply it',
      () =>
        argocd.put(
          applicationJson({
            sync: { status: 'OutOfSync' },
            status: {
              operationState: operation('Failed', 'the server could not find it'),
              resources: []
            }
          })
        ),
      'argocd-sync-failed'
    ]
  ])('is told when it is %s meanwhile', async (_what, happens, code) => {
    argocd.put(old());
    argocd.onPatch = () => setTimeout(happens, 50);
    await expect(reached()).rejects.toMatchObject({ body: { code } });
  });

  it('that does not look is told as such, and not waited for without end', async () => {
    argocd.put(old());
    await expect(reached({ compared: 2500 })).rejects.toMatchObject({
      body: {
        code: 'argocd-not-in-time',
        message: 'Argo CD has not seen the commit for argocd/bike-dev within 3 s.',
        cause: expect.stringContaining('and has not done so for')
      }
    });
    expect(argocd.patches.length).toBe(1);
  });

  it('is asked again where it looked and did not find the commit', async () => {
    const asked: number[] = [];
    argocd.put(old());
    argocd.onPatch = () => {
      asked.push(performance.now());
      argocd.put(asked.length < 2 ? old() : applicationJson());
    };
    expect((await reached()).revision).toBe(OURS);
    expect(asked.length).toBe(2);
    expect(asked[1] - asked[0]).toBeGreaterThan(LIMITS.askedAgain);
  });

  it('that does not apply by itself is said, and never told to', async () => {
    const manual = { automated: null, sync: { status: 'OutOfSync' } };
    const seen = { operationState: null, resources: [] };
    argocd.put(applicationJson({ ...manual, status: seen }));
    const failed = reached({ synced: 1500 });
    await heard('argocd-not-automated');
    await expect(failed).rejects.toMatchObject({
      body: {
        message: expect.stringContaining('has not applied the commit'),
        cause: expect.stringContaining('automated sync is off')
      }
    });
    expect(argocd.patches).toEqual([]);
  });

  it('gets no more time by going back and forth', async () => {
    const seen = { operationState: null, resources: [] };
    const differs = applicationJson({ sync: { status: 'OutOfSync' }, status: seen });
    const degraded = applicationJson({ status: { health: { status: 'Degraded' } } });
    argocd.put(differs);
    let at = 0;
    const turning = setInterval(() => {
      at += 1;
      argocd.put(at % 2 === 0 ? differs : degraded);
    }, 150);
    leave.signal.addEventListener('abort', () => clearInterval(turning));
    await expect(reached({ synced: 1200, healthy: 1200 })).rejects.toMatchObject({
      body: { code: 'argocd-not-in-time' }
    });
  });

  it('is not judged by a commit that Git cannot tell anything about', async () => {
    branch = [OLD];
    argocd.put(applicationJson());
    const waiting = reached({ compared: 20_000 });
    while (!news.some(({ message }) => message.includes('it has seen 2222222'))) {
      await new Promise(resolve => setTimeout(resolve, 20));
    }
    pushed = [OURS];
    expect((await waiting).revision).toBe(OURS);
  }, 15_000);

  it('is followed through a connection that breaks', async () => {
    argocd.put(old());
    argocd.onPatch = () => {
      cluster.api.cut();
      argocd.put(applicationJson());
    };
    expect((await reached()).revision).toBe(OURS);
  });

  it('is let go of when the caller leaves', async () => {
    argocd.put(old());
    const waiting = reached();
    setTimeout(() => leave.abort(new Error('Gone.')), 100);
    await expect(waiting).rejects.toThrow('Gone.');
  });
});
