import { createHash } from 'node:crypto';

/** `sha256:` and the hexadecimal SHA-256 of the content. */
export function digestOf(content: Uint8Array | string): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
