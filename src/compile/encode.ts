import { strToU8, zipSync, zlibSync } from 'fflate';

import type { ICarriedFile } from './compile-input';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** ZIP has no earlier time; the same archive must have the same bytes tomorrow. */
const TIME = new Date(1980, 0, 1);
/** Linux takes no single argument above 128 KiB. */
const CHUNK = 96 * 1024;

/** Text of bytes, compressed: no character of it means anything to a shell, Tekton or Argo. */
export function encode(bytes: Uint8Array): string {
  return base64(zlibSync(bytes, { level: 9 }));
}

/** The same for a JSON document. */
export function encodeJson(value: unknown): string {
  return encode(strToU8(JSON.stringify(value)));
}

/** Text in pieces that can be arguments of a program. */
export function chunks(text: string): string[] {
  const count = Math.ceil(text.length / CHUNK);
  return Array.from({ length: count }, (_, at) =>
    text.slice(at * CHUNK, (at + 1) * CHUNK)
  );
}

/**
 * An archive that Python can import from. Its files are stored as they are: together, in
 * {@link encode}, they compress better than one by one.
 */
export function archive(files: ICarriedFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const entries = sorted.map(({ path, content }) => [path, content] as const);
  return zipSync(Object.fromEntries(entries), { level: 0, mtime: TIME });
}

function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const three =
      (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    parts.push(
      LETTERS[three >> 18],
      LETTERS[(three >> 12) & 63],
      at + 1 < bytes.length ? LETTERS[(three >> 6) & 63] : '=',
      at + 2 < bytes.length ? LETTERS[three & 63] : '='
    );
  }
  return parts.join('');
}
