import { MlopsError } from '../../src/contract/mlops-error';
import { answerGolden } from '../../src/gateway/environments/endpoint/golden';
import { KServeServedModel } from '../../src/gateway/serving/kserve/kserve-served-model';
import type { IServedModel } from '../../src/gateway/serving/port';
import { KServeTester, SERVING_IMAGE } from './kserve-tester';
import { eventually } from './real-cluster';

const ROWS = [
  { temp: 1, hour: 2 },
  { temp: 5, hour: 5 }
];

/** Version 1 and 2 add their number to the row's sum. */
const golden = (version: number): Parameters<typeof answerGolden>[1] => ({
  rows: ROWS,
  predictions: [3 + version, 10 + version],
  probabilities: null
});

async function failure(work: Promise<unknown>): Promise<MlopsError['body']> {
  const error: unknown = await work.then(
    () => 'nothing',
    (reason: unknown) => reason
  );
  expect(error).toBeInstanceOf(MlopsError);
  return (error as MlopsError).body;
}

const suite = SERVING_IMAGE === undefined ? describe.skip : describe;

suite('models on KServe (skipped because SERVING_IMAGE names no image)', () => {
  let tester: KServeTester;
  let first: IServedModel;

  beforeAll(async () => {
    tester = await KServeTester.start();
  });
  afterAll(() => tester.close());

  it('serve once a ready pod carries the digest', async () => {
    const version = tester.version(1);
    await tester.apply(version);
    first = await tester.serve(version);
    const [pod, ...more] = await tester.pods();
    expect(more).toEqual([]);
    expect(pod.ready).toBe(true);
    expect(pod.digests).toContain(version.image);
    await answerGolden(first, golden(1));
  });

  it('say what the model says of a wrong request', async () => {
    const reply = await first.infer('{"inputs": []}');
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(await reply.json()).toHaveProperty('error');
  });

  it('tell their pods and the rate of requests', async () => {
    const model = first as KServeServedModel;
    await model.facts();
    await first.predict(ROWS);
    await first.predict(ROWS);
    await eventually(async () => {
      const { replicas, requests } = await model.facts();
      expect(replicas).toEqual({ ready: 1, total: 1 });
      expect(requests?.requestsPerMinute).toBeGreaterThan(0);
    });
  });

  it.each<[string, () => ReturnType<KServeTester['version']>, string, RegExp]>([
    [
      'its image is nowhere',
      () => tester.versionOf(5, `localhost/fraud@sha256:${'0'.repeat(64)}`),
      'image-not-pulled',
      /localhost\/fraud/
    ],
    [
      'its image holds no model',
      () => tester.version(4),
      'model-image-unusable',
      /modelcar is invalid/
    ],
    ['its file is broken', () => tester.version(3), 'model-not-loaded', /\w/]
  ])('answer as before while the next one fails: %s', async (_, make, code, cause) => {
    const next = make();
    await tester.apply(next);
    const body = await failure(tester.serve(next));
    expect([body.code, body.cause]).toEqual([code, expect.stringMatching(cause)]);
    await answerGolden(first, golden(1));
  });

  it.each<[string, object, string]>([
    ['it needs more memory', { memory: '40Mi' }, 'model-out-of-memory'],
    ['no node has room', { memory: '9000Gi' }, 'pod-unschedulable']
  ])('answer as before while %s', async (_, settings, code) => {
    const next = tester.version(2);
    await tester.apply(next, settings);
    expect((await failure(tester.serve(next, 20_000))).code).toBe(code);
    await answerGolden(first, golden(1));
  });

  it('answer without a gap while the next one starts', async () => {
    const next = tester.version(2);
    await tester.apply(next);
    let served = false;
    const work = tester.serve(next).finally(() => (served = true));
    const sums = new Set<unknown>();
    while (!served) {
      sums.add((await first.predict(ROWS)).predictions[0]);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    const second = await work;
    // Nothing but the version before and this one has answered.
    expect([4, 5]).toEqual(expect.arrayContaining([...sums]));
    expect(sums).toContain(4);
    await answerGolden(second, golden(2));
    await first.stop();
    await second.stop();
  });
});
