import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createServer as createPlainServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';

import { bundle } from '../../../__tests__/bundle-builder';
import { temporaryFolder } from '../../../__tests__/core-builder';
import { digestOf } from '../../digest';
import {
  describeWithRegistry,
  RegistryServer,
  USER,
  writeAuthFile,
  writeCertificates,
  writePasswords
} from './registry-server';
import { openStore } from './store-builder';

const content = Buffer.from('a model');

describeWithRegistry('a registry with a certificate of a private authority', () => {
  const folder = temporaryFolder();
  const { ca, key, certificate } = writeCertificates(folder);
  const server = new RegistryServer(join(folder, 'registry'), {
    htpasswd: writePasswords(folder),
    tls: { certificate, key }
  });
  const environment = (): NodeJS.ProcessEnv => ({
    HOME: folder,
    REGISTRY_AUTH_FILE: writeAuthFile(join(folder, 'auth.json'), {
      [server.host]: USER
    })
  });
  beforeAll(() => server.start());
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('is not spoken to while nobody vouches for it', async () => {
    const store = openStore(`${server.host}/models`, { environment: environment() });
    await expect(store.putBlob(content)).rejects.toMatchObject({
      body: {
        code: 'registry-certificate-unknown',
        message: `The certificate of the registry ${server.host} is not trusted.`
      }
    });
  });

  it('is trusted through image.ca, SSL_CERT_FILE or a file for it', async () => {
    const trusted = environment();
    await openStore(`${server.host}/a`, { environment: trusted, ca }).putBlob(content);
    const named = { ...trusted, SSL_CERT_FILE: ca };
    await openStore(`${server.host}/b`, { environment: named }).putBlob(content);
    const certs = join(folder, '.config/containers/certs.d', server.host);
    mkdirSync(certs, { recursive: true });
    writeFileSync(join(certs, 'ca.crt'), readFileSync(ca));
    await openStore(`${server.host}/c`, { environment: trusted }).putBlob(content);
    rmSync(certs, { recursive: true });
  });

  it('is trusted through NODE_EXTRA_CA_CERTS, and never without a reason', async () => {
    const script = bundle(`
      import { parseRepository } from '../contract/image-reference';
      import { RegistryClient } from './images/registry/registry-client';
      import { RegistryStore } from './images/registry/registry-store';
      const repository = parseRepository(process.argv[2]);
      const client = new RegistryClient({ repository, ca: null, plainHttp: null, environment: process.env });
      const store = new RegistryStore(client);
      const put = store.putBlob(Buffer.from('a model'));
      console.log(await put.catch(error => error.body.code));
      await store.close();
    `);
    const run = async (more: NodeJS.ProcessEnv) => {
      const words = [script, `${server.host}/d`];
      const env = { ...environment(), ...more };
      const { stdout } = await promisify(execFile)(process.execPath, words, { env });
      return stdout.trim();
    };
    expect(await run({ NODE_EXTRA_CA_CERTS: ca })).toBe(digestOf(content));
    expect(await run({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toBe(
      'registry-certificate-unknown'
    );
    rmSync(join(script, '..'), { recursive: true });
  });

  it.each([
    ['is not there', 'none.pem', null],
    ['holds no certificate', 'empty.pem', 'nothing']
  ])('says that the file with its authority %s', async (_, name, text) => {
    const path = join(folder, name);
    if (text !== null) {
      writeFileSync(path, text);
    }
    const store = openStore(`${server.host}/models`, {
      environment: environment(),
      ca: path
    });
    await expect(store.putBlob(content)).rejects.toMatchObject({
      body: {
        code: 'certificates-not-readable',
        message: `The certificates in ${path} cannot be used.`
      }
    });
  });

  it('cannot lead us to where there is no encryption', async () => {
    const seen: string[] = [];
    const plain = createPlainServer(({ url }, response) => {
      seen.push(url ?? '');
      response.end('x');
    }).listen(0, '127.0.0.1');
    const encrypted = createServer(
      { key: readFileSync(key), cert: readFileSync(certificate) },
      (_, response) => {
        const { port } = plain.address() as AddressInfo;
        const location = `http://localhost:${port}/x`;
        response.writeHead(307, { location }).end();
      }
    ).listen(0, '127.0.0.1');
    await Promise.all(
      [plain, encrypted].map(one => one.listening || once(one, 'listening'))
    );
    const { port } = encrypted.address() as AddressInfo;
    const store = openStore(`127.0.0.1:${port}/models`, { ca });
    await expect(store.readBlob(digestOf('x'))).rejects.toMatchObject({
      body: { code: 'registry-invalid' }
    });
    expect(seen).toEqual([]);
    await store.close();
    plain.close();
    encrypted.close();
  });

  it('is reached through the proxy that the environment names', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createPlainServer().listen(0, '127.0.0.1');
    proxy.on('connect', ({ url, headers }, socket) => {
      asked.push(`${url} ${headers.authorization}`);
      const [host, port] = (url ?? '').split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      // Closed together at the end.
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const through = { ...environment(), HTTPS_PROXY: `http://127.0.0.1:${port}` };
    const store = openStore(`${server.host}/e`, { environment: through, ca });
    await store.putBlob(content);
    // It carries what it cannot read.
    expect(new Set(asked)).toEqual(new Set([`${server.host} undefined`]));
    await store.close();
    asked.length = 0;
    const around = { ...through, NO_PROXY: '127.0.0.1' };
    await openStore(`${server.host}/e`, { environment: around, ca }).putBlob(content);
    expect(asked).toEqual([]);
    proxy.closeAllConnections();
    proxy.close();
  });

  it('is told from one that is not there', async () => {
    await server.stop();
    const store = openStore(`${server.host}/models`, {
      environment: environment(),
      ca
    });
    await expect(store.putBlob(content)).rejects.toMatchObject({
      kind: 'unavailable',
      body: { code: 'registry-not-reachable', cause: 'Nothing listens there.' }
    });
    const nowhere = openStore('registry.invalid/models', { environment: {} });
    await expect(nowhere.putBlob(content)).rejects.toMatchObject({
      body: { code: 'registry-not-reachable' }
    });
    await server.start();
  });
});
