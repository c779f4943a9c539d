import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { SocketFetch } from '../socket-fetch';

let folder: string;
let server: Server;
let client: SocketFetch;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socket-fetch-'));
  client = new SocketFetch(join(folder, 's'));
});

afterEach(async () => {
  await client.close();
  server?.closeAllConnections();
  server?.close();
  rmSync(folder, { recursive: true });
});

async function serve(listener: RequestListener): Promise<void> {
  server = createServer(listener).listen(client.socket);
  await once(server, 'listening');
}

/** Says what it was asked. */
const echo: RequestListener = (request, response) => {
  void text(request).then(body => {
    const { method, url, headers } = request;
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.statusCode = 201;
    response.end(JSON.stringify({ method, url, headers, body }));
  });
};

test('method, path, headers and body arrive, and the reply comes back', async () => {
  await serve(echo);
  const reply = await client.fetch('/a%20b/../c?d=%C3%A9&e=ä', {
    method: 'POST',
    headers: { 'x-user': 'ana', 'accept-encoding': 'gzip' },
    body: 'größer'
  });
  expect(reply.status).toBe(201);
  expect(reply.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(await reply.json()).toMatchObject({
    method: 'POST',
    url: '/c?d=%C3%A9&e=%C3%A4',
    headers: { host: 'gateway', 'x-user': 'ana', 'accept-encoding': 'identity' },
    body: 'größer'
  });
});

test('bytes are sent as they are, also none', async () => {
  await serve(echo);
  const body = new TextEncoder().encode('bytes');
  const reply = await client.fetch('/', { method: 'PUT', body });
  expect(await reply.json()).toMatchObject({ body: 'bytes' });
  const empty = await client.fetch('/', { method: 'POST' });
  expect(await empty.json()).toMatchObject({ method: 'POST', body: '' });
});

test('a reply without a body is one', async () => {
  await serve((_request, response) => response.writeHead(204).end());
  const reply = await client.fetch('/');
  expect([reply.status, reply.body]).toEqual([204, null]);
});

test('what is written arrives at once, and the other end sees the reader leave', async () => {
  const left = new Promise<void>(resolve => {
    void serve((_request, response) => {
      response.write('first');
      response.once('close', resolve);
    });
  });
  await once(server, 'listening');
  const reply = await client.fetch('/events');
  const reader = reply.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toBe('first');
  const waiting = reader?.read();
  await reader?.cancel();
  await left;
  expect(await waiting).toMatchObject({ done: true });
});

test('an aborted request gives the reason, before and after the headers', async () => {
  await serve((request, response) => {
    if (request.url === '/begun') {
      response.write('first');
    }
  });
  const early = client.fetch('/never', { signal: AbortSignal.timeout(20) });
  await expect(early).rejects.toMatchObject({ name: 'TimeoutError' });
  const abort = new AbortController();
  const reply = await client.fetch('/begun', { signal: abort.signal });
  abort.abort();
  await expect(reply.text()).rejects.toThrow(/abort/i);
  const late = client.fetch('/begun', { signal: abort.signal });
  await expect(late).rejects.toMatchObject({ name: 'AbortError' });
});

test('where nobody listens, the error says so', async () => {
  await expect(client.fetch('/')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('closing ends what is under way', async () => {
  await serve(() => undefined);
  const waiting = client.fetch('/');
  await once(server, 'connection');
  await client.close();
  await expect(waiting).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('a reply that breaks off is an error, not a short reply', async () => {
  await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('half');
    setTimeout(() => response.destroy(), 20);
  });
  const reply = await client.fetch('/');
  await expect(reply.text()).rejects.toThrow();
});
