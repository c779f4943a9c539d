import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator, type TranslationBundle } from '@jupyterlab/translation';

import type { ApiError } from '../../contract/error';
import { kindOfStatus, MlopsError } from '../../contract/mlops-error';
import { API_PREFIX, paths, type RouteName } from '../../contract/paths';
import type { CallOf, ReplyOf } from '../../contract/routes';
import { DOMAIN } from '../elements/translation';

/** Below the server's base URL. */
const NAMESPACE = 'mlops';

/** Asks the gateway by the names of the contract's routes. */
export interface IGatewayClient {
  /** Throws a {@link MlopsError} for every answer that is not a success. */
  call<N extends RouteName>(name: N, call?: CallOf<N>): Promise<ReplyOf<N>>;
  /** The whole answer of a route that gives a file or a stream. */
  open(name: RouteName, call?: IOpenCall): Promise<Response>;
  /** Asks the Jupyter Server itself, at a path below its base URL. */
  server(method: 'GET' | 'POST', path: string): Promise<Response>;
  /** Absolute address of a path below the server's base URL. */
  address(path: string): string;
}

export interface IOpenCall {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Token and XSRF header are added by {@link ServerConnection.makeRequest}. */
export class GatewayClient implements IGatewayClient {
  constructor(options: GatewayClient.IOptions = {}) {
    this._settings = options.serverSettings ?? ServerConnection.makeSettings();
    this._trans = options.trans ?? nullTranslator.load(DOMAIN);
  }

  async call<N extends RouteName>(name: N, call: CallOf<N> = {}): Promise<ReplyOf<N>> {
    const [method, path] = paths[name];
    const response = await this._ask(
      method,
      `${NAMESPACE}${API_PREFIX}${fill(path, call.params ?? {})}`,
      call.query ?? {},
      method === 'GET' ? {} : { body: JSON.stringify(call.body ?? {}) }
    );
    // The gateway's replies are checked against these schemas in its tests, not in the browser.
    return (await response.json()) as ReplyOf<N>;
  }

  open(name: RouteName, call: IOpenCall = {}): Promise<Response> {
    const [method, path] = paths[name];
    const { params = {}, query = {}, ...init } = call;
    return this._ask(
      method,
      `${NAMESPACE}${API_PREFIX}${fill(path, params)}`,
      query,
      init
    );
  }

  server(method: 'GET' | 'POST', path: string): Promise<Response> {
    return this._ask(method, path, {}, {});
  }

  address(path: string): string {
    return URLExt.join(this._settings.baseUrl, path);
  }

  private async _ask(
    method: string,
    path: string,
    query: Record<string, unknown>,
    init: RequestInit
  ): Promise<Response> {
    const url = this.address(path) + queryString(query);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(
        url,
        { method, ...init },
        this._settings
      );
    } catch (error) {
      if (init.signal?.aborted) {
        throw error;
      }
      throw new MlopsError('unavailable', {
        code: 'server-unreachable',
        message: this._trans.__('The Jupyter Server does not answer.'),
        cause: error instanceof Error ? error.message : undefined,
        action: this._trans.__(
          'Check that it is still running and that this computer is connected.'
        )
      });
    }
    if (!response.ok) {
      throw await errorOf(response, this._trans);
    }
    return response;
  }

  private readonly _settings: ServerConnection.ISettings;
  private readonly _trans: TranslationBundle;
}

export namespace GatewayClient {
  export interface IOptions {
    serverSettings?: ServerConnection.ISettings;
    trans?: TranslationBundle;
  }
}

/** Puts parameters in the place of `:name`; each stays one segment of the path. */
function fill(path: string, params: object): string {
  const values = new Map<string, unknown>(Object.entries(params));
  return path.replace(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name)))
  );
}

function queryString(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  if (given.length === 0) {
    return '';
  }
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
}

/** An answer that is no success as an error that says what to do. */
async function errorOf(
  response: Response,
  trans: TranslationBundle
): Promise<MlopsError> {
  const text = await response.text();
  const body = parse(text);
  return new MlopsError(
    kindOfStatus(response.status),
    isApiError(body)
      ? body
      : {
          code: `http-${response.status}`,
          message: trans.__(
            'The server answered %1.',
            `${response.status} ${response.statusText}`.trim()
          ),
          cause: text.slice(0, 300) || undefined
        }
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy in between answers with a page of its own: errorOf shows its text.
    return null;
  }
}

function isApiError(body: unknown): body is ApiError {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    'message' in body &&
    typeof body.code === 'string' &&
    typeof body.message === 'string'
  );
}
