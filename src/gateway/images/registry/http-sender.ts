import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Dispatcher } from 'undici';

import type { IOutgoing, IReply } from './send';

const TEXT_BYTES = 64 * 1024;
const TRIES = 5;
const LONGEST_PAUSE = 60_000;
/** Answers after which the same request may succeed. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);
/** A disk that is full stays so for longer than we wait. */
const FULL = /no space left|"Err":28\b/i;

/** Sends requests over one connection pool, patiently. */
export class HttpSender {
  constructor(options: HttpSender.IOptions) {
    this._options = options;
  }

  /** One request, one reply, whatever it is. @throws what the network throws. */
  async once(url: URL, request: IOutgoing): Promise<IReply> {
    const { request: ask } = await import('./http-library');
    const { method, headers, body } = request;
    const dispatcher = await this._options.dispatcher();
    const reply = await ask(url, {
      dispatcher,
      method,
      headers: { 'user-agent': 'jupyterlab-mlops', ...headers },
      body:
        typeof body === 'function'
          ? Readable.from(body(), { objectMode: false })
          : body,
      signal: this._options.signal
    });
    return replyOf(reply);
  }

  /**
   * As {@link once}, again after passing failures: with growing pauses, or as long as the server asks
   * for. Only for requests that may be repeated.
   */
  async patiently(url: URL, request: IOutgoing): Promise<IReply> {
    for (let attempt = 1; ; attempt++) {
      const last = attempt === TRIES;
      try {
        const reply = await this.once(url, request);
        if (last || !PASSING.has(reply.status)) {
          return reply;
        }
        const wait = retryAfter(reply);
        const text = await reply.text();
        if (FULL.test(text)) {
          return withText(reply, text);
        }
        await this.pause(attempt, wait);
      } catch (error) {
        if (last || !isPassing(error) || this._options.signal?.aborted) {
          throw error;
        }
        await this.pause(attempt);
      }
    }
  }

  /** Waits before the next attempt: 0.5, 1, 2, 4 s, half of it by chance. */
  async pause(attempt: number, asked: number | null = null): Promise<void> {
    const base = this._options.pause * 2 ** (attempt - 1);
    const wait = asked ?? base * (0.5 + Math.random() / 2);
    await sleep(Math.min(wait, LONGEST_PAUSE), undefined, {
      signal: this._options.signal
    });
  }

  private readonly _options: HttpSender.IOptions;
}

export namespace HttpSender {
  export interface IOptions {
    dispatcher(): Promise<Dispatcher>;
    /** Milliseconds before the first repetition. */
    pause: number;
    signal?: AbortSignal;
  }
}

/** Whether an error of the network may be gone at the next attempt. */
export function isPassing(error: unknown): boolean {
  for (let one = error, depth = 0; one && depth < 5; depth++) {
    const { code, cause } = one as { code?: unknown; cause?: unknown };
    if (
      /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|UND_ERR_(SOCKET|CONNECT_TIMEOUT|HEADERS_TIMEOUT|BODY_TIMEOUT))$/.test(
        String(code)
      )
    ) {
      return true;
    }
    one = cause;
  }
  return false;
}

/** Milliseconds that the server asks to wait (RFC 9110, 10.2.3); null where it does not. */
function retryAfter(reply: IReply): number | null {
  const text = reply.header('retry-after');
  if (text === null) {
    return null;
  }
  const wait = /^[0-9]+$/.test(text)
    ? Number(text) * 1000
    : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

function replyOf({ statusCode, headers, body }: Dispatcher.ResponseData): IReply {
  return {
    status: statusCode,
    headers,
    header: name => {
      const value = headers[name];
      return (Array.isArray(value) ? value.at(-1) : value) ?? null;
    },
    text: async () => {
      const pieces: Uint8Array[] = [];
      let bytes = 0;
      for await (const piece of body as AsyncIterable<Uint8Array>) {
        pieces.push(piece);
        bytes += piece.byteLength;
        if (bytes >= TEXT_BYTES) {
          // Leaving the loop ends the reply.
          break;
        }
      }
      return Buffer.concat(pieces).toString('utf8', 0, TEXT_BYTES);
    },
    content: () => body as AsyncIterable<Uint8Array>,
    drop: () => body.dump({ limit: TEXT_BYTES })
  };
}

/** The reply, whose body has been read already. */
function withText(reply: IReply, text: string): IReply {
  return { ...reply, text: async () => text };
}
