import { MlopsError, type ErrorKind } from '../../../contract/mlops-error';

/** Away, not allowed (also while an API server starts, or after a session's end), or somebody else by now. */
const UNKNOWN: ErrorKind[] = ['unavailable', 'forbidden', 'conflict'];

/** Whether an error only says that a cluster could not be asked: nothing is known about what runs there. */
export function isUnknown(error: unknown): boolean {
  return error instanceof MlopsError && UNKNOWN.includes(error.kind);
}
