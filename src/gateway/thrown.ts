/**
 * What can be told of any thrown thing. It is looked at by its shape: errors of Node's own modules
 * are no instances of `Error` where code runs in another realm, as tests do.
 */

/** The error's code, such as `ENOENT`; empty where it has none. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error
    ? String(error.code)
    : '';
}

/** The error's message. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error
    ? String(error.message)
    : String(error);
}

/** What led to the error, as `new Error(message, { cause })` holds it. */
export function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error
    ? error.cause
    : undefined;
}
