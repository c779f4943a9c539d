import { apiError, FakeServer } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import { MlopsError } from '../../../contract/mlops-error';
import { GatewayClient } from '../client';

function setUp(): { server: FakeServer; client: GatewayClient } {
  const server = new FakeServer();
  return { server, client: new GatewayClient({ serverSettings: server.settings }) };
}

async function errorOf(promise: Promise<unknown>): Promise<MlopsError> {
  const error = await promise.then(
    () => new Error('It succeeded.'),
    (reason: unknown) => reason
  );
  if (!(error instanceof MlopsError)) {
    throw error;
  }
  return error;
}

describe('a call by the name of a route', () => {
  it('fills the path, the query and the body', async () => {
    const { server, client } = setUp();
    server.on('runLog', { lines: story.logLines(2), end: true });
    const { lines } = await client.call('runLog', {
      params: { id: 'run-51', step: 'train' },
      query: { after: 4, limit: 10 }
    });
    expect(lines).toHaveLength(2);
    const [{ params, query }] = server.calls('runLog');
    expect(params).toEqual({ id: 'run-51', step: 'train' });
    expect(query).toMatchObject({ after: '4', limit: '10' });
  });

  it('keeps each parameter one segment of the path', async () => {
    const { server, client } = setUp();
    server.on('getRun', story.runDetail());
    await client.call('getRun', { params: { id: '../models' } });
    expect(server.calls('getRun')[0].params).toEqual({ id: '../models' });
  });

  it("carries Jupyter's token and leaves out what is not given", async () => {
    const { server, client } = setUp();
    await client.call('listRuns', { query: { limit: 5, before: undefined } });
    const [{ headers, query }] = server.calls('listRuns');
    expect(headers.get('Authorization')).toBe('token secret-of-jupyter');
    expect(query).not.toHaveProperty('before');
  });
});

describe('an answer that is no success', () => {
  it("is the gateway's own error with its kind", async () => {
    const { server, client } = setUp();
    server.on(
      'getRun',
      apiError(404, 'run-unknown', 'There is no run x.', {
        action: 'Look at the list.'
      })
    );
    const error = await errorOf(client.call('getRun', { params: { id: 'x' } }));
    expect(error.kind).toBe('not-found');
    expect(error.body).toEqual({
      code: 'run-unknown',
      message: 'There is no run x.',
      action: 'Look at the list.'
    });
  });

  it('shows what a proxy in between has written', async () => {
    const { server, client } = setUp();
    server.on('listRuns', new Response('<h1>Bad Gateway</h1>', { status: 502 }));
    const error = await errorOf(client.call('listRuns'));
    expect(error.body).toMatchObject({
      code: 'http-502',
      cause: '<h1>Bad Gateway</h1>'
    });
  });

  it('says so where the server does not answer', async () => {
    const { server } = setUp();
    const client = new GatewayClient({
      serverSettings: {
        ...server.settings,
        fetch: () => Promise.reject(new TypeError('Failed to fetch'))
      }
    });
    const error = await errorOf(client.call('listRuns'));
    expect(error.kind).toBe('unavailable');
    expect(error.body.code).toBe('server-unreachable');
    expect(error.body.action).toMatch(/still running/);
  });
});
