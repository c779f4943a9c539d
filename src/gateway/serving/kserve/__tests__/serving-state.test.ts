import { KubeObject } from '../../../kube/kube-object';
import { seenPod, seenService } from '../seen-objects';
import { neverReady, servingState, type ServingState } from '../serving-state';
import {
  condition,
  digest,
  NEW,
  OLD,
  pod,
  service,
  SERVER,
  type IPodParts
} from './objects';

const WANTED = { model: 'fraud', digest: NEW, server: SERVER };

const NOT_READY = [
  condition('PredictorReady', 'False', 'MinimumReplicasUnavailable'),
  condition('Ready', 'False', 'MinimumReplicasUnavailable')
];
const starting = service({
  conditions: NOT_READY,
  modelStatus: { transitionStatus: 'InProgress' }
});

const ofPod = (parts: IPodParts): ServingState =>
  servingState(WANTED, starting, [pod(parts)]);

const crash = (terminated: object): object => ({
  restartCount: 2,
  state: {
    waiting: { reason: 'CrashLoopBackOff', message: 'back-off 20s restarting failed' }
  },
  lastState: { terminated }
});

describe('a model on a cluster', () => {
  it('is ready where KServe says so and a ready pod carries the digest', () => {
    expect(servingState(WANTED, service(), [pod({ ready: true })])).toEqual({
      state: 'ready',
      pods: ['fraud-predictor-6d5f-x2x9k']
    });
  });

  it('is ready by a pod whose model is an image volume', () => {
    const object = KubeObject.parse({
      metadata: { name: 'fraud-1' },
      spec: {
        containers: [{ name: 'kserve-container', image: `x/mlserver@${SERVER}` }],
        volumes: [{ name: 'model', image: { reference: `x/fraud@${NEW}` } }]
      },
      status: { phase: 'Running', conditions: [condition('Ready', 'True')] }
    });
    expect(servingState(WANTED, service(), [seenPod(object)]).state).toBe('ready');
  });

  it.each<[string, ServingState, RegExp]>([
    [
      'there is no InferenceService',
      servingState(WANTED, null, []),
      /no InferenceService/
    ],
    [
      'Git has not reached the cluster',
      servingState(WANTED, service({ digest: OLD }), [
        pod({ digest: OLD, ready: true })
      ]),
      /does not name the new model yet/
    ],
    [
      'everything is true of the pods before only',
      servingState(WANTED, service(), [pod({ digest: OLD, ready: true })]),
      /No pod of fraud was made yet/
    ],
    [
      'the serving image is the one before',
      servingState(WANTED, service(), [pod({ server: digest('d'), ready: true })]),
      /No pod of fraud was made yet/
    ],
    [
      'the pod starts',
      servingState(WANTED, service(), [
        pod({ digest: OLD, ready: true }),
        pod({ name: 'new' })
      ]),
      /The pod of fraud starts/
    ],
    [
      'the pod has no status yet',
      servingState(WANTED, starting, [pod({ noStatus: true })]),
      /The pod of fraud starts/
    ],
    [
      'a pod of the version before answers, too',
      servingState(WANTED, service(), [
        pod({ name: 'old', digest: OLD, ready: true }),
        pod({ ready: true })
      ]),
      /The pods of the version before still answer/
    ],
    [
      'the only ready pod leaves',
      servingState(WANTED, service(), [pod({ ready: true, leaving: true })]),
      /No pod/
    ],
    [
      'the pod is ready and KServe does not say so',
      servingState(WANTED, starting, [pod({ ready: true })]),
      /KServe has not called fraud ready yet/
    ],
    [
      'the model server runs again after its first end',
      ofPod({ main: { restartCount: 1, lastState: { terminated: { exitCode: 1 } } } }),
      /The pod of fraud starts/
    ]
  ])('is waited for where %s', (_, state, words) => {
    expect(state).toMatchObject({ state: 'waiting', trouble: null });
    expect(state).toHaveProperty('detail', expect.stringMatching(words));
  });

  it('does not wait for a pod of the version before that leaves', () => {
    const old = pod({ name: 'old', digest: OLD, ready: true, leaving: true });
    expect(servingState(WANTED, service(), [old, pod({ ready: true })]).state).toBe(
      'ready'
    );
  });

  const unpulled = (reason: string): object => ({
    state: {
      waiting: { reason, message: 'Back-off pulling image "x": manifest unknown' }
    }
  });

  it.each<[string, ServingState, string, RegExp | undefined]>([
    [
      'the model cannot be pulled',
      ofPod({ phase: 'Pending', init: unpulled('ImagePullBackOff') }),
      'image-not-pulled',
      /manifest unknown/
    ],
    [
      'the serving image is not on the node',
      ofPod({ phase: 'Pending', main: unpulled('ErrImageNeverPull') }),
      'image-not-pulled',
      /manifest unknown/
    ],
    [
      'the model image has no /models',
      ofPod({
        phase: 'Pending',
        init: {
          restartCount: 1,
          state: { waiting: { reason: 'CrashLoopBackOff' } },
          lastState: {
            terminated: {
              exitCode: 1,
              reason: 'Error',
              message: 'NOK ... Prefetched but modelcar is invalid\n'
            }
          }
        }
      }),
      'model-image-unusable',
      /modelcar is invalid/
    ],
    [
      'the model image has no shell',
      ofPod({
        phase: 'Pending',
        init: {
          state: {
            terminated: {
              exitCode: 128,
              reason: 'StartError',
              message: 'exec: "sh": executable file not found in $PATH'
            }
          }
        }
      }),
      'model-image-unusable',
      /"sh": executable file not found/
    ],
    [
      'the model needs too much memory',
      ofPod({ main: crash({ exitCode: 137, reason: 'OOMKilled' }) }),
      'model-out-of-memory',
      undefined
    ],
    [
      'the model cannot be loaded',
      ofPod({
        main: crash({
          exitCode: 1,
          reason: 'Error',
          message:
            'Traceback\n  one\n  two\nModuleNotFoundError: No module named ‘xgboost’\n'
        })
      }),
      'model-not-loaded',
      /No module named ‘xgboost’/
    ],
    [
      'the runtime is missing',
      servingState(
        WANTED,
        service({
          conditions: NOT_READY,
          modelStatus: {
            transitionStatus: 'InvalidSpec',
            lastFailureInfo: {
              reason: 'RuntimeNotRecognized',
              message: 'Waiting for runtime to become available'
            }
          }
        }),
        []
      ),
      'model-refused-by-kserve',
      /not in the namespace. Waiting for runtime/
    ],
    [
      'it is stopped',
      servingState(WANTED, service({ conditions: [condition('Stopped', 'True')] }), []),
      'model-stopped',
      undefined
    ]
  ])('has failed where %s', (_, state, code, cause) => {
    expect(state).toMatchObject({ state: 'failed', error: { code } });
    const { error } = state as Extract<ServingState, { state: 'failed' }>;
    expect(error.cause ?? '').toMatch(cause ?? /^$/);
    expect(error.message).toContain('fraud');
    expect(error.action).toBeTruthy();
  });

  it.each<[string, ServingState, string]>([
    [
      'no node has room',
      ofPod({
        phase: 'Pending',
        conditions: [
          condition(
            'PodScheduled',
            'False',
            'Unschedulable',
            '0/1 nodes are available: 1 Insufficient memory.'
          )
        ]
      }),
      'pod-unschedulable'
    ],
    [
      'an image is not pulled at the first attempt',
      ofPod({ phase: 'Pending', init: unpulled('ErrImagePull') }),
      'image-not-pulled'
    ],
    [
      'a Secret is missing',
      ofPod({
        main: {
          state: {
            waiting: {
              reason: 'CreateContainerConfigError',
              message: 'secret "s" not found'
            }
          }
        }
      }),
      'container-not-created'
    ],
    [
      'the node has evicted it',
      ofPod({ phase: 'Failed', reason: 'Evicted', message: 'low on memory' }),
      'pod-evicted'
    ],
    [
      'the quota is used up',
      servingState(
        WANTED,
        service({
          conditions: [
            condition(
              'PredictorReady',
              'False',
              'FailedCreate',
              'pods "fraud-1" is forbidden: exceeded quota: small'
            )
          ]
        }),
        []
      ),
      'cluster-quota-exceeded'
    ],
    [
      'the namespace refuses such pods',
      servingState(
        WANTED,
        service({
          conditions: [
            condition(
              'PredictorReady',
              'False',
              'FailedCreate',
              'violates PodSecurity "restricted:latest"'
            )
          ]
        }),
        []
      ),
      'pod-security-refused'
    ]
  ])('is waited for with its reason where %s', (_, state, code) => {
    expect(state).toMatchObject({ state: 'waiting', trouble: { code } });
    expect(neverReady(WANTED, state, 15).code).toBe(code);
  });

  it('looks at the newest pods of a model that was declared again', () => {
    const killed = pod({
      name: 'small',
      template: 'small',
      main: crash({ exitCode: 137, reason: 'OOMKilled' })
    });
    const larger = pod({
      name: 'larger',
      template: 'larger',
      createdAt: '2026-08-01T10:01:00Z'
    });
    for (const pods of [
      [killed, larger],
      [larger, killed]
    ]) {
      expect(servingState(WANTED, starting, pods)).toMatchObject({ state: 'waiting' });
    }
  });

  it('says that it never got ready where nothing else is known', () => {
    expect(neverReady(WANTED, ofPod({}), 15)).toMatchObject({
      code: 'model-never-ready',
      message: 'fraud has not become ready on the cluster within 15 minutes.',
      cause: 'The pod of fraud starts.'
    });
  });

  it('takes no failure of an earlier model for one of this', () => {
    // KServe never removes it.
    const modelStatus = {
      transitionStatus: 'InProgress',
      lastFailureInfo: { reason: 'ModelLoadFailed', message: 'long ago' }
    };
    const state = servingState(
      WANTED,
      service({ conditions: NOT_READY, modelStatus }),
      [pod()]
    );
    expect(state).toMatchObject({ state: 'waiting', trouble: null });
  });

  it('tells no credential that the cluster repeats', () => {
    const state = ofPod({
      phase: 'Pending',
      init: {
        state: {
          waiting: {
            reason: 'ImagePullBackOff',
            message: 'GET https://ci:hunter2@registry.example.com/v2: denied'
          }
        }
      }
    });
    expect(JSON.stringify(state)).toContain('denied');
    expect(JSON.stringify(state)).not.toContain('hunter2');
  });

  it('is not there yet where objects are not as expected', () => {
    const odd = KubeObject.parse({
      metadata: { name: 'fraud' },
      spec: { containers: 'none' },
      status: 'odd'
    });
    expect(servingState(WANTED, seenService(odd), [seenPod(odd)])).toMatchObject({
      state: 'waiting'
    });
  });
});
