import { ServerConnection } from '@jupyterlab/services';

import type { GatewayEvent } from '../../contract/event';
import { API_PREFIX, paths, type RouteName } from '../../contract/paths';
import { routes, type ReplyOf } from '../../contract/routes';
import * as story from './story';

export interface IAsked {
  route: RouteName;
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
  headers: Headers;
}

/** Node's requests refuse jsdom's signals: ours goes beside the request. */
class SignallessRequest extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, { ...init, signal: undefined });
    this.given = init?.signal ?? null;
  }

  readonly given: AbortSignal | null;
}

type Reply = object | Response | ((asked: IAsked) => object | Response);

/**
 * Stands in for the Jupyter Server at the HTTP boundary. Requests and replies are checked against the
 * contract's schemas, so that a test cannot pass with what the gateway would refuse or never say.
 */
export class FakeServer {
  constructor() {
    this.settings = ServerConnection.makeSettings({
      baseUrl: 'http://lab.test/user/editor/',
      token: 'secret-of-jupyter',
      Request: SignallessRequest,
      fetch: input =>
        this._answer(
          input instanceof SignallessRequest ? input : new SignallessRequest(input)
        )
    });
    this.server(story.serverStatus());
    this.on('status', story.gatewayStatus());
    this.on('cluster', { cluster: null });
    this.on('listRuns', { runs: [] });
    this.on('listModels', { models: [] });
    this.on('listRegistrations', { registrations: [] });
    this.on('listEnvironments', { environments: [] });
    this.on('listPromotions', { promotions: [] });
    this.on('listMonitors', { monitors: [] });
    this.on('listAlerts', { alerts: [] });
    this.on('listRetrainings', { retrainings: [] });
  }

  readonly settings: ServerConnection.ISettings;
  readonly asked: IAsked[] = [];
  /** Streams that are open now. */
  readonly streams: {
    lastId: string | null;
    send(text: string): void;
    break(): void;
  }[] = [];
  /** Requests to the server itself: `GET mlops/server`. */
  readonly others: string[] = [];

  on<N extends RouteName>(
    route: N,
    reply: ReplyOf<N> | Response | ((asked: IAsked) => ReplyOf<N> | Response)
  ): void {
    this._replies.set(route, reply as Reply);
  }

  /** What `GET mlops/server` says. */
  server(reply: object | Response): void {
    this._server = reply;
  }

  /** What `GET api/me` says. */
  me: () => Response = () => Response.json({ identity: { name: 'editor' } });

  calls(route: RouteName): IAsked[] {
    return this.asked.filter(asked => asked.route === route);
  }

  emit(id: string, event: GatewayEvent): void {
    this.streams.forEach(stream =>
      stream.send(`id: ${id}\ndata: ${JSON.stringify(event)}\n\n`)
    );
  }

  private async _answer(request: SignallessRequest): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.replace('/user/editor/', '');
    if (!path.startsWith(`mlops${API_PREFIX}`)) {
      this.others.push(`${request.method} ${path}`);
      return path === 'api/me' ? this.me() : copy(this._server);
    }
    const { route, params } = find(
      request.method,
      path.slice(`mlops${API_PREFIX}`.length)
    );
    const text = await request.text();
    const asked: IAsked = {
      route,
      params,
      query: Object.fromEntries(url.searchParams),
      body: text === '' ? undefined : JSON.parse(text),
      headers: request.headers
    };
    this.asked.push(asked);
    if (route === 'events') {
      return this._stream(request);
    }
    const table = routes[route];
    table.params.parse(params);
    if (table.method !== 'GET') {
      table.body.parse(asked.body);
    }
    const found = this._replies.get(route);
    const reply = typeof found === 'function' ? found(asked) : found;
    if (!reply) {
      throw new Error(`The test gives no reply to ${route}.`);
    }
    if (reply instanceof Response) {
      return reply.clone();
    }
    return Response.json(table.raw ? reply : table.reply.parse(reply));
  }

  private _stream(request: SignallessRequest): Response {
    const { streams } = this;
    const encoder = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        const stream = {
          lastId: request.headers.get('Last-Event-ID'),
          send: (text: string) => controller.enqueue(encoder.encode(text)),
          break: () => {
            streams.splice(streams.indexOf(stream), 1);
            controller.close();
          }
        };
        streams.push(stream);
        request.given?.addEventListener('abort', () => {
          streams.splice(streams.indexOf(stream), 1);
          controller.error(new DOMException('Aborted', 'AbortError'));
        });
      }
    });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  }

  private readonly _replies = new Map<RouteName, Reply>();
  private _server: object | Response = {};
}

function copy(reply: object | Response): Response {
  return reply instanceof Response ? reply.clone() : Response.json(reply);
}

function find(
  method: string,
  path: string
): { route: RouteName; params: Record<string, string> } {
  for (const route of Object.keys(paths).filter(isRoute)) {
    const [expected, pattern] = paths[route];
    const names: string[] = [];
    const expression = pattern
      .replace(/:(\w+)/g, (_, name: string) => {
        names.push(name);
        return '([^/]+)';
      })
      .replace('*', '.*');
    const match = new RegExp(`^${expression}$`).exec(path);
    if (match && expected === method) {
      return {
        route,
        params: Object.fromEntries(
          names.map((name, index) => [name, decodeURIComponent(match[index + 1])])
        )
      };
    }
  }
  throw new Error(`The contract has no ${method} ${path}.`);
}

function isRoute(name: string): name is RouteName {
  return name in paths;
}

/** An error as the gateway sends it. */
export function apiError(
  status: number,
  code: string,
  message: string,
  more: { cause?: string; action?: string } = {}
): Response {
  return Response.json({ code, message, ...more }, { status });
}
