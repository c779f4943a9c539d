import { rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';

import { GatewayStatus } from '../../contract/status';
import { SocketFetch } from '../http/socket-fetch';
import { GatewayProcesses } from './bundle-builder';
import { temporaryFolder } from './core-builder';

let gateways: GatewayProcesses;
beforeEach(() => {
  gateways = new GatewayProcesses();
});
afterEach(() => gateways.discard());

async function ask(socket: string, path: string, init = {}): Promise<Response | null> {
  const client = new SocketFetch(socket);
  try {
    const reply = await client.fetch(path, init);
    const body = await reply.arrayBuffer();
    return new Response(body, { status: reply.status, headers: reply.headers });
  } catch {
    // It does not listen yet, or has ended.
    return null;
  } finally {
    await client.close();
  }
}

async function until(what: string, holds: () => Promise<boolean>): Promise<number> {
  const began = Date.now();
  while (!(await holds())) {
    if (Date.now() - began > 20_000) {
      throw new Error(`Never happened: ${what}.`);
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return Date.now() - began;
}

async function status(socket: string): Promise<GatewayStatus | null> {
  const reply = await ask(socket, '/api/v1/status');
  return reply?.ok ? GatewayStatus.parse(await reply.json()) : null;
}

const leads = async (socket: string): Promise<boolean> =>
  (await status(socket))?.leader === true;

test('two start at once on a fresh data home: one leads, the other hands on, and takes over in 5 s', async () => {
  const [a, b] = [gateways.start('a'), gateways.start('b')];
  await until('both answer', async () =>
    Boolean((await status(a.socket)) && (await status(b.socket)))
  );
  await until(
    'one leads',
    async () => (await leads(a.socket)) || (await leads(b.socket))
  );
  const [leader, other] = (await leads(a.socket)) ? [a, b] : [b, a];
  expect(await leads(other.socket)).toBe(false);
  expect((await ask(other.socket, '/api/v1/audit'))?.status).toBe(200);
  leader.script.child.kill('SIGKILL');
  await leader.script.ended;
  const took = await until('the other leads', () => leads(other.socket));
  expect(took).toBeLessThan(5000);
  expect((await ask(other.socket, '/api/v1/audit'))?.status).toBe(200);
});

test('a body that comes in pieces is handed on whole', async () => {
  const a = gateways.start('a');
  await until('a leads', () => leads(a.socket));
  const b = gateways.start('b');
  await until('b answers', async () => (await status(b.socket)) !== null);
  const reply = await new Promise<{ code?: number; text: string }>(
    (resolve, reject) => {
      const call = request(
        {
          socketPath: b.socket,
          method: 'POST',
          path: '/api/v1/pipelines/convert',
          headers: { 'Transfer-Encoding': 'chunked', Connection: 'keep-alive' }
        },
        response => {
          let text = '';
          response.on('data', chunk => (text += String(chunk)));
          response.on('end', () => resolve({ code: response.statusCode, text }));
        }
      );
      call.on('error', reject);
      call.write('{"notebook": ');
      setTimeout(() => call.end('7}'), 50);
    }
  );
  // The holder read the whole body: it names the field that is wrong, or offers no such stage.
  expect(reply.text).toMatch(/request-invalid|not-offered/);
});

test('a relative path stands for the folder of the server that was asked, whoever does the work', async () => {
  const [here, there] = [temporaryFolder(), temporaryFolder()];
  const notebook = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells: [] };
  const cell = { cell_type: 'code', source: 'x = 1', metadata: {}, outputs: [] };
  writeFileSync(
    join(there, 'own.ipynb'),
    JSON.stringify({
      ...notebook,
      cells: [{ ...cell, id: 'a', execution_count: null }]
    })
  );
  const a = gateways.start('a', here);
  await until('a leads', () => leads(a.socket));
  const b = gateways.start('b', there);
  await until('b answers', async () => (await status(b.socket)) !== null);
  const convert = async (socket: string): Promise<number | undefined> =>
    (
      await ask(socket, '/api/v1/pipelines/convert', {
        method: 'POST',
        body: JSON.stringify({ notebook: 'own.ipynb' })
      })
    )?.status;
  expect([await convert(a.socket), await convert(b.socket)]).toEqual([422, 200]);
  [here, there].forEach(folder => rmSync(folder, { recursive: true }));
});

test('a gateway ends when its standard input closes', async () => {
  const { script, socket } = gateways.start('a');
  await until('it answers', async () => (await status(socket)) !== null);
  script.child.stdin?.end();
  expect(await script.ended).toBe(0);
  expect(await ask(socket, '/healthz')).toBeNull();
});

test('what no route offers, and what is no JSON, is said in the one error shape', async () => {
  const { socket } = gateways.start('a');
  await until('it leads', () => leads(socket));
  const unknown = await ask(socket, '/api/v1/nothing');
  expect([unknown?.status, await unknown?.json()]).toEqual([
    404,
    { code: 'route-unknown', message: 'There is no GET /api/v1/nothing.' }
  ]);
  const limit = await ask(socket, '/api/v1/audit?limit=0');
  expect([limit?.status, await limit?.json()]).toEqual([
    422,
    expect.objectContaining({ code: 'request-invalid' })
  ]);
});
