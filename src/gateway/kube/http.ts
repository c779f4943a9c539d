import { request, type Dispatcher } from 'undici';

import type { MlopsError } from '../../contract/mlops-error';
import { gatewayVersion } from '../launch-context';
import type { IAccess } from './access';
import { toNetworkError } from './network-error';

/** A failing reply's text is read up to here. */
const ERROR_CHARACTERS = 64 * 1024;
/** Ten times what etcd takes as one object. */
const LINE_CHARACTERS = 16 * 1024 * 1024;

export interface IHttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the server's address. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON; a text is sent as it is. */
  body?: unknown;
  contentType?: string;
  signal?: AbortSignal;
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
  const answerWithin = method === 'GET' ? ANSWER_WITHIN : 2 * ANSWER_WITHIN;
  try {
    return await request(url, {
      method,
      dispatcher: access.dispatcher,
      headers: {
        ...access.headers,
        accept: 'application/json',
        'user-agent': `jupyterlab-mlops/${gatewayVersion()}`,
        ...(rest.body === undefined
          ? {}
          : { 'content-type': rest.contentType ?? 'application/json' })
      },
      body: textOf(rest.body),
      signal: rest.signal,
      headersTimeout: answerWithin,
      bodyTimeout: rest.silence ?? ANSWER_WITHIN
    });
  } catch (error) {
    rest.signal?.throwIfAborted();
    throw networkError(error, access, cluster);
  }
}

function textOf(body: unknown): string | null {
  if (body === undefined) {
    return null;
  }
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function networkError(error: unknown, access: IAccess, cluster: string): MlopsError {
  const { server, proxied } = access;
  return toNetworkError(error, { cluster, server, proxied });
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
    throw networkError(error, access, cluster);
  }
}

/**
 * The reply's lines as they come, without their ends; the last one also where it has none.
 *
 * @throws MlopsError as {@link send} does, and where a line is longer than any object can be
 */
export async function* readLines(
  response: Dispatcher.ResponseData,
  access: IAccess,
  cluster: string
): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of response.body.setEncoding('utf8')) {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > LINE_CHARACTERS) {
        throw new Error(`A line has more than ${LINE_CHARACTERS} characters.`);
      }
      yield* parts;
    }
  } catch (error) {
    throw networkError(error, access, cluster);
  }
  if (rest !== '') {
    yield rest;
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
