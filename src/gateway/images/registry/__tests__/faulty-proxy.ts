import { once } from 'node:events';
import {
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** What the proxy does to one request instead of passing it on. */
export type Fault =
  /** Passes bytes on as they come and cuts both connections after so many. */
  | { cutAfter: number }
  /** Reads the whole request first, as nginx does, and cuts the caller off after so many bytes. */
  | { cutBuffered: number }
  /** Passes everything on and cuts the caller off before the reply. */
  | { loseReply: true }
  | { status: number; headers?: Record<string, string>; body?: string }
  /** Does something first, then passes the request on. */
  | { first: () => Promise<void> };

/** A request as the proxy saw it. */
export interface ISeen {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
}

/** A proxy in front of a registry that does to requests what networks do. */
export class FaultyProxy {
  /** Tells what happens to a request; nothing where it gives undefined. */
  fault: (seen: ISeen) => Fault | undefined = () => undefined;
  readonly seen: ISeen[] = [];

  /** @param upstream Host and port of the registry. */
  constructor(upstream: string) {
    this._upstream = upstream;
  }

  get host(): string {
    return `127.0.0.1:${(this._server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    this._server.listen(0, '127.0.0.1');
    await once(this._server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this._server.closeAllConnections();
    await new Promise(resolve => this._server.close(resolve));
  }

  private async _answer(request: IncomingMessage, response: ServerResponse) {
    // A request that was given up no longer knows it.
    const { method = '', url: path = '', headers, socket } = request;
    const seen = { method, path, headers };
    this.seen.push(seen);
    const fault = this.fault(seen);
    if (fault && 'status' in fault) {
      request.resume();
      response.writeHead(fault.status, fault.headers);
      response.end(fault.body);
      return;
    }
    if (fault && 'cutBuffered' in fault) {
      let bytes = 0;
      for await (const piece of request as AsyncIterable<Buffer>) {
        bytes += piece.length;
        if (bytes >= fault.cutBuffered) {
          break;
        }
      }
      socket.destroy();
      return;
    }
    if (fault && 'first' in fault) {
      await fault.first();
    }
    const [hostname, port] = this._upstream.split(':');
    const onward = send({ hostname, port, method, path, headers, agent: false });
    const cut = () => {
      onward.destroy();
      socket.destroy();
    };
    onward.on('error', cut);
    onward.on('response', reply => {
      if (fault && 'loseReply' in fault) {
        // The registry has done its work when its reply is there.
        void buffer(reply).then(cut);
        return;
      }
      response.writeHead(reply.statusCode ?? 500, reply.rawHeaders);
      reply.pipe(response);
    });
    let bytes = 0;
    request.on('data', (piece: Buffer) => {
      bytes += piece.length;
      onward.write(piece);
      if (fault && 'cutAfter' in fault && bytes >= fault.cutAfter) {
        // What was written so far arrives; the rest never does.
        setTimeout(cut, 100);
        request.pause();
      }
    });
    request.on('end', () => onward.end());
    request.on('error', cut);
  }

  private readonly _upstream: string;
  private readonly _server: Server = createServer((request, response) => {
    this._answer(request, response).catch(() => response.destroy());
  });
}
