import { request, type Dispatcher } from 'undici';

import type { IAccess } from './access';
import { toNetworkError } from './network-error';
import { gatewayVersion } from '../launch-context';

/** A failing reply's text is read up to here. */
const ERROR_CHARACTERS = 64 * 1024;

export interface IHttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  contentType?: string;
  accept?: string;
  signal?: AbortSignal;
  /** Milliseconds until the reply begins. */
  answerWithin?: number;
  /** Milliseconds of silence within the reply; 0 for as long as it takes. */
  silence?: number;
}

/** Reading must begin within this time, changing something within twice of it: webhooks are asked. */
const ANSWER_WITHIN = 30_000;

/**
 * Sends one request; whatever status comes back is the caller's to judge.
 *
 * @param cluster Its name, for messages.
 * @throws MlopsError where the cluster cannot be reached; an `AbortError` where the caller gave up.
 */
export async function send(
  access: IAccess,
  cluster: string,
  { method, path, query = {}, ...rest }: IHttpRequest
): Promise<Dispatcher.ResponseData> {
  const url = new URL(access.server + path);
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) {
      url.searchParams.set(key, String(value));
    }
  }
  const attempt = (): Promise<Dispatcher.ResponseData> =>
    request(url, {
      method,
      dispatcher: access.dispatcher,
      headers: {
        ...access.headers,
        accept: rest.accept ?? 'application/json',
        'user-agent': `jupyterlab-mlops/${gatewayVersion()}`,
        ...(rest.body === undefined
          ? {}
          : { 'content-type': rest.contentType ?? 'application/json' })
      },
      body: rest.body === undefined ? null : JSON.stringify(rest.body),
      signal: rest.signal,
      headersTimeout:
        rest.answerWithin ?? (method === 'GET' ? ANSWER_WITHIN : 2 * ANSWER_WITHIN),
      bodyTimeout: rest.silence ?? ANSWER_WITHIN
    });
  try {
    return await attempt();
  } catch (error) {
    rest.signal?.throwIfAborted();
    throw toNetworkError(error, {
      cluster,
      server: access.server,
      proxied: isProxied(access)
    });
  }
}

function isProxied({ dispatcher }: IAccess): boolean {
  return /Proxy/.test(dispatcher.constructor.name);
}

/** The whole reply; an interruption is told as {@link send} tells it. */
export async function readAll(
  response: Dispatcher.ResponseData,
  access: IAccess,
  cluster: string
): Promise<string> {
  try {
    return await response.body.text();
  } catch (error) {
    throw toNetworkError(error, {
      cluster,
      server: access.server,
      proxied: isProxied(access)
    });
  }
}

/** The beginning of a failing reply's text. */
export async function readError(response: Dispatcher.ResponseData): Promise<string> {
  let text = '';
  try {
    for await (const chunk of response.body.setEncoding('utf8')) {
      text += String(chunk);
      if (text.length > ERROR_CHARACTERS) {
        break;
      }
    }
  } catch {
    // The status alone must do.
  }
  return text;
}
