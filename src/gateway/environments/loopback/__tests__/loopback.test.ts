import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

import { ANNA } from '../../../__tests__/core-builder';
import { startStage, type IRunningStage } from '../../__tests__/stage-builder';
import { EndpointTokens } from '../endpoint-tokens';

let stage: IRunningStage;
let address: string;
let token: string;

const at = { environment: 'dev', model: 'bike' };
const body = JSON.stringify({ rows: [{ temp: 1, hour: 2 }] });

beforeEach(async () => {
  stage = await startStage();
  stage.models.add();
  stage.models.add({ model: 'taxi' });
  await stage.promote(1, 'dev');
  ({ address, token } = await stage.call('endpointToken', { params: at }));
});
afterEach(() => stage.discard());

function ask(
  path: string,
  headers: Record<string, string> = {},
  init: RequestInit = {}
): Promise<Response> {
  return fetch(`${address}${path}`, {
    method: 'POST',
    body,
    headers: { Authorization: `Bearer ${token}`, ...headers },
    ...init
  });
}

/** `fetch` chooses the Host header itself; an attacker's name server does not ask it. */
function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { Host: host, Authorization: `Bearer ${token}` };
    const request = httpRequest(
      `${address}/predict`,
      { method: 'POST', headers },
      reply => {
        reply.resume();
        resolve(reply.statusCode);
      }
    );
    request.once('error', reject);
    request.end(body);
  });
}

test('a program with the token is answered, on the loopback address only', async () => {
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dev\/bike$/);
  const reply = await ask('/predict');
  expect(reply.status).toBe(200);
  expect(await reply.json()).toMatchObject({ predictions: [4], version: 1 });
  expect(reply.headers.get('Access-Control-Allow-Origin')).toBeNull();
});

test("the Open Inference Protocol's own path answers, too", async () => {
  const tensors = {
    inputs: ['temp', 'hour'].map(name => ({
      name,
      shape: [1],
      datatype: 'FP64',
      data: [1]
    }))
  };
  const reply = await ask(
    '/v2/models/bike/infer',
    {},
    { body: JSON.stringify(tensors) }
  );
  expect(await reply.json()).toMatchObject({ outputs: [{ data: [3] }] });
  expect((await ask('/v2/models/taxi/infer')).status).toBe(404);
});

test.each([
  ['no token', { Authorization: '' }],
  ['a wrong token', { Authorization: `Bearer ${'x'.repeat(43)}` }],
  ['another scheme', { Authorization: 'Basic YTpi' }]
])('with %s nothing is answered', async (_, headers) => {
  const reply = await ask('/predict', headers);
  expect(reply.status).toBe(401);
  expect(await reply.json()).toMatchObject({ code: 'token-invalid' });
});

test('a token opens its own endpoint only', async () => {
  await stage.promote(1, 'dev', 'taxi');
  const other = address.replace('/bike', '/taxi');
  const reply = await fetch(`${other}/predict`, {
    method: 'POST',
    body,
    headers: { Authorization: `Bearer ${token}` }
  });
  expect(reply.status).toBe(401);
});

test('a name that was bound to this computer does not open it', async () => {
  const port = new URL(address).port;
  expect(await statusWithHost(`127.0.0.1:${port}`)).toBe(200);
  expect(await statusWithHost(`localhost:${port}`)).toBe(200);
  expect(await statusWithHost(`attacker.example:${port}`)).toBe(403);
});

test('a page of another site is refused, even with the token', async () => {
  for (const init of [{}, { method: 'OPTIONS', body: undefined }]) {
    const reply = await ask('/predict', { Origin: 'https://attacker.example' }, init);
    expect(reply.status).toBe(403);
    expect(reply.headers.get('Access-Control-Allow-Origin')).toBeNull();
  }
});

test('a sandboxed page may read the answer only with a token, and never with cookies', async () => {
  const preflight = await ask(
    '/predict',
    { Origin: 'null' },
    { method: 'OPTIONS', body: undefined }
  );
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain(
    'Authorization'
  );
  const reply = await ask('/predict', { Origin: 'null' });
  expect(reply.headers.get('Access-Control-Allow-Origin')).toBe('null');
  expect(reply.headers.get('Access-Control-Allow-Credentials')).toBeNull();
  const refused = await ask('/predict', { Origin: 'null', Authorization: '' });
  expect(refused.headers.get('Access-Control-Allow-Origin')).toBeNull();
});

