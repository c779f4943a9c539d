import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

const TLS = join(__dirname, 'tls');

export function certificate(name: 'ca' | 'other-ca'): string {
  return readFileSync(join(TLS, `${name}.crt`), 'utf8');
}

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Stands for an API server where a real one cannot be asked: for a reply that breaks off, silence, a
 * certificate of somebody else. `tests/cluster` asks real ones.
 */
export class ApiDouble {
  /** Who each token is. */
  readonly users = new Map<string, string>([['token-of-anna', 'anna']]);
  /** Answers by `METHOD /path`, without the query. */
  readonly answers = new Map<string, Answer>();
  /** `METHOD /path?query` of everything that was asked. */
  readonly asked: string[] = [];
  /** The tokens that came, in order. */
  readonly tokens: string[] = [];

  static async start(): Promise<ApiDouble> {
    const double = new ApiDouble();
    await new Promise<void>(resolve => {
      double._server.listen(0, '127.0.0.1', resolve);
    });
    return double;
  }

  get address(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this._server.address() as AddressInfo).port;
  }

  asksFor(what: string): string[] {
    return this.asked.filter(one => one.startsWith(what));
  }

  /** Breaks off every connection. */
  cut(): void {
    this._sockets.forEach(socket => socket.destroy());
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise<void>(resolve => {
      this._server.close(() => resolve());
    });
  }

  private constructor() {
    this._server = createServer(
      {
        cert: readFileSync(join(TLS, 'server.crt')),
        key: readFileSync(join(TLS, 'server.key'))
      },
      (request, response) => this._answer(request, response)
    );
    this._server.on('connection', (socket: Socket) => {
      this._sockets.add(socket);
      socket.once('close', () => this._sockets.delete(socket));
    });
  }

  private _answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${request.method} ${request.url}`);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    this.tokens.push(token);
    const user = this.users.get(token);
    const path = (request.url ?? '').split('?')[0];
    const answer = this.answers.get(`${request.method} ${path}`);
    if (user === undefined) {
      status(response, 401, {
        message: `Unauthorized: ${token}`,
        reason: 'Unauthorized'
      });
    } else if (answer) {
      answer(request, response);
    } else if (path.endsWith('/selfsubjectreviews')) {
      json(response, 201, {
        status: { userInfo: { username: user, groups: ['team'] } }
      });
    } else {
      status(response, 404, {
        message: 'the server could not find the requested resource',
        reason: 'NotFound'
      });
    }
  }

  private readonly _server: Server;
  private readonly _sockets = new Set<Socket>();
}

export function json(response: ServerResponse, code: number, body: unknown): void {
  response.writeHead(code, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

export function status(response: ServerResponse, code: number, words: object): void {
  json(response, code, {
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    ...words
  });
}
