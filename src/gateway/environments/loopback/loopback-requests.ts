import type { z } from 'zod';

import {
  FeedbackRequest,
  PredictRequest,
  type PredictReply
} from '../../../contract/environment';
import { MlopsError } from '../../../contract/mlops-error';
import { toApiError } from '../../jobs/jobs';
import type { Feedback } from '../port';

const MOST_BYTES = 8 * 1024 * 1024;

/** What a request on the loopback port can reach: endpoints, and nothing else of the gateway. */
export interface ILoopbackTarget {
  opens(token: string, environment: string, model: string): boolean;
  predict(
    environment: string,
    model: string,
    request: PredictRequest
  ): Promise<PredictReply>;
  infer(environment: string, model: string, body: string): Promise<Response>;
  feedback: Feedback;
}

const ADDRESS =
  /^\/([-a-z0-9]+)\/([-a-z0-9]+)\/(predict|infer|feedback|v2\/models\/([-a-z0-9]+)\/infer)$/;

/**
 * Answers `POST /<environment>/<model>/predict`, `…/feedback` and `…/infer` (also under the Open Inference
 * Protocol's own path). The host must be this computer, the token must open the endpoint; a page may
 * ask only from an opaque origin, as sandboxed apps have.
 */
export async function answerLoopback(
  request: Request,
  target: ILoopbackTarget
): Promise<Response> {
  try {
    return await answer(request, target);
  } catch (error) {
    const body = toApiError(error);
    const status = error instanceof MlopsError ? error.status : 500;
    const limit = body.code === 'request-too-large' ? 413 : status;
    const unknown = body.code === 'token-invalid' ? 401 : limit;
    return Response.json(body, { status: unknown, headers: COMMON });
  }
}

const COMMON = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  Vary: 'Origin'
};

async function answer(request: Request, target: ILoopbackTarget): Promise<Response> {
  checkHost(request);
  const origin = request.headers.get('Origin');
  if (origin !== null && origin !== 'null') {
    throw new MlopsError('forbidden', {
      code: 'origin-refused',
      message: 'Pages of other sites may not ask the endpoints of this computer.'
    });
  }
  if (request.method === 'OPTIONS') {
    return preflight(origin);
  }
  const match = ADDRESS.exec(new URL(request.url).pathname);
  if (!match || (match[4] !== undefined && match[4] !== match[2])) {
    throw new MlopsError('not-found', {
      code: 'route-unknown',
      message: 'There is nothing at this address.',
      action: 'POST to /<environment>/<model>/predict, /infer or /feedback.'
    });
  }
  const [, environment, model, action] = match;
  const token = /^Bearer (\S+)$/i.exec(request.headers.get('Authorization') ?? '');
  if (!token || !target.opens(token[1], environment, model)) {
    throw new MlopsError('forbidden', {
      code: 'token-invalid',
      message: `The endpoint ${environment}/${model} asks for a token that is valid for it.`,
      action: 'Ask for one with `jupyter mlops environments token`, or reload the app.'
    });
  }
  if (request.method !== 'POST') {
    throw new MlopsError('refused', {
      code: 'method-unknown',
      message: 'An endpoint answers POST only.'
    });
  }
  const reply = await reached(request, target, { environment, model, action });
  const headers = new Headers({ ...Object.fromEntries(reply.headers), ...COMMON });
  if (origin !== null) {
    headers.set('Access-Control-Allow-Origin', origin);
  }
  return new Response(reply.body, { status: reply.status, headers });
}

/** With a token the caller may read why a request was refused, too. */
async function reached(
  request: Request,
  target: ILoopbackTarget,
  { environment, model, action }: Record<'environment' | 'model' | 'action', string>
): Promise<Response> {
  try {
    const body = await readBody(request);
    if (action === 'predict') {
      const rows = parse(PredictRequest, body);
      return Response.json(await target.predict(environment, model, rows));
    }
    if (action === 'feedback') {
      const { labels } = parse(FeedbackRequest, body);
      return Response.json(await target.feedback(environment, model, labels));
    }
    return await target.infer(environment, model, body);
  } catch (error) {
    const body = toApiError(error);
    const known = error instanceof MlopsError ? error.status : 500;
    const status = body.code === 'request-too-large' ? 413 : known;
    return Response.json(body, { status });
  }
}

/** A name that was bound anew to 127.0.0.1 must not open what only this computer may ask. */
function checkHost(request: Request): void {
  const host = (request.headers.get('Host') ?? '').replace(/:\d+$/, '');
  if (host !== '127.0.0.1' && host !== 'localhost') {
    throw new MlopsError('forbidden', {
      code: 'host-refused',
      message: 'The endpoints of this computer answer to 127.0.0.1 and localhost only.'
    });
  }
}

function preflight(origin: string | null): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...COMMON,
      ...(origin === null ? {} : { 'Access-Control-Allow-Origin': origin }),
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Authorization, Content-Type',
      'Access-Control-Allow-Private-Network': 'true',
      'Access-Control-Max-Age': '600'
    }
  });
}

async function readBody(request: Request): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) {
      throw new MlopsError('refused', {
        code: 'request-too-large',
        message: 'The request is larger than 8 MiB.',
        action: 'Send the rows in several requests.'
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse<T>(schema: z.ZodType<T>, body: string): T {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    throw new MlopsError('refused', {
      code: 'input-invalid',
      message: 'The request is not JSON.',
      cause: error instanceof Error ? error.message : undefined
    });
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    throw new MlopsError('refused', {
      code: 'input-invalid',
      message: `The request is not valid at ${path.join('.') || 'its top'}: ${message}`
    });
  }
  return result.data;
}
