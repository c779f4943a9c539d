import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { digestOf } from './model-builder';
import type { IPayload } from '../port';
import { commitByHand, startStage, until, type IRunningStage } from './stage-builder';

let stage: IRunningStage;

beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.discard());

const at = { environment: 'dev', model: 'bike' };
const row = { temp: 1, hour: 2 };
const folder = 'environments/dev/bike';

const answer = async (): Promise<number> =>
  (await stage.call('predict', { params: at, body: { rows: [row] } })).version;

describe('what Git declares', () => {
  test('is restored by the next gateway, without a promotion', async () => {
    stage.models.add();
    await stage.promote(1, 'dev');
    const { address } = (await stage.environment('dev')).endpoints[0];
    await stage.close();
    expect(stage.modelServer.running).toEqual([]);
    stage = await startStage({ after: stage });
    await until(() => stage.modelServer.running.length === 1);
    await until(
      async () => (await stage.environment('dev')).endpoints[0].health === 'healthy'
    );
    expect(await answer()).toBe(1);
    expect((await stage.environment('dev')).endpoints[0].address).toBe(address);
  });

  test('is followed where somebody commits by hand', async () => {
    const first = stage.models.add();
    const second = stage.models.add({ version: 2 });
    await stage.promote(1, 'dev');
    const file = `${folder}/inferenceservice.yaml`;
    const text = stage.git('show', `main:${file}`);
    const revision = commitByHand(stage.core, 'Use 2', clone =>
      writeFileSync(join(clone, file), text.replaceAll(first.digest, second.digest))
    );
    await until(async () => (await answer()) === 2);
    const { releases } = await stage.environment('dev');
    expect(releases).toMatchObject([
      { version: 2, revision, promotion: '', actor: { name: 'Hand', asserted: true } }
    ]);
    expect(stage.models.released.get('dev/bike')).toBe(2);
    expect(stage.core.audit.list(1)).toMatchObject([
      {
        action: 'environments.commit',
        object: 'dev/bike',
        actor: { name: 'Hand', asserted: true },
        details: { revision }
      }
    ]);
    const body = { model: 'bike', version: 2, environment: 'prod' };
    expect((await stage.call('planPromotion', { body })).allowed).toBe(true);
  });

  test('ends an endpoint whose folder is removed', async () => {
    stage.models.add();
    await stage.promote(1, 'dev');
    commitByHand(stage.core, 'Remove it', clone =>
      rmSync(join(clone, folder), { recursive: true })
    );
    await until(() => stage.modelServer.running.length === 0);
    expect((await stage.environment('dev')).endpoints).toEqual([]);
    expect(stage.models.released.get('dev/bike')).toBeNull();
    await expect(answer()).rejects.toMatchObject({
      status: 404,
      body: { code: 'endpoint-unknown' }
    });
  });

  const BOMB = [
    'a: &a [x,x,x,x,x,x,x,x]',
    ...'bcdefgh'
      .split('')
      .map(
        (name, index) =>
          `${name}: &${name} [${new Array(9).fill(`*${'abcdefgh'[index]}`).join()}]`
      )
  ].join('\n');
  test.each([
    ['is not YAML', 'kind: [', 'manifest-broken'],
    ['is a bomb of aliases', BOMB, 'manifest-broken'],
    [
      'names its content by a tag',
      'kind: InferenceService\nmetadata: {name: bike}\nspec: {predictor: {model: {storageUri: "oci://x/bike:latest"}}}',
      'manifest-broken'
    ],
    [
      'names an unknown digest',
      `kind: InferenceService\nmetadata: {name: bike}\nspec: {predictor: {model: {storageUri: "oci://localhost/bike@${digestOf('?')}"}}}`,
      'digest-unknown'
    ]
  ])(
    'harms only its own endpoint where a file %s, and the old version goes on',
    async (_, text, code) => {
      stage.models.add();
      stage.models.add({ model: 'taxi' });
      await stage.promote(1, 'dev');
      await stage.promote(1, 'dev', 'taxi');
      commitByHand(stage.core, 'Break it', clone =>
        writeFileSync(join(clone, folder, 'inferenceservice.yaml'), text)
      );
      await until(
        async () => (await stage.environment('dev')).endpoints[0].error !== null
      );
      const { endpoints } = await stage.environment('dev');
      expect(endpoints).toMatchObject([
        {
          model: 'bike',
          health: 'degraded',
          synced: false,
          version: 1,
          error: { code }
        },
        { model: 'taxi', health: 'healthy', synced: true, error: null }
      ]);
      expect(await answer()).toBe(1);
    }
  );

  test('keeps its endpoints where environment.yaml is broken; only promotions into it are refused', async () => {
    stage.models.add();
    stage.models.add({ version: 2 });
    await stage.promote(1, 'dev');
    commitByHand(stage.core, 'Break it', clone => {
      writeFileSync(
        join(clone, 'environments/dev/environment.yaml'),
        'kind: Environment\nname: dev\nrulez: 1'
      );
      mkdirSync(join(clone, 'environments/Not A Name/bike'), { recursive: true });
      writeFileSync(
        join(clone, 'environments/Not A Name/bike/inferenceservice.yaml'),
        'x'
      );
    });
    const body = { model: 'bike', version: 2, environment: 'dev' };
    await expect(stage.call('planPromotion', { body })).rejects.toMatchObject({
      body: {
        code: 'manifest-broken',
        message: expect.stringContaining('environments/dev/environment.yaml')
      }
    });
    expect(await answer()).toBe(1);
  });
});

