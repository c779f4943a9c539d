import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { ApiError } from '../contract/error';
import { kindOfStatus, MlopsError } from '../contract/mlops-error';
import { API_PREFIX, type RouteName } from '../contract/paths';
import { routes, type CallOf, type ReplyOf } from '../contract/routes';
import { Gateway } from '../gateway/gateway';
import { readLaunchContext } from '../gateway/launch-context';
import { createLog } from '../gateway/log';

/**
 * The command line's way to the gateway: a gateway of its own, which hands everything to the one
 * that holds the lease of the data home, or does the work itself where there is none.
 */
export class Client {
  private constructor(gateway: Gateway, folder: string) {
    this._gateway = gateway;
    this._folder = folder;
  }

  /** @throws MlopsError `home-not-writable`, `database-newer`, `context-missing` */
  static async open(level = 'fatal'): Promise<Client> {
    const context = readLaunchContext(process.env);
    const folder = mkdtempSync(join(tmpdir(), 'mlops-'));
    try {
      const gateway = new Gateway({
        context,
        log: createLog(process.env.MLOPS_LOG_LEVEL ?? level),
        socket: join(folder, 'g.sock')
      });
      await gateway.start();
      return new Client(gateway, folder);
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Whether the work is done by this process, so that what it serves ends with it. */
  get leads(): boolean {
    return this._gateway.leads;
  }

  /** Calls a route; the reply is checked against its schema. */
  async call<N extends RouteName>(name: N, call: CallOf<N> = {}): Promise<ReplyOf<N>> {
    const response = await this.send(name, call);
    const reply = routes[name].reply.parse(await response.json());
    // The schema that was just applied is the one that ReplyOf<N> is inferred from.
    return reply as ReplyOf<N>;
  }

  /** Calls a route whose answer is a file or a stream. */
  async send<N extends RouteName>(name: N, call: CallOf<N> = {}): Promise<Response> {
    const { method, path } = routes[name];
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(Object(call.query))) {
      if (value !== undefined) {
        query.set(key, String(value));
      }
    }
    const address = path.replace(/:(\w+)/g, (_, key: string) =>
      encodeURIComponent(String(Object(call.params)[key]))
    );
    const response = await this._gateway.app.request(
      `${API_PREFIX}${address}${query.size > 0 ? `?${query}` : ''}`,
      {
        method,
        headers: { 'Content-Type': 'application/json' },
        body: method === 'POST' ? JSON.stringify(call.body ?? {}) : undefined
      }
    );
    if (!response.ok) {
      const body = ApiError.parse(await response.json());
      throw new MlopsError(kindOfStatus(response.status), body);
    }
    return response;
  }

  async close(): Promise<void> {
    await this._gateway.close();
    rmSync(this._folder, { recursive: true, force: true });
  }

  private readonly _gateway: Gateway;
  private readonly _folder: string;
}
