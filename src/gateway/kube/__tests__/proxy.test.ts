import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

import { TestCluster } from './cluster-builder';

/** Passes on what comes after the first lines, which are kept. */
async function start(
  greet: (socket: Socket, connect: () => void) => void,
  test: TestCluster
): Promise<{ server: Server; port: number }> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    greet(socket, () => {
      const upstream = createConnection(test.api.port, '127.0.0.1');
      upstream.on('error', () => undefined);
      socket.pipe(upstream).pipe(socket);
    });
  });
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}

describe('a cluster behind a proxy', () => {
  let test: TestCluster;
  let proxy: Server | null = null;
  const lines: string[] = [];

  beforeEach(async () => {
    test = await TestCluster.start();
    lines.length = 0;
  });
  afterEach(async () => {
    await test.close();
    proxy?.close();
    delete process.env.HTTPS_PROXY;
    delete process.env.NO_PROXY;
  });

  const connectProxy = (socket: Socket, connect: () => void): void => {
    socket.once('data', head => {
      lines.push(String(head).split('\r\n')[0]);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      connect();
    });
  };

  it('is reached by proxy-url, and verified behind it', async () => {
    const started = await start(connectProxy, test);
    proxy = started.server;
    const cluster = { 'proxy-url': `http://127.0.0.1:${started.port}` };
    test.write({ cluster });
    expect((await test.open().identity()).user).toBe('anna');
    expect(lines).toEqual([`CONNECT 127.0.0.1:${test.api.port} HTTP/1.1`]);
    test.write({ cluster: { ...cluster, 'certificate-authority-data': undefined } });
    expect((await test.open().status()).problem?.code).toBe(
      'cluster-authority-unknown'
    );
  });

  it('is reached by HTTPS_PROXY where the kubeconfig names none, but for NO_PROXY', async () => {
    const started = await start(connectProxy, test);
    proxy = started.server;
    process.env.HTTPS_PROXY = `http://127.0.0.1:${started.port}`;
    expect((await test.open().identity()).user).toBe('anna');
    expect(lines).toHaveLength(1);
    test.write({ cluster: { 'certificate-authority-data': undefined } });
    expect((await test.open().status()).problem?.code).toBe(
      'cluster-authority-unknown'
    );
    test.write();
    process.env.NO_PROXY = '127.0.0.1';
    const before = lines.length;
    expect((await test.open().identity()).user).toBe('anna');
    expect(lines).toHaveLength(before);
  });

  it('is reached by socks5', async () => {
    const started = await start((socket, connect) => {
      socket.once('data', () => {
        socket.write(Buffer.from([5, 0]));
        socket.once('data', request => {
          lines.push(`command ${Buffer.from(request)[1]}`);
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          connect();
        });
      });
    }, test);
    proxy = started.server;
    test.write({ cluster: { 'proxy-url': `socks5://127.0.0.1:${started.port}` } });
    expect((await test.open().identity()).user).toBe('anna');
    expect(lines).toEqual(['command 1']);
    test.write({
      cluster: {
        'proxy-url': `socks5://127.0.0.1:${started.port}`,
        'certificate-authority-data': undefined
      }
    });
    expect((await test.open().status()).problem?.code).toBe(
      'cluster-authority-unknown'
    );
  });

  it('that lets nothing through is told', async () => {
    const started = await start(socket => {
      socket.once('data', () =>
        socket.end('HTTP/1.1 407 Proxy Authentication\r\n\r\n')
      );
    }, test);
    proxy = started.server;
    test.write({
      cluster: { 'proxy-url': `http://u:secret@127.0.0.1:${started.port}` }
    });
    const { problem } = await test.open().status();
    expect(problem?.code).toBe('cluster-proxy-refused');
    expect(JSON.stringify(problem)).not.toContain('secret');
  });
});