describe('an endpoint', () => {
  test('answers every request while versions change, and every answer is from one of them', async () => {
    stage.models.add({ behaviour: { offset: 1, pause: 40 } });
    stage.models.add({ version: 2, behaviour: { offset: 2, pause: 5 } });
    await stage.promote(1, 'dev');
    let go = true;
    const answers: string[] = [];
    const client = async (): Promise<void> => {
      while (go) {
        const { version, predictions } = await stage.call('predict', {
          params: at,
          body: { rows: [row] }
        });
        answers.push(`${version}:${predictions[0]}`);
      }
    };
    const clients = Array.from({ length: 5 }, client);
    await until(() => answers.length > 10);
    await stage.promote(2, 'dev');
    const seen = answers.length;
    await until(() => answers.length > seen + 10);
    go = false;
    await Promise.all(clients);
    expect([...new Set(answers)].sort()).toEqual(['1:4', '2:5']);
    expect(answers.lastIndexOf('1:4')).toBeLessThan(answers.length - 1);
    await until(() => stage.modelServer.running.length === 1);
    expect(stage.modelServer.running[0].version.version).toBe(2);
  });

  test('whose model server dies says so and comes back by itself', async () => {
    stage.models.add();
    await stage.promote(1, 'dev');
    await stage.modelServer.running[0].crash();
    await until(
      async () => (await stage.environment('dev')).endpoints[0].error !== null
    );
    await expect(answer()).rejects.toMatchObject({
      status: 503,
      body: { code: 'endpoint-unavailable' }
    });
    expect((await stage.environment('dev')).endpoints).toMatchObject([
      { health: 'degraded', version: null, error: { code: 'model-server-ended' } }
    ]);
    await until(async () => (await stage.environment('dev')).endpoints[0].synced);
    expect(await answer()).toBe(1);
  });

  test('refuses wrong columns and types with a sentence, and tells its sinks of everything', async () => {
    stage.models.add();
    await stage.promote(1, 'dev');
    const payloads: IPayload[] = [];
    stage.environments.addPayloadSink(() => {
      throw new Error('a sink that fails harms nobody');
    });
    stage.environments.addPayloadSink(payload => payloads.push(payload));
    const ask = (rows: Record<string, unknown>[], more = {}) =>
      stage.call('predict', { params: at, body: { rows, ...more } });
    await expect(ask([{ temp: 1 }])).rejects.toMatchObject({
      status: 422,
      body: { code: 'input-invalid' }
    });
    await expect(ask([{ temp: 'hot', hour: 1 }])).rejects.toMatchObject({
      status: 422,
      body: { code: 'input-invalid' }
    });
    await expect(ask([row], { eventTime: [] })).rejects.toMatchObject({
      body: { code: 'input-invalid' }
    });
    const eventTime = '2011-04-01T00:00:00.000Z';
    expect(await ask([row, row], { id: 'r-1', eventTime })).toMatchObject({
      id: 'r-1'
    });
    expect(payloads.map(({ outcome }) => outcome)).toEqual([
      'refused',
      'refused',
      'answered'
    ]);
    expect(payloads[2]).toMatchObject({
      id: 'r-1',
      environment: 'dev',
      model: 'bike',
      version: 1,
      rows: [row, row],
      predictions: [4, 4],
      eventTimes: [eventTime, eventTime]
    });
    const [endpoint] = (await stage.environment('dev')).endpoints;
    expect(endpoint.requestsPerMinute).toBeCloseTo(4 / 5);
    expect(endpoint.errorRate).toBe(0);
    expect(endpoint.refusedRate).toBeCloseTo(3 / 4);
    expect(endpoint.p95Milliseconds).toBeGreaterThan(0);
  });

  test('answers the Open Inference Protocol and captures its rows', async () => {
    stage.models.add();
    await stage.promote(1, 'dev');
    const payloads: IPayload[] = [];
    stage.environments.addPayloadSink(payload => payloads.push(payload));
    const body = {
      id: 'oip-1',
      parameters: { event_time: '2011-04-01T00:00:00.000Z' },
      inputs: [
        { name: 'temp', shape: [2], datatype: 'FP64', data: [1, 2] },
        { name: 'hour', shape: [2, 1], datatype: 'FP64', data: [3, 4] }
      ]
    };
    const reply = await stage.fetch('/environments/dev/models/bike/infer', {
      method: 'POST',
      body: JSON.stringify(body)
    });
    expect(await reply.json()).toMatchObject({ outputs: [{ data: [5, 7] }] });
    expect(payloads).toMatchObject([
      {
        id: 'oip-1',
        outcome: 'answered',
        rows: [
          { temp: 1, hour: 3 },
          { temp: 2, hour: 4 }
        ],
        predictions: [5, 7]
      }
    ]);
  });

  test('offers rows of its golden request as an example', async () => {
    stage.models.add();
    await stage.promote(1, 'dev');
    const example = await stage.call('example', { params: at });
    expect(example.rows).toEqual([
      { temp: 1, hour: 1 },
      { temp: 2, hour: 2 }
    ]);
    await stage.call('predict', { params: at, body: example });
  });
});
