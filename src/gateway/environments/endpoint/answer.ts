import { randomUUID } from 'node:crypto';

import type { PredictReply, PredictRequest } from '../../../contract/environment';
import { MlopsError } from '../../../contract/mlops-error';
import type { IPayload, Outcome } from '../port';
import { validateRows } from '../../serving/input-validation';
import type { IServedModel } from '../../serving/port';
import type { LiveEndpoint } from './live-endpoint';
import { predictionsOf, rowsOf } from './open-inference';

/** Told of every request, and how it ended. */
export interface IRequestObserver {
  /** A request that a version took. */
  observe(endpoint: LiveEndpoint, payload: IPayload): void;
  /** A request that reached no version, or that is captured elsewhere: it only counts. */
  count(endpoint: LiveEndpoint, outcome: Outcome, milliseconds: number): void;
}

/** Answers rows by column name. @throws MlopsError `input-invalid`, `endpoint-unavailable` */
export async function predict(
  endpoint: LiveEndpoint,
  request: PredictRequest,
  observer: IRequestObserver
): Promise<PredictReply> {
  const at = new Date().toISOString();
  return counted(endpoint, observer, async reached => {
    const eventTimes = timesOf(request.eventTime, request.rows.length, at);
    return endpoint.use(async served => {
      reached();
      const id = request.id ?? randomUUID();
      const started = performance.now();
      const observe = (predictions: IPayload['predictions'], outcome: Outcome): void =>
        tell(observer, endpoint, served, {
          id,
          at,
          eventTimes,
          rows: request.rows,
          predictions,
          milliseconds: performance.now() - started,
          outcome
        });
      try {
        const { eventTime } = request;
        const prediction = await served.predict(request.rows, { id, eventTime });
        observe(prediction.predictions, 'answered');
        const { model, version, digest } = served.version;
        return { id, model, version, digest, ...prediction };
      } catch (error) {
        observe([], outcomeOf(error));
        throw error;
      }
    });
  });
}

/** Answers an Open Inference Protocol request with the model server's own reply. */
export async function infer(
  endpoint: LiveEndpoint,
  body: string,
  observer: IRequestObserver
): Promise<Response> {
  const at = new Date().toISOString();
  return counted(endpoint, observer, reached =>
    endpoint.use(async served => {
      reached();
      const started = performance.now();
      const request = rowsOf(body, served.version.signature);
      const rows = request?.rows ?? [];
      const observe = (text: string, outcome: Outcome): void =>
        tell(observer, endpoint, served, {
          id: request?.id ?? randomUUID(),
          at,
          eventTimes: timesOf(request?.eventTime, rows.length, at, true),
          rows,
          predictions: outcome === 'answered' ? predictionsOf(text) : [],
          milliseconds: performance.now() - started,
          outcome
        });
      try {
        const reply = await served.infer(body);
        const text = await reply.text();
        observe(text, outcomeOfReply(reply, rows, served));
        return new Response(text, {
          status: reply.status,
          headers: {
            'Content-Type': reply.headers.get('Content-Type') ?? 'application/json'
          }
        });
      } catch (error) {
        observe('', outcomeOf(error));
        throw error;
      }
    })
  );
}

/** Counts what ends before a version has taken it: an outage is seen here only. */
async function counted<T>(
  endpoint: LiveEndpoint,
  observer: IRequestObserver,
  work: (reached: () => void) => Promise<T>
): Promise<T> {
  const started = performance.now();
  let taken = false;
  try {
    return await work(() => {
      taken = true;
    });
  } catch (error) {
    if (!taken) {
      observer.count(endpoint, outcomeOf(error), performance.now() - started);
    }
    throw error;
  }
}

/** Counts a request, and has it captured where nobody else does that. */
function tell(
  observer: IRequestObserver,
  endpoint: LiveEndpoint,
  { capturedElsewhere, version: { model, version, digest } }: IServedModel,
  request: Omit<IPayload, 'environment' | 'model' | 'version' | 'digest'>
): void {
  const { outcome, milliseconds } = request;
  if (capturedElsewhere) {
    observer.count(endpoint, outcome, milliseconds);
  } else {
    const { environment } = endpoint;
    observer.observe(endpoint, { environment, model, version, digest, ...request });
  }
}

function outcomeOf(error: unknown): Outcome {
  return outcomeOfStatus(error instanceof MlopsError ? error.status : 500);
}

/** MLServer answers 400 also where the model itself raises: then the rows are what it takes. */
function outcomeOfReply(
  { ok, status }: Response,
  rows: Record<string, unknown>[],
  { version }: IServedModel
): Outcome {
  if (ok) {
    return 'answered';
  }
  const outcome = outcomeOfStatus(status);
  if (outcome === 'refused' && rows.length > 0) {
    try {
      validateRows(rows, version.signature);
      return 'failed';
    } catch {
      // The request is wrong, as the model server says.
    }
  }
  return outcome;
}

function outcomeOfStatus(status: number): Outcome {
  return status >= 400 && status < 500 ? 'refused' : 'failed';
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
