import type { ModelVersion } from '../../../contract/model';
import type { IPayload } from '../../environments/port';
import type { Exchange } from '../collector/exchange';

/** An exchange as if the request had gone through the endpoint of this computer. */
export function collectedPayload(
  exchange: Exchange,
  { model, version, signature }: ModelVersion
): IPayload {
  const { id, environment, digest, at, milliseconds, rows, predictions } = exchange;
  const known = new Set(signature.inputs.map(({ name }) => name));
  // Whatever can post to the collector can name columns; only the model's own are stored.
  const columns = exchange.columns.filter(({ name }) => known.has(name));
  const { eventTime } = exchange;
  return {
    id,
    environment,
    model,
    version,
    digest,
    at,
    eventTimes: Array.isArray(eventTime)
      ? eventTime
      : new Array<string>(rows).fill(eventTime ?? at),
    rows: Array.from({ length: rows }, (_, row) =>
      Object.fromEntries(columns.map(({ name, values }) => [name, values[row] ?? null]))
    ),
    predictions,
    milliseconds,
    outcome: 'answered'
  };
}
