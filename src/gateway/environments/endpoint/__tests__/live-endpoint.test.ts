import { pino } from 'pino';

import type { ModelVersion } from '../../../../contract/model';
import type { IServedModel, IServeOptions } from '../../../serving/port';
import { InMemoryModels } from '../../__tests__/model-builder';
import { ProcessModelServer } from '../../__tests__/model-server-double';
import { until } from '../../__tests__/stage-builder';
import type { IDeclaredRelease } from '../../manifests/release-reader';
import { HERE } from '../../manifests/target';
import { LiveEndpoint, type IWanted } from '../live-endpoint';
import { StartingPlaces } from '../serving-slot';

/** A model server whose starts can be held up, and fail as often as wanted. */
class HeldServer extends ProcessModelServer {
  hold: Promise<void> = Promise.resolve();
  failures = 0;
  asked: number[] = [];
  /** What the last start tells. */
  tell: NonNullable<IServeOptions['progress']> = () => undefined;

  override async serve(
    version: ModelVersion,
    options: IServeOptions
  ): Promise<IServedModel> {
    this.asked.push(version.version);
    this.tell = options.progress ?? this.tell;
    await Promise.race([
      this.hold,
      new Promise((_, reject) =>
        options.signal?.addEventListener('abort', () => reject(options.signal?.reason))
      )
    ]);
    if (this.failures > 0) {
      this.failures -= 1;
      throw new Error('not this time');
    }
    return super.serve(version, options);
  }
}

let models: InMemoryModels;
let server: HeldServer;
let endpoint: LiveEndpoint;
let serving: (number | undefined)[];

beforeEach(() => {
  models = new InMemoryModels();
  server = new HeldServer();
  serving = [];
  endpoint = new LiveEndpoint('dev', 'bike', {
    models,
    serverOf: () => server,
    places: new StartingPlaces(2),
    log: pino({ level: 'silent' }),
    onServing: ({ served }) => serving.push(served?.version.version),
    onChanged: () => undefined
  });
});
afterEach(async () => {
  await endpoint.close();
  expect(server.running).toEqual([]);
});

function release(version: number, app: string | null = null): IDeclaredRelease {
  const { model, digest, baseline } = models.add({ version });
  return { environment: 'dev', model, digest, images: null, app, baseline };
}

const wanted = (declared: IDeclaredRelease | null, revision: string): IWanted => ({
  release: declared,
  error: null,
  revision,
  target: HERE
});

const never = new AbortController().signal;

test('nothing is declared: it is stopped and says that nothing answers', async () => {
  expect(endpoint.health).toBe('stopped');
  await expect(endpoint.use(async () => 1)).rejects.toMatchObject({
    body: { code: 'endpoint-unavailable' }
  });
});

test('it is progressing until the version answers, then healthy', async () => {
  const first = release(1);
  endpoint.want(wanted(first, 'a'));
  expect([endpoint.health, endpoint.synced]).toEqual(['progressing', false]);
  expect(await endpoint.reached(first, never)).toEqual({ state: 'served' });
  expect([endpoint.health, endpoint.synced, serving]).toEqual(['healthy', true, [1]]);
});

test('a start that nobody wants any more is given up at once', async () => {
  const [first, second] = [release(1), release(2)];
  server.hold = new Promise(() => undefined);
  endpoint.want(wanted(first, 'a'));
  await until(() => server.asked.length === 1);
  server.hold = Promise.resolve();
  const overtaken = endpoint.reached(first, never);
  endpoint.want(wanted(second, 'b'));
  expect(await overtaken).toEqual({ state: 'superseded' });
  expect(await endpoint.reached(second, never)).toEqual({ state: 'served' });
  expect([server.asked, serving]).toEqual([[1, 2], [2]]);
});

test('going back to what serves while another starts leaves the server as it is', async () => {
  const [first, second] = [release(1), release(2)];
  endpoint.want(wanted(first, 'a'));
  await endpoint.reached(first, never);
  server.hold = new Promise(() => undefined);
  endpoint.want(wanted(second, 'b'));
  endpoint.want(wanted(first, 'c'));
  expect(await endpoint.reached(first, never)).toEqual({ state: 'served' });
  expect(serving).toEqual([1]);
});

