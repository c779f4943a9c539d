import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

import { codeOf } from '../thrown';

/** `sha256:…` of a file's content; null where there is no such file. */
export async function fileDigest(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') {
      return null;
    }
    throw error;
  }
  return `sha256:${hash.digest('hex')}`;
}
