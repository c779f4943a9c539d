import { pino, type DestinationStream, type Logger } from 'pino';

import { MlopsError } from '../contract/mlops-error';

/** Names under which a secret could be logged. */
const SECRET = [
  'token',
  'authorization',
  'cookie',
  'password',
  'secret',
  'credential',
  'access_key',
  'accessKey'
];

/** Structured log on standard error: one JSON object a line, secrets redacted wherever they stand. */
export function createLog(
  level = process.env.MLOPS_LOG_LEVEL ?? 'info',
  destination: DestinationStream = pino.destination({ dest: 2, sync: true })
): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET.flatMap(name => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]'
      },
      serializers: { err: loggable }
    },
    destination
  );
}

/** Words and causes may quote a value of a row; what we foresaw is told by its code. */
function loggable(error: unknown): unknown {
  return error instanceof MlopsError
    ? { type: error.name, code: error.body.code, kind: error.kind }
    : pino.stdSerializers.err(error as Error);
}
