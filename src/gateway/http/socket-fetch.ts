import { Agent, fetch as undiciFetch } from 'undici';

/** `fetch` over a unix socket. Close it when it is no longer needed. */
export class SocketFetch {
  constructor(readonly socket: string) {
    this._agent = new Agent({
      connect: { socketPath: socket },
      headersTimeout: 0,
      bodyTimeout: 0
    });
  }

  /** @param path Path and query, such as `/healthz`. */
  async fetch(path: string, init: SocketFetch.IInit = {}): Promise<Response> {
    const reply = await undiciFetch(`http://gateway${path}`, {
      method: init.method,
      headers: init.headers,
      body: init.body,
      signal: init.signal,
      redirect: 'manual',
      dispatcher: this._agent
    });
    const body = reply.body ? toWebStream(reply.body) : null;
    return new Response(body, {
      status: reply.status,
      headers: [...reply.headers.entries()]
    });
  }

  close(): Promise<void> {
    return this._agent.destroy();
  }

  private readonly _agent: Agent;
}

/** undici's stream type and the global one are the same thing under two names. */
function toWebStream(
  source: AsyncIterable<Uint8Array>
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) {
        controller.close();
      } else {
        controller.enqueue(new Uint8Array(value));
      }
    },
    async cancel() {
      await iterator.return?.();
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
