import { open } from 'node:fs/promises';

const TAIL_BYTES = 8192;

/** The last lines of a log file; empty where there is none. */
export async function logTail(path: string, lines = 20): Promise<string[]> {
  const file = await open(path, 'r').catch(() => null);
  if (!file) {
    return [];
  }
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size, TAIL_BYTES)),
      position: start
    });
    return buffer
      .subarray(0, bytesRead)
      .toString('utf8')
      .split('\n')
      .filter(Boolean)
      .slice(-lines);
  } finally {
    await file.close();
  }
}
