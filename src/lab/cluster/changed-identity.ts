import type { ApiError } from '../../contract/error';

/** Who acts, and at which API server. */
export interface IIdentity {
  user: string;
  server: string;
}

export interface IChangedIdentity {
  before: IIdentity;
  now: IIdentity;
}

/** Whom a context meant and means, where that is the problem; null where it is another one. */
export function changedIdentity(problem: ApiError | null): IChangedIdentity | null {
  if (problem?.code !== 'cluster-identity-changed') {
    return null;
  }
  const { before, now } = problem.details ?? {};
  return isIdentity(before) && isIdentity(now) ? { before, now } : null;
}

function isIdentity(value: unknown): value is IIdentity {
  return (
    typeof value === 'object' &&
    value !== null &&
    'user' in value &&
    'server' in value &&
    typeof value.user === 'string' &&
    typeof value.server === 'string'
  );
}
