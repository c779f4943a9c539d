import { Agent, request, type IncomingMessage } from 'node:http';

/** Statuses whose replies have no body (Fetch standard, "null body status"). */
const WITHOUT_BODY = [204, 205, 304];

/** `fetch` over a unix socket. Close it when it is no longer needed. */
export class SocketFetch {
  constructor(readonly socket: string) {}

  /**
   * @param path Path and query, such as `/healthz`.
   * @throws The system's error where nobody listens; the signal's reason where it was aborted.
   */
  async fetch(path: string, init: SocketFetch.IInit = {}): Promise<Response> {
    const message = await this._send(path, init);
    const status = message.statusCode ?? 0;
    const headers = pairs(message.rawHeaders);
    if (WITHOUT_BODY.includes(status)) {
      message.resume();
      return new Response(null, { status, headers });
    }
    return new Response(toWebStream(message), { status, headers });
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this._agent.destroy();
  }

  private _send(path: string, init: SocketFetch.IInit): Promise<IncomingMessage> {
    const { pathname, search } = new URL(path, 'http://gateway');
    const { signal } = init;
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const outgoing = request({
        socketPath: this.socket,
        agent: this._agent,
        path: pathname + search,
        method: init.method,
        // What arrives is handed on as it is.
        headers: { ...init.headers, host: 'gateway', 'accept-encoding': 'identity' },
        signal
      });
      outgoing.once('response', resolve);
      outgoing.once('error', error => reject(signal?.aborted ? signal.reason : error));
      outgoing.end(init.body);
    });
  }

  /** A connection each: one that is kept alive may close just as it is used again. */
  private readonly _agent = new Agent({ keepAlive: false });
}

/** Names and values as they arrived, one after the other, as pairs. */
function pairs(raw: string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, index) => [
    raw[2 * index],
    raw[2 * index + 1]
  ]);
}

function toWebStream(
  message: IncomingMessage
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks: AsyncIterator<Uint8Array> = message[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) {
        controller.close();
      } else {
        controller.enqueue(new Uint8Array(value));
      }
    },
    cancel() {
      // The other end sees at once that nobody listens any more.
      message.destroy();
    }
  });
}

export namespace SocketFetch {
  export interface IInit {
    method?: string;
    headers?: Record<string, string>;
    body?: string | Uint8Array;
    signal?: AbortSignal;
  }
}