test('another app for the same model starts no server', async () => {
  const first = release(1);
  endpoint.want(wanted(first, 'a'));
  await endpoint.reached(first, never);
  const changed = { ...first, app: first.digest };
  endpoint.want(wanted(changed, 'b'));
  expect(await endpoint.reached(changed, never)).toEqual({ state: 'served' });
  expect(await endpoint.reached(first, never)).toEqual({ state: 'superseded' });
  expect(server.asked).toEqual([1]);
});

test('a start that fails is told at once and tried again by itself', async () => {
  const first = release(1);
  server.failures = 2;
  endpoint.want(wanted(first, 'a'));
  expect(await endpoint.reached(first, never)).toMatchObject({
    state: 'failed',
    error: { cause: 'not this time' }
  });
  expect(endpoint.health).toBe('degraded');
  await until(() => endpoint.synced);
  expect(server.asked).toEqual([1, 1, 1]);
  expect(endpoint.error).toBeNull();
});

test('a new commit that declares the same is a new chance without waiting', async () => {
  const first = release(1);
  server.failures = 1;
  endpoint.want(wanted(first, 'a'));
  await endpoint.reached(first, never);
  endpoint.want(wanted(first, 'b'));
  expect(await endpoint.reached(first, never)).toEqual({ state: 'served' });
});

test('files that cannot be used leave the old version serving, with the reason', async () => {
  const first = release(1);
  endpoint.want(wanted(first, 'a'));
  await endpoint.reached(first, never);
  const error = { code: 'manifest-broken', message: 'It is broken.' };
  endpoint.want({ release: null, error, revision: 'b', target: HERE });
  expect([endpoint.health, endpoint.synced, endpoint.error]).toEqual([
    'degraded',
    false,
    error
  ]);
  expect(endpoint.served?.version.version).toBe(1);
  endpoint.want(wanted(first, 'c'));
  expect([endpoint.health, server.asked]).toEqual(['healthy', [1]]);
});

test('whoever waits is let go when the gateway ends', async () => {
  const first = release(1);
  server.hold = new Promise(() => undefined);
  endpoint.want(wanted(first, 'a'));
  const ends = new AbortController();
  const waiting = endpoint.reached(first, ends.signal);
  ends.abort(new Error('The gateway ends.'));
  await expect(waiting).rejects.toThrow('The gateway ends.');
});

test('a digest of another model is not served', async () => {
  const taxi = models.add({ model: 'taxi' });
  const declared = { ...release(1), digest: taxi.digest };
  endpoint.want(wanted(declared, 'a'));
  expect(await endpoint.reached(declared, never)).toMatchObject({
    state: 'failed',
    error: { code: 'digest-unknown' }
  });
});

const same = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

test('what is done, and what stands in the way, is told to who waits for it', async () => {
  const first = release(1);
  server.hold = new Promise(() => undefined);
  const news: unknown[] = [];
  endpoint.want(wanted(first, 'a'));
  const leave = new AbortController();
  const waiting = endpoint.reached(first, leave.signal, told => news.push(told));
  await until(() => server.asked.length === 1);
  const trouble = { code: 'pod-unschedulable', message: 'No node takes the pod.' };
  for (const [detail, why] of [
    ['The pod starts', null],
    ['No node takes the pod.', trouble]
  ] as const) {
    server.tell(detail, why);
    const message = detail.replace(/\.?$/, '.');
    await until(() => news.length > 0 && same(news.at(-1), { message, trouble: why }));
  }
  leave.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
});

test('on a cluster the version before answers until the next one does, and is looked for anew if that does not come', async () => {
  const target = { name: 'datacenter', namespace: 'ml-dev' };
  const [first, second] = [release(1), release(2)];
  endpoint.want({ ...wanted(first, 'a'), target });
  await endpoint.reached(first, never);
  server.hold = new Promise(() => undefined);
  endpoint.want({ ...wanted(second, 'b'), target });
  await until(() => server.asked.length === 2);
  // As a cluster that declares another version by now.
  await server.started[0].crash();
  expect(await endpoint.use(async ({ version }) => version.version)).toBe(1);
  expect(endpoint.health).toBe('progressing');
  server.hold = Promise.resolve();
  endpoint.want({ ...wanted(first, 'c'), target });
  expect(await endpoint.reached(first, never)).toEqual({ state: 'served' });
  expect(server.asked).toEqual([1, 2, 1]);
});
