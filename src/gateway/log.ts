import { pino, type Logger } from 'pino';

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
export function createLog(level = process.env.MLOPS_LOG_LEVEL ?? 'info'): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: SECRET.flatMap(name => [name, `*.${name}`, `*.*.${name}`]),
        censor: '[redacted]'
      }
    },
    pino.destination({ dest: 2, sync: true })
  );
}
