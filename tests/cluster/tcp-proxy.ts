import { createConnection, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A cable to the API server that can be pulled, or go dead without a word. */
export class TcpProxy {
  static async start(target: string): Promise<TcpProxy> {
    const { hostname, port } = new URL(target);
    const proxy = new TcpProxy(hostname.replace(/[[\]]/g, ''), Number(port || 443));
    await new Promise<void>(resolve => {
      proxy._server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get address(): string {
    return `https://127.0.0.1:${(this._server.address() as AddressInfo).port}`;
  }

  /** Connections that were made until now. */
  connections = 0;

  /** Breaks off all connections; new ones work. */
  cut(): void {
    this._sockets.forEach(socket => socket.destroy());
  }

  /** What is open now passes nothing on any more, and stays open; new connections work. */
  goDead(): void {
    for (const socket of this._sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>(resolve => {
      this._server.close(() => resolve());
    });
  }

  private constructor(host: string, port: number) {
    this._server = createServer(down => {
      this.connections += 1;
      const up = createConnection(port, host);
      down.pipe(up).pipe(down);
      for (const socket of [down, up]) {
        this._sockets.add(socket);
        socket.on('error', () => undefined);
        socket.once('close', () => {
          this._sockets.delete(socket);
          down.destroy();
          up.destroy();
        });
      }
    });
  }

  private readonly _server: Server;
  private readonly _sockets = new Set<Socket>();
}