test.each([
  ['not JSON', '{', 422, 'input-invalid'],
  ['without rows', '{}', 422, 'input-invalid'],
  ['with wrong columns', '{"rows":[{"a":1}]}', 422, 'input-invalid'],
  [
    'larger than 8 MiB',
    `{"rows":"${'x'.repeat(8 * 1024 * 1024)}"}`,
    413,
    'request-too-large'
  ]
])('a request that is %s gets a sentence', async (_, text, status, code) => {
  const reply = await ask('/predict', {}, { body: text });
  expect(reply.status).toBe(status);
  expect(await reply.json()).toMatchObject({ code });
});

test('nothing but endpoints is there, and no GET does anything', async () => {
  for (const path of ['/../../status', '/predict/../../../audit', '/labels']) {
    expect((await ask(path)).status).toBe(404);
  }
  expect((await ask('/predict', {}, { method: 'GET', body: undefined })).status).toBe(
    422
  );
});

test('true labels come in with the token, and are unknown until somebody takes them', async () => {
  const labels = { labels: [{ id: 'r-1', value: 5 }] };
  const send = (headers = {}): Promise<Response> =>
    ask('/feedback', headers, { body: JSON.stringify(labels) });
  expect(await (await send()).json()).toEqual({ matched: 0, unknown: 1 });
  const taken: unknown[] = [];
  stage.environments.setFeedback((environment, model, given) => {
    taken.push([environment, model, given]);
    return { matched: 1, unknown: 0 };
  });
  expect((await send({ Authorization: '' })).status).toBe(401);
  expect(await (await send()).json()).toEqual({ matched: 1, unknown: 0 });
  expect(taken).toMatchObject([['dev', 'bike', labels.labels]]);
});

test('the token is nowhere in the data home, its hash and its deed are', async () => {
  const rows = stage.core.database.all('SELECT * FROM endpoint_tokens');
  expect(rows).toMatchObject([{ environment: 'dev', model: 'bike', actor: 'anna' }]);
  expect(JSON.stringify([rows, stage.core.audit.list(10)])).not.toContain(token);
  expect(stage.core.audit.list(1)).toMatchObject([
    { action: 'endpoint.token', object: 'dev/bike' }
  ]);
});

test('a token for programs outlives the gateway; every token ends', async () => {
  const tokens = new EndpointTokens(stage.core.database);
  const app = tokens.forApp('dev', 'bike');
  expect(tokens.opens(token, 'dev', 'bike')).toBe(true);
  expect(tokens.opens(app.token, 'dev', 'bike')).toBe(true);
  expect(tokens.opens(app.token, 'prod', 'bike')).toBe(false);
  expect(tokens.opens(app.token, 'dev', 'bike', new Date(Date.now() + 3601e3))).toBe(
    false
  );
  const { token: program } = tokens.forProgram('dev', 'taxi', ANNA);
  expect(new EndpointTokens(stage.core.database).opens(program, 'dev', 'taxi')).toBe(
    true
  );
  expect(
    tokens.opens(program, 'dev', 'taxi', new Date(Date.now() + 31 * 86400e3))
  ).toBe(false);
});

test('the port stays the same; where it is taken, another is used and that is said', async () => {
  const { port } = new URL(address);
  await stage.close();
  const thief = createServer();
  await new Promise<void>(resolve => thief.listen(Number(port), '127.0.0.1', resolve));
  try {
    stage = await startStage({ after: stage });
    const moved = (await stage.call('endpointToken', { params: at })).address;
    expect(new URL(moved).port).not.toBe(port);
    const [{ detail }] = await stage.stage.status('/');
    expect(detail).toContain(`Port ${port} was taken`);
    await stage.close();
    stage = await startStage({ after: stage });
    expect((await stage.call('endpointToken', { params: at })).address).toBe(moved);
    expect((thief.address() as AddressInfo).port).toBe(Number(port));
  } finally {
    thief.close();
  }
});
