import { setTimeout as sleep } from 'node:timers/promises';

import { MlopsError } from '../../contract/mlops-error';
import { SocketFetch } from './socket-fetch';
import { causeOf, codeOf, messageOf } from '../thrown';

/** How long a change of the lease's holder may take before a request is given up. */
const PATIENCE = 6000;
const RETRY_EVERY = 200;

/** Tells the holder which folder relative paths of a request stand for. */
export const ROOT_HEADER = 'x-mlops-root';

/** Hands requests to the gateway that holds the lease. */
export class Forwarder {
  constructor(options: Forwarder.IOptions) {
    this._options = options;
  }

  /**
   * Sends the request on. Waits while there is no holder; repeats only what did not arrive.
   *
   * @throws MlopsError `no-gateway` when nobody took over in time.
   */
  async forward(request: Request): Promise<Response> {
    const body = ['GET', 'HEAD'].includes(request.method)
      ? undefined
      : new Uint8Array(await request.arrayBuffer());
    const { pathname, search } = new URL(request.url);
    const until = Date.now() + PATIENCE;
    while (Date.now() < until) {
      const elsewhere = this._options.holderElsewhere();
      if (elsewhere !== null) {
        throw inUseElsewhere(elsewhere);
      }
      const own = await this._options.here(request, body);
      if (own) {
        return own;
      }
      const client = this._client();
      try {
        if (client) {
          return await client.fetch(pathname + search, {
            method: request.method,
            headers: {
              [ROOT_HEADER]: encodeURIComponent(this._options.rootDir),
              ...endToEnd(request.headers)
            },
            body,
            signal: request.signal
          });
        }
      } catch (error) {
        if (!neverArrived(error) && request.method !== 'GET') {
          throw new MlopsError('unavailable', {
            code: 'gateway-changed',
            message: 'The gateway that did this work has ended while it worked.',
            cause: messageOf(error),
            action: 'Look whether it was done before you try again.'
          });
        }
      }
      await sleep(RETRY_EVERY);
    }
    throw new MlopsError('unavailable', {
      code: 'no-gateway',
      message: 'No gateway has taken over the data home.',
      action: 'Try again in a few seconds; if it stays so, restart JupyterLab.'
    });
  }

  /** Asks the holder once, without patience; null where nobody answers. */
  async ask(path: string, within: number): Promise<unknown> {
    try {
      const reply = await this._client()?.fetch(path, {
        headers: { [ROOT_HEADER]: encodeURIComponent(this._options.rootDir) },
        signal: AbortSignal.timeout(within)
      });
      return reply?.ok ? await reply.json() : null;
    } catch {
      // The holder has just ended: there is nothing to tell about it.
      return null;
    }
  }

  async close(): Promise<void> {
    await this._known?.close();
  }

  private _client(): SocketFetch | null {
    const socket = this._options.holderSocket();
    if (!socket) {
      return null;
    }
    if (this._known?.socket !== socket) {
      void this._known?.close();
      this._known = new SocketFetch(socket);
    }
    return this._known;
  }

  private readonly _options: Forwarder.IOptions;
  private _known: SocketFetch | null = null;
}

export namespace Forwarder {
  export interface IOptions {
    holderSocket(): string | null;
    /** Name of another machine that uses the data home: nothing reaches it from here. */
    holderElsewhere(): string | null;
    /** The folder that this gateway's Jupyter Server serves. */
    rootDir: string;
    /** Answers here if this gateway has become the holder meanwhile. */
    here(request: Request, body: Uint8Array | undefined): Promise<Response | null>;
  }
}

function inUseElsewhere(machine: string): MlopsError {
  return new MlopsError('unavailable', {
    code: 'home-in-use-elsewhere',
    message: `The data home is in use on ${machine}; only one computer can use it at a time.`,
    action: `End JupyterLab there, or set MLOPS_HOME to another folder here. If ${machine} is gone, work goes on here within seconds.`
  });
}

/** Those of one connection only (RFC 9110, 7.6.1) are the next connection's own affair. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade'
]);

function endToEnd(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !HOP_BY_HOP.has(name)));
}

function neverArrived(error: unknown): boolean {
  const code = codeOf(causeOf(error)) || String(error);
  return /ECONNREFUSED|ENOENT|UND_ERR_CONNECT/.test(code);
}
