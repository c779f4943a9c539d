import type { ApiError } from './error';

/** How an error maps to HTTP, and from there to the exit code of the CLI. */
export type ErrorKind =
  'refused' | 'not-found' | 'conflict' | 'forbidden' | 'unavailable' | 'failed';

const STATUS: Record<ErrorKind, number> = {
  refused: 422,
  'not-found': 404,
  conflict: 409,
  forbidden: 403,
  unavailable: 503,
  failed: 500
};

/** An error that a user can act on. Everything else is a defect and is reported as `internal`. */
export class MlopsError extends Error {
  readonly kind: ErrorKind;
  readonly body: ApiError;

  constructor(kind: ErrorKind, body: ApiError) {
    super(body.message);
    this.name = 'MlopsError';
    this.kind = kind;
    this.body = body;
  }

  get status(): number {
    return STATUS[this.kind];
  }
}

/** The kind for an HTTP status: the inverse of {@link MlopsError.status}. */
export function kindOfStatus(status: number): ErrorKind {
  const found = (Object.keys(STATUS) as ErrorKind[]).find(
    kind => STATUS[kind] === status
  );
  if (found) {
    return found;
  }
  return status >= 400 && status < 500 ? 'refused' : 'failed';
}
