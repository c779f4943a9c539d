import { pino } from 'pino';

import { MlopsError } from '../../../../contract/mlops-error';
import type { IServedModel } from '../../../serving/port';
import { buildVersion } from '../../__tests__/model-builder';
import type { Outcome } from '../../port';
import { infer, predict } from '../answer';
import { HERE } from '../../manifests/target';
import { answerGolden } from '../golden';
import { LiveEndpoint } from '../live-endpoint';
import { StartingPlaces } from '../serving-slot';

const ROWS = [{ temp: 1, hour: 2 }];

/** An endpoint behind which the given server answers; none where it is null. */
async function endpointOf(served: Partial<IServedModel> | null) {
  const version = buildVersion();
  const serve = async (): Promise<IServedModel> => ({
    digest: version.digest,
    version,
    capturedElsewhere: false,
    predict: async () => ({ predictions: [1] }),
    infer: async () => Response.json({ outputs: [] }),
    ready: async () => true,
    ended: new Promise(() => undefined),
    stop: async () => undefined,
    ...served
  });
  const endpoint = new LiveEndpoint('dev', 'bike', {
    models: { byDigest: () => ({ ...version, golden: null }), json: () => null },
    serverOf: () => ({ serve }),
    places: new StartingPlaces(1),
    log: pino({ level: 'silent' }),
    onServing: () => undefined,
    onChanged: () => undefined
  });
  if (served) {
    const { model, digest, baseline } = version;
    const release = {
      environment: 'dev',
      model,
      digest,
      images: null,
      app: null,
      baseline
    };
    endpoint.want({ release, error: null, revision: 'r', target: HERE });
    await endpoint.reached(release, AbortSignal.timeout(5_000));
  }
  return endpoint;
}

describe('the outcome of a request', () => {
  let outcomes: Outcome[];
  const observer = {
    observe: (_endpoint: LiveEndpoint, { outcome }: { outcome: Outcome }) =>
      void outcomes.push(outcome),
    count: (_endpoint: LiveEndpoint, outcome: Outcome) => void outcomes.push(outcome)
  };

  beforeEach(() => {
    outcomes = [];
  });

  it('is a failure while nothing serves', async () => {
    const endpoint = await endpointOf(null);
    await expect(predict(endpoint, { rows: ROWS }, observer)).rejects.toMatchObject({
      body: { code: 'endpoint-unavailable' }
    });
    await expect(infer(endpoint, '{}', observer)).rejects.toThrow();
    expect(outcomes).toEqual(['failed', 'failed']);
  });

  it('is no failure of the endpoint where the request itself is wrong', async () => {
    const wrong = new MlopsError('refused', { code: 'input-invalid', message: 'No.' });
    const endpoint = await endpointOf({
      predict: () => Promise.reject(wrong),
      infer: async () => new Response('{}', { status: 400 })
    });
    await expect(predict(endpoint, { rows: ROWS }, observer)).rejects.toThrow('No.');
    const uneven = { rows: ROWS, eventTime: [] };
    await expect(predict(endpoint, uneven, observer)).rejects.toMatchObject({
      body: { code: 'input-invalid' }
    });
    expect((await infer(endpoint, '{}', observer)).status).toBe(400);
    expect(outcomes).toEqual(['refused', 'refused', 'refused']);
    await endpoint.close();
  });

  it('is a failure where the model cannot answer', async () => {
    const endpoint = await endpointOf({
      predict: () => Promise.reject(new Error('broken')),
      infer: async () => new Response('{}', { status: 500 })
    });
    await expect(predict(endpoint, { rows: ROWS }, observer)).rejects.toThrow();
    await infer(endpoint, '{}', observer);
    expect(outcomes).toEqual(['failed', 'failed']);
    await endpoint.close();
  });

  it('is a failure where MLServer blames a request that fits the signature', async () => {
    const endpoint = await endpointOf({
      infer: async () => new Response('{}', { status: 400 })
    });
    const tensor = { shape: [1], datatype: 'FP64', data: [1] };
    const inputs = ['temp', 'hour'].map(name => ({ name, ...tensor }));
    await infer(endpoint, JSON.stringify({ inputs }), observer);
    expect(outcomes).toEqual(['failed']);
    await endpoint.close();
  });

  it('is counted once where it was answered', async () => {
    const endpoint = await endpointOf({});
    await predict(endpoint, { rows: ROWS }, observer);
    await infer(endpoint, '{}', observer);
    expect(outcomes).toEqual(['answered', 'answered']);
    await endpoint.close();
  });

  it('is counted alone where KServe tells of the request', async () => {
    const endpoint = await endpointOf({ capturedElsewhere: true });
    const observe = jest.fn();
    const counting = { ...observer, observe };
    await predict(endpoint, { rows: ROWS }, counting);
    await infer(endpoint, '{}', counting);
    expect(outcomes).toEqual(['answered', 'answered']);
    expect(observe).not.toHaveBeenCalled();
    await endpoint.close();
  });
});

describe('a request', () => {
  it('takes its id and event times along to the model', async () => {
    const asked = jest.fn(async () => ({ predictions: [1] }));
    const endpoint = await endpointOf({ predict: asked });
    const observer = { observe: jest.fn(), count: jest.fn() };
    const eventTime = '2026-04-01T10:00:00.000Z';
    const { id } = await predict(endpoint, { rows: ROWS, eventTime }, observer);
    expect(asked).toHaveBeenLastCalledWith(ROWS, { id, eventTime });
    await predict(endpoint, { rows: ROWS, id: 'mine' }, observer);
    expect(asked).toHaveBeenLastCalledWith(ROWS, { id: 'mine', eventTime: undefined });
    await endpoint.close();
  });

  it('of our own is known by its id', async () => {
    const asked = jest.fn(async () => ({ predictions: [1] }));
    const endpoint = await endpointOf({ predict: asked });
    const golden = { rows: ROWS, predictions: [1], probabilities: null };
    await endpoint.use(served => answerGolden(served, golden));
    expect(asked).toHaveBeenCalledWith(ROWS, {
      id: expect.stringMatching(/^jupyterlab-mlops\/probe\//)
    });
    await endpoint.close();
  });
});
