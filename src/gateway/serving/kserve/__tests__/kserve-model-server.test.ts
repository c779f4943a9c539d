import { pino } from 'pino';

import { MlopsError } from '../../../../contract/mlops-error';
import { answerGolden } from '../../../environments/endpoint/golden';
import { buildVersion } from '../../../environments/__tests__/model-builder';
import { json, status } from '../../../kube/__tests__/api-double';
import type { IServedModel } from '../../port';
import { KServeModelServer } from '../kserve-model-server';
import { KServeServedModel } from '../kserve-served-model';
import { KServeDouble } from './kserve-double';
import { condition, NEW, OLD, podObject, SERVER, serviceObject } from './objects';

const VERSION = buildVersion({ model: 'fraud', version: 3 });
const ROWS = [
  { temp: 1, hour: 1 },
  { temp: 2, hour: 2 }
];

const NEW_POD = podObject({ name: 'new', ready: true });
const OLD_POD = podObject({ name: 'old', digest: OLD, ready: true });

async function eventually(holds: () => void | Promise<void>): Promise<void> {
  for (const end = Date.now() + 10_000; ;) {
    try {
      return await holds();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}

describe('a model on KServe', () => {
  let double: KServeDouble;
  let served: IServedModel | null;

  beforeEach(async () => {
    double = await KServeDouble.start();
    served = null;
  });
  afterEach(async () => {
    await served?.stop();
    await double.close();
  });

  const server = (readyWithin?: number): KServeModelServer =>
    new KServeModelServer({
      cluster: double.test.open(),
      namespace: 'ml-team',
      images: { model: NEW, server: SERVER },
      readyWithin,
      log: pino({ level: 'silent' })
    });

  const serve = async (): Promise<KServeServedModel> => {
    double.set(serviceObject({}), [NEW_POD]);
    served = await server().serve(VERSION);
    expect(served).toBeInstanceOf(KServeServedModel);
    return served as KServeServedModel;
  };

  async function failure(work: Promise<unknown>): Promise<MlopsError['body']> {
    const error: unknown = await work.then(
      () => 'nothing',
      (reason: unknown) => reason
    );
    expect(error).toBeInstanceOf(MlopsError);
    return (error as MlopsError).body;
  }

  it.each([
    ['nobody', undefined, false],
    ['somebody else', 'http://sink.monitoring.svc/', false],
    ['our collector', 'http://mlops-monitor.ml-team.svc:8080/', true],
    ["another namespace's", 'http://mlops-monitor.other.svc:8080/', false]
  ])(
    'is captured elsewhere where the cluster tells %s',
    async (_, logger, expected) => {
      double.set(serviceObject({ logger }), [NEW_POD]);
      served = await server().serve(VERSION);
      expect(served.capturedElsewhere).toBe(expected);
    }
  );

  it('serves only when the promoted digest alone answers', async () => {
    const told: string[] = [];
    double.set(serviceObject({ digest: OLD }), [OLD_POD]);
    const work = server().serve(VERSION, { progress: detail => told.push(detail) });
    let done = false;
    void work.then(() => {
      done = true;
    });
    const until = async (words: RegExp): Promise<void> => {
      await eventually(() => expect(told).toContainEqual(expect.stringMatching(words)));
      expect(done).toBe(false);
    };
    await until(/does not name the new model yet/);
    double.set(serviceObject({}), [OLD_POD, podObject({ name: 'new' })]);
    await until(/The pod of fraud starts/);
    double.set(serviceObject({}), [OLD_POD, NEW_POD]);
    await until(/version before still answer/);
    double.ready = false;
    double.set(serviceObject({}), [NEW_POD]);
    await until(/The model is asked/);
    double.ready = true;
    served = await work;
    expect(served.digest).toBe(VERSION.digest);
    expect(await served.ready()).toBe(true);
  });

  it('answers rows and its golden request through the API server', async () => {
    const model = await serve();
    expect(await model.predict(ROWS)).toEqual({ predictions: [3, 5] });
    expect(JSON.parse(double.asked[0])).toEqual({
      inputs: [
        { name: 'temp', datatype: 'FP64', shape: [2, 1], data: [1, 2] },
        { name: 'hour', datatype: 'FP64', shape: [2, 1], data: [1, 2] }
      ]
    });
    const golden = { rows: ROWS, predictions: [3, 5], probabilities: null };
    await answerGolden(model, golden);
    const wrong = { ...golden, predictions: [3, 5.1] };
    expect((await failure(answerGolden(model, wrong))).code).toBe('golden-mismatch');
  });

  it('hands a request on to the byte, and its answer back', async () => {
    const model = await serve();
    // More digits than a JavaScript number holds
    const body = '{"inputs":[{"name":"id","data":[9007199254740993]}]}';
    expect(await (await model.infer(body)).json()).toHaveProperty('outputs');
    expect(double.asked).toEqual([body]);
  });

  it.each<[string, KServeDouble['infer'], RegExp]>([
    [
      'of its own',
      response => json(response, 400, { error: 'temp must be a number' }),
      /temp must be a number/
    ],
    [
      'because no pod is there',
      response =>
        status(response, 503, {
          message: 'no endpoints available for service "fraud-predictor"',
          reason: 'ServiceUnavailable'
        }),
      /no endpoints available/
    ],
    ['that is no JSON', response => response.end('<html>'), /no JSON/],
    [
      'that is none of the protocol',
      response => json(response, 200, { predictions: [1] }),
      /not one of the protocol/
    ]
  ])('says what went wrong by an answer %s', async (_, infer, cause) => {
    const model = await serve();
    double.infer = infer;
    const body = await failure(model.predict(ROWS));
    expect(body.code).toBe('prediction-failed');
    expect(body.cause).toMatch(cause);
  });

  it('checks the rows before it asks', async () => {
    const model = await serve();
    expect((await failure(model.predict([{ temp: 'warm' }]))).code).toBe(
      'input-invalid'
    );
    expect(double.asked).toEqual([]);
  });

  it('reads why a model could not be loaded from its log', async () => {
    double.log = 'INFO starting\nModuleNotFoundError: No module named ‘xgboost’\n';
    const main = {
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: { terminated: { exitCode: 0, reason: 'Completed' } }
    };
    double.set(serviceObject({}), [OLD_POD, podObject({ name: 'new', main })]);
    const body = await failure(server().serve(VERSION));
    expect(body.code).toBe('model-not-loaded');
    expect(body.cause).toMatch(/No module named ‘xgboost’/);
  });

  it('tells what was raised, not what was cancelled because of it', async () => {
    double.log =
      'Traceback\n  File "model.py", line 3\nEOFError: Ran out of input\nTraceback\n  await getter\nasyncio.exceptions.CancelledError\n';
    const main = {
      restartCount: 2,
      state: { waiting: { reason: 'CrashLoopBackOff' } },
      lastState: {
        terminated: {
          exitCode: 1,
          reason: 'Error',
          message: '  await getter\nasyncio.exceptions.CancelledError'
        }
      }
    };
    double.set(serviceObject({}), [OLD_POD, podObject({ name: 'new', main })]);
    expect((await failure(server().serve(VERSION))).cause).toBe(
      'EOFError: Ran out of input'
    );
  });

  it('tells what stands in the way while it waits', async () => {
    const words =
      'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true';
    const refused = condition('PredictorReady', 'False', 'FailedCreate', words);
    double.set(serviceObject({ conditions: [refused] }), []);
    const told: unknown[] = [];
    const leave = new AbortController();
    const work = server().serve(VERSION, {
      signal: leave.signal,
      progress: (detail, trouble) => told.push([detail, trouble?.code])
    });
    await eventually(() =>
      expect(told).toContainEqual([
        'No pod of fraud was made yet',
        'pod-security-refused'
      ])
    );
    leave.abort(new Error('enough'));
    await expect(work).rejects.toThrow('enough');
  });

  it('waits as long as nobody has applied what Git declares', async () => {
    double.set(serviceObject({ digest: OLD }), [OLD_POD]);
    let ended = false;
    const work = server(300)
      .serve(VERSION)
      .finally(() => (ended = true));
    await new Promise(resolve => setTimeout(resolve, 900));
    expect(ended).toBe(false);
    double.set(serviceObject({}), [NEW_POD]);
    served = await work;
    expect(served.digest).toBe(VERSION.digest);
  });

  it('gives up after a time, with what is known', async () => {
    const conditions = [
      condition('PodScheduled', 'False', 'Unschedulable', '1 Insufficient memory.')
    ];
    double.set(serviceObject({}), [
      podObject({ name: 'new', phase: 'Pending', conditions })
    ]);
    expect(await failure(server(300).serve(VERSION))).toMatchObject({
      code: 'pod-unschedulable',
      cause: '1 Insufficient memory.'
    });
  });

  it('is left when the caller gives up', async () => {
    const abort = new AbortController();
    const work = server().serve(VERSION, {
      signal: abort.signal,
      progress: () => abort.abort(new Error('Something else is declared now.'))
    });
    await expect(work).rejects.toThrow('Something else');
  });

  it.each(['watch inferenceservices', 'create services/proxy', 'get pods/log'])(
    'asks for the right to %s first',
    async right => {
      double.refused.add(right);
      const body = await failure(server().serve(VERSION));
      expect(body.code).toBe('cluster-not-allowed');
      const [verb, resource] = right.split(' ');
      expect(body.message).toBe(`You may not ${verb} ${resource} in ml-team.`);
    }
  );

  it('tells its pods and how often it is asked', async () => {
    const model = await serve();
    expect(await model.facts()).toEqual({
      replicas: { ready: 1, total: 1 },
      requests: null
    });
    double.requests = 20;
    double.set(serviceObject({}), [NEW_POD, podObject({ name: 'second' })]);
    await eventually(async () => {
      const { replicas, requests } = await model.facts();
      expect(replicas).toEqual({ ready: 1, total: 2 });
      expect(requests?.requestsPerMinute).toBeGreaterThan(20);
      expect(requests?.errorRate).toBe(0);
    });
  });

  it.each<[string, object | null]>([
    ['another version is declared', serviceObject({ digest: OLD })],
    ['it is deleted', null]
  ])('has ended when %s, and not when its pod is replaced', async (_, next) => {
    const model = await serve();
    double.set(serviceObject({}), [podObject({ name: 'replacement' })]);
    const ended = jest.fn();
    void model.ended.then(ended);
    await eventually(async () => expect(await model.ready()).toBe(false));
    expect(ended).not.toHaveBeenCalled();
    double.set(next, []);
    expect((await model.ended).reason).toMatch(/another version, or none/);
  });
});
