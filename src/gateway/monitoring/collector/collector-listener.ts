import { createServer, type IncomingMessage, type Server } from 'node:http';

import { MlopsError } from '../../../contract/mlops-error';
import { toApiError } from '../../jobs/jobs';
import { Slots } from '../../pipelines/slots';
import type { Collector } from './collector';
import { MOST_BYTES } from './inference-bodies';

/** Bodies that are held at once; further ones wait in their connection. */
const AT_ONCE = 8;
const MOST_CONNECTIONS = 500;

const STATUS: Record<string, number> = {
  'event-invalid': 400,
  'event-type-unknown': 415,
  'body-too-large': 413,
  'method-unknown': 405
};

/**
 * The collector's port: events come in, and nothing goes out but whether they were taken and whether
 * the collector lives.
 */
export class CollectorListener {
  constructor(private readonly _collector: Pick<Collector, 'take' | 'note'>) {
    this._server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
      void this._answer(request).then(({ status, body }) => {
        response.writeHead(status, {
          'Content-Type': 'application/json',
          'Cache-Control': 'no-store',
          // The rest of a body that is not read must not be taken for the next request.
          ...(request.complete ? {} : { Connection: 'close' })
        });
        response.end(JSON.stringify(body), () => {
          if (!request.complete) {
            request.destroy();
          }
        });
      });
    });
    this._server.headersTimeout = 10_000;
    this._server.requestTimeout = 60_000;
    this._server.maxConnections = MOST_CONNECTIONS;
  }

  /** @returns The port, which is a free one where 0 was asked for. */
  async start(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this._server.once('error', reject);
      this._server.listen({ host, port }, resolve);
    });
    const address = this._server.address();
    return typeof address === 'object' && address ? address.port : port;
  }

  async close(): Promise<void> {
    await new Promise<void>(resolve => {
      this._server.close(() => resolve());
      this._server.closeIdleConnections();
    });
  }

  private async _answer(request: IncomingMessage): Promise<IReply> {
    const path = (request.url ?? '').split('?')[0];
    if (request.method === 'GET' && (path === '/livez' || path === '/readyz')) {
      return { status: 200, body: { state: 'ready' } };
    }
    try {
      return { status: 200, body: { taken: await this._take(path, request) } };
    } catch (error) {
      const body = toApiError(error);
      this._collector.note(body.code);
      const known = error instanceof MlopsError ? error.status : 500;
      return { status: STATUS[body.code] ?? known, body };
    }
  }

  private async _take(path: string, request: IncomingMessage): Promise<string> {
    if (path !== '/') {
      throw new MlopsError('not-found', {
        code: 'route-unknown',
        message: 'There is nothing at this address.'
      });
    }
    if (request.method !== 'POST') {
      throw new MlopsError('refused', {
        code: 'method-unknown',
        message: 'Events are sent with POST.'
      });
    }
    const left = new AbortController();
    request.once('close', () => left.abort(new Error('The sender has left.')));
    const giveBack = await this._slots.take(left.signal);
    try {
      return this._collector.take(request.headers, await bodyOf(request));
    } finally {
      giveBack();
    }
  }

  private readonly _server: Server;
  private readonly _slots = new Slots(AT_ONCE);
}

interface IReply {
  status: number;
  body: object;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  if (Number(request.headers['content-length'] ?? 0) > MOST_BYTES) {
    throw tooLarge();
  }
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) {
      throw tooLarge();
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): MlopsError {
  return new MlopsError('refused', {
    code: 'body-too-large',
    message: 'A request or answer of more than 8 MiB is not collected.'
  });
}
