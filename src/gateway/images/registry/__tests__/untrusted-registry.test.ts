import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { digestOf } from '../../digest';
import type { RegistryClient } from '../registry-client';
import { USER, writeAuthFile } from './registry-server';
import { failureOf, openStore } from './store-builder';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));

describe('a registry that cannot be trusted', () => {
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const server = createServer((request, response) => answer(request, response));
  let host: string;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = (options: Partial<RegistryClient.IOptions> = {}) =>
    openStore(`${host}/models`, {
      environment: {
        REGISTRY_AUTH_FILE: writeAuthFile(join(folder, 'auth.json'), { [host]: USER })
      },
      ...options
    });

  it('cannot make us repeat the login in a message', async () => {
    const encoded = Buffer.from(`${USER.name}:${USER.password}`).toString('base64');
    answer = ({ headers }, response) => {
      response.writeHead(headers.authorization ? 403 : 401, {
        'www-authenticate': 'Basic realm="x"'
      });
      const message = `you sent ${headers.authorization} for ${USER.password}`;
      response.end(JSON.stringify({ errors: [{ code: 'DENIED', message }] }));
    };
    const failure = await failureOf(open().readBlob(digestOf('x')));
    expect(failure).toContain('The registry says: DENIED: you sent Basic [hidden]');
    expect(failure).not.toContain(encoded);
    expect(failure).not.toContain(USER.password);
  });

  it.each(['http://evil.example.com/token', 'ftp://evil.example.com/', 'nonsense', ''])(
    'gets no login sent to the realm %p',
    async realm => {
      answer = (_, response) => {
        response.writeHead(401, {
          'www-authenticate': `Bearer realm="${realm}",service="x"`
        });
        response.end();
      };
      await expect(open().readBlob(digestOf('x'))).rejects.toMatchObject({
        body: { code: 'registry-realm-unsafe' }
      });
    }
  );

  it('gets no login on to where it redirects', async () => {
    const seen: (string | undefined)[] = [];
    const storage = createServer(({ headers }, response) => {
      seen.push(headers.authorization);
      response.end('x');
    }).listen(0, '127.0.0.1');
    await once(storage, 'listening');
    const { port } = storage.address() as AddressInfo;
    answer = ({ headers, url }, response) => {
      if (!headers.authorization) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      } else {
        const location = `http://localhost:${port}${url}`;
        response.writeHead(307, { location }).end();
      }
    };
    expect(Buffer.from(await open().readBlob(digestOf('x'))).toString()).toBe('x');
    expect(seen).toEqual([undefined]);
    storage.closeAllConnections();
    storage.close();
  });

  it.each([
    ['a redirection without end', 307, { location: '/v2/models/blobs/again' }],
    ['a page', 200, { 'content-type': 'text/html' }]
  ])('is not believed when it answers with %s', async (_, status, headers) => {
    answer = (__, response) => response.writeHead(status, headers).end('<html>');
    await expect(open().readBlob(digestOf('x'))).rejects.toMatchObject({
      body: { code: expect.stringMatching(/registry-failed|blob-damaged/) }
    });
  });

  it('may take other content for a manifest, and is not believed', async () => {
    answer = (_, response) => response.end('{"schemaVersion":2}');
    await expect(open().readManifest(digestOf('x'))).rejects.toMatchObject({
      body: { code: 'blob-damaged' }
    });
  });

  it('is left when it asks for a login that is not known', async () => {
    answer = (_, response) =>
      response.writeHead(401, { 'www-authenticate': 'Negotiate' }).end();
    await expect(open().readBlob(digestOf('x'))).rejects.toMatchObject({
      body: { code: 'registry-auth-unknown', cause: 'negotiate' }
    });
  });

  it('gets no login where encryption was asked for and is not there', async () => {
    answer = () => {
      throw new Error('It was asked in plain HTTP.');
    };
    await expect(
      open({ plainHttp: false }).readBlob(digestOf('x'))
    ).rejects.toMatchObject({
      body: { code: 'registry-not-encrypted' }
    });
  });
});
