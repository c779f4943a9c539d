import { createHash } from 'node:crypto';

import { MlopsError } from '../../contract/mlops-error';
import type { BlobSize } from './port';

/**
 * Passes content on and holds its last piece back until all of it matches the digest, so that
 * damaged content never arrives whole.
 *
 * @param place Where the content comes from, for the message: `the model store`.
 * @param size Bytes that are expected; more end the reading early.
 * @throws MlopsError `blob-damaged`
 */
export async function* checkedContent(
  { digest, size }: { digest: string; size?: number },
  content: AsyncIterable<Uint8Array>,
  place: string
): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let bytes = 0;
  let held: Uint8Array | null = null;
  for await (const piece of content) {
    bytes += piece.byteLength;
    if (size !== undefined && bytes > size) {
      throw damaged(digest, place);
    }
    hash.update(piece);
    if (held) {
      yield held;
    }
    held = piece;
  }
  if (
    `sha256:${hash.digest('hex')}` !== digest ||
    (size !== undefined && bytes !== size)
  ) {
    throw damaged(digest, place);
  }
  if (held) {
    yield held;
  }
}

/** Reads small content whole, and no more than is expected. */
export async function readChecked(
  blob: BlobSize,
  content: AsyncIterable<Uint8Array>,
  place: string
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of checkedContent(blob, content, place)) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What is told where content does not match its digest. */
export function damaged(digest: string, place: string): MlopsError {
  return new MlopsError('failed', {
    code: 'blob-damaged',
    message: `The content of ${digest} in ${place} is damaged: it does not match its digest.`,
    action:
      place === MODEL_STORE
        ? 'Restore the data home from a backup, or register the model again.'
        : 'Nothing of it was kept. Try again; if it stays so, something on the way changes it.'
  });
}

export const MODEL_STORE = 'the model store';
