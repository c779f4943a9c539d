import { createServer, type Server } from 'node:http';

import { getRequestListener } from '@hono/node-server';
import type { Logger } from 'pino';

import type { Database } from '../../store/database';
import { messageOf } from '../../thrown';
import { answerLoopback, type ILoopbackTarget } from './loopback-requests';

const HOST = '127.0.0.1';

/** The one TCP listener: endpoints for programs on this computer, on a port that stays the same. */
export class LoopbackListener {
  constructor(options: LoopbackListener.IOptions) {
    this._options = options;
  }

  /** For people: where the endpoints are, or why they are elsewhere than before. */
  get detail(): string {
    return this._detail;
  }

  address(environment: string, model: string): string | null {
    return this._port === null
      ? null
      : `http://${HOST}:${this._port}/${environment}/${model}`;
  }

  /** Scheme, host and port; null while nothing listens. */
  get origin(): string | null {
    return this._port === null ? null : `http://${HOST}:${this._port}`;
  }

  /** Why nothing listens; null where it does. */
  get failure(): string | null {
    return this._failure;
  }

  /** Listens on the remembered port; where that is taken, on a free one, which is remembered. */
  async start(): Promise<void> {
    const { database, log } = this._options;
    const known = database.get('SELECT port FROM endpoint_listener WHERE id = 1');
    const wanted = known ? Number(known.port) : 0;
    const port = await this._listen(wanted)
      .catch((error: unknown) => {
        if (wanted === 0) {
          throw error;
        }
        log.warn({ err: error, port: wanted }, 'the port of the endpoints is taken');
        return this._listen(0);
      })
      .catch((error: unknown) => {
        this._failure = `Endpoints have no address on this computer: ${messageOf(error)}. Through JupyterLab they answer.`;
        throw error;
      });
    this._port = port;
    this._failure = null;
    this._detail = `Endpoints answer on http://${HOST}:${port}.`;
    if (wanted !== 0 && port !== wanted) {
      this._detail = `Port ${wanted} was taken by another program; endpoints answer on http://${HOST}:${port} now.`;
    }
    if (port !== wanted) {
      database.run(
        'INSERT INTO endpoint_listener (id, port) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET port = excluded.port',
        port
      );
    }
  }

  async close(): Promise<void> {
    const server = this._server;
    this._port = null;
    this._server = null;
    if (server) {
      await new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    }
  }

  private async _listen(port: number): Promise<number> {
    const listener = getRequestListener(
      request => answerLoopback(request, this._options.target),
      { overrideGlobalObjects: false }
    );
    const server = createServer(
      (request, response) => void listener(request, response)
    );
    server.headersTimeout = 10_000;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: HOST, port, exclusive: true }, resolve);
    });
    this._server = server;
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('a TCP server has an address with a port');
    }
    return address.port;
  }

  private readonly _options: LoopbackListener.IOptions;
  private _server: Server | null = null;
  private _port: number | null = null;
  private _failure: string | null = null;
  private _detail = 'Endpoints do not answer yet.';
}

export namespace LoopbackListener {
  export interface IOptions {
    database: Database;
    log: Logger;
    target: ILoopbackTarget;
  }
}
