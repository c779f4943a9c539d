import { createHash } from 'node:crypto';

import { Agent, EnvHttpProxyAgent, ProxyAgent, type Dispatcher } from 'undici';

/** How a connection is made and whom it trusts. */
export interface IConnection {
  ca: string | Buffer | undefined;
  cert: string | Buffer | undefined;
  key: string | Buffer | undefined;
  servername: string | undefined;
  /** The kubeconfig's `proxy-url`; where absent, HTTPS_PROXY and NO_PROXY say. */
  proxy: string | undefined;
}

/** Connecting must not take longer. */
const CONNECT_WITHIN = 10_000;
/** Shorter than the idle limit of any load balancer that we know. */
const KEEP_ALIVE = 30_000;

/**
 * Keeps the connections of one identity open from request to request, and makes new ones when
 * certificate or authority change. The library makes a TLS connection for each request.
 */
export class DispatcherPool {
  get(connection: IConnection): Dispatcher {
    const key = digestOf(connection);
    if (this._current === null || this._key !== key) {
      // Ends when its last stream has ended.
      void this._current?.close();
      this._current = create(connection);
      this._key = key;
    }
    return this._current;
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    await this._current?.destroy();
    this._current = null;
  }

  private _current: Dispatcher | null = null;
  private _key = '';
}

/** Whether HTTPS_PROXY holds where the kubeconfig has no `proxy-url`. */
export function environmentNamesProxy(): boolean {
  return Boolean(process.env.HTTPS_PROXY || process.env.https_proxy);
}

function create(connection: IConnection): Dispatcher {
  const { ca, cert, key, servername, proxy } = connection;
  const tls = {
    ca,
    cert,
    key,
    servername,
    // Said, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
    rejectUnauthorized: true
  };
  const common = {
    // A watch is a stream for hours: each has a connection of its own, whose silence is seen.
    allowH2: false,
    keepAliveTimeout: KEEP_ALIVE
  };
  const socket = {
    timeout: CONNECT_WITHIN,
    keepAlive: true,
    keepAliveInitialDelay: 30_000
  };
  if (proxy !== undefined) {
    return new ProxyAgent({ ...common, uri: proxy, requestTls: tls, connect: socket });
  }
  if (environmentNamesProxy()) {
    return new EnvHttpProxyAgent({
      ...common,
      requestTls: tls,
      connect: { ...tls, ...socket }
    });
  }
  return new Agent({ ...common, connect: { ...tls, ...socket } });
}

/** A digest: keys of a map outlive what they were made of. */
function digestOf(connection: IConnection): string {
  const hash = createHash('sha256');
  for (const part of [
    connection.ca,
    connection.cert,
    connection.key,
    connection.servername,
    connection.proxy
  ]) {
    hash.update(`${part === undefined ? -1 : Buffer.from(part).length}:`);
    hash.update(part ?? '');
  }
  return hash.digest('hex');
}
