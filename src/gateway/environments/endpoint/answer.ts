import { randomUUID } from 'node:crypto';

import type { PredictReply, PredictRequest } from '../../../contract/environment';
import { MlopsError } from '../../../contract/mlops-error';
import type { IPayload } from '../port';
import type { IServedModel } from '../../serving/port';
import type { LiveEndpoint } from './live-endpoint';
import { predictionsOf, rowsOf } from './open-inference';

/** Told of every request: the payload where its rows are known, and how long it took. */
export interface IRequestObserver {
  observe(endpoint: LiveEndpoint, payload: IPayload): void;
}

/** Answers rows by column name. @throws MlopsError `input-invalid`, `endpoint-unavailable` */
export async function predict(
  endpoint: LiveEndpoint,
  request: PredictRequest,
  observer: IRequestObserver
): Promise<PredictReply> {
  const at = new Date().toISOString();
  const eventTimes = timesOf(request.eventTime, request.rows.length, at);
  return endpoint.use(async served => {
    const id = request.id ?? randomUUID();
    const started = performance.now();
    const payload = (predictions: IPayload['predictions'], ok: boolean): IPayload => ({
      ...identityOf(endpoint, served),
      id,
      at,
      eventTimes,
      rows: request.rows,
      predictions,
      milliseconds: performance.now() - started,
      ok
    });
    try {
      const prediction = await served.predict(request.rows);
      observer.observe(endpoint, payload(prediction.predictions, true));
      const { model, version, digest } = served.version;
      return { id, model, version, digest, ...prediction };
    } catch (error) {
      observer.observe(endpoint, payload([], false));
      throw error;
    }
  });
}

/** Answers an Open Inference Protocol request with the model server's own reply. */
export async function infer(
  endpoint: LiveEndpoint,
  body: string,
  observer: IRequestObserver
): Promise<Response> {
  const at = new Date().toISOString();
  return endpoint.use(async served => {
    const started = performance.now();
    const request = rowsOf(body, served.version.signature);
    const rows = request?.rows ?? [];
    const observe = (text: string, ok: boolean): void =>
      observer.observe(endpoint, {
        ...identityOf(endpoint, served),
        id: request?.id ?? randomUUID(),
        at,
        eventTimes: timesOf(request?.eventTime, rows.length, at, true),
        rows,
        predictions: ok ? predictionsOf(text) : [],
        milliseconds: performance.now() - started,
        ok
      });
    try {
      const reply = await served.infer(body);
      const text = await reply.text();
      observe(text, reply.ok);
      return new Response(text, {
        status: reply.status,
        headers: {
          'Content-Type': reply.headers.get('Content-Type') ?? 'application/json'
        }
      });
    } catch (error) {
      observe('', false);
      throw error;
    }
  });
}

function identityOf(
  { environment }: LiveEndpoint,
  { version: { model, version, digest } }: IServedModel
): Pick<IPayload, 'environment' | 'model' | 'version' | 'digest'> {
  return { environment, model, version, digest };
}

function timesOf(
  given: string | string[] | undefined,
  rows: number,
  at: string,
  lenient = false
): string[] {
  if (!Array.isArray(given)) {
    return new Array<string>(rows).fill(given ?? at);
  }
  if (given.length === rows) {
    return given;
  }
  if (lenient) {
    return new Array<string>(rows).fill(at);
  }
  throw new MlopsError('refused', {
    code: 'input-invalid',
    message: `The request has ${rows} rows and ${given.length} event times.`,
    action: 'Give one event time for all rows, or one for each.'
  });
}
