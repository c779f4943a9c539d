import type { GatewayStatus, ServerStatus } from '../../contract/status';
import type { ApiError } from '../../contract/error';

/** What is known about the way to the gateway; each kind has its sentence in the panel. */
export type Connection =
  | { kind: 'unknown' }
  /** The server has not started a gateway yet. */
  | { kind: 'stopped' }
  | { kind: 'starting'; message: string | null }
  | { kind: 'ready'; status: GatewayStatus; mismatch: IVersionMismatch | null }
  | { kind: 'failed'; server: ServerStatus }
  /** The Jupyter Server does not know our extension. */
  | { kind: 'not-installed' }
  | { kind: 'signed-out'; since: Date }
  | { kind: 'not-allowed'; error: ApiError }
  | { kind: 'unreachable'; error: ApiError };

/** Front end and gateway come from different installations. */
export interface IVersionMismatch {
  frontEnd: string;
  gateway: string;
}

/** Null where both are alike. */
export function compareVersions(
  frontEnd: string,
  gateway: string
): IVersionMismatch | null {
  return frontEnd === gateway ? null : { frontEnd, gateway };
}
