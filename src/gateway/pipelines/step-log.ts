import { open, type FileHandle } from 'node:fs/promises';

import { LogLine } from '../../contract/run';
import { codeOf } from '../thrown';

/** One remembered position for so many lines. */
const STRIDE = 256;
const BLOCK = 1 << 20;
const NEWLINE = 10;

/**
 * Reads pages of a log that grows. It remembers where every 256th line begins, so that a page costs
 * what the page holds, however long the log is. Line `n` of the file (from 0) has offset `n`.
 */
export class StepLog {
  constructor(readonly path: string) {}

  /** Lines with an offset greater than `after`, at most `limit`. */
  page(after: number, limit: number): Promise<LogLine[]> {
    // One reader at a time: they share what was scanned.
    const page = this._turn.then(() => this._page(after, limit));
    this._turn = page.catch(() => undefined);
    return page;
  }

  private async _page(after: number, limit: number): Promise<LogLine[]> {
    const file = await openIfThere(this.path);
    if (!file) {
      return [];
    }
    try {
      await this._scan(file);
      return await this._read(file, after + 1, limit);
    } finally {
      await file.close();
    }
  }

  /** Number of whole lines seen so far. */
  get lines(): number {
    return this._lines;
  }

  private async _scan(file: FileHandle): Promise<void> {
    const { size } = await file.stat();
    if (size < this._scanned) {
      // The step was started again: its log is a new one.
      this._marks = [0];
      this._lines = this._scanned = 0;
    }
    const block = Buffer.allocUnsafe(BLOCK);
    while (this._scanned < size) {
      const { bytesRead } = await file.read(block, 0, BLOCK, this._scanned);
      if (bytesRead === 0) {
        return;
      }
      const read = block.subarray(0, bytesRead);
      for (
        let at = read.indexOf(NEWLINE);
        at >= 0;
        at = read.indexOf(NEWLINE, at + 1)
      ) {
        this._lines += 1;
        if (this._lines % STRIDE === 0) {
          this._marks.push(this._scanned + at + 1);
        }
      }
      this._scanned += bytesRead;
    }
  }

  private async _read(
    file: FileHandle,
    from: number,
    limit: number
  ): Promise<LogLine[]> {
    const to = Math.min(this._lines, from + limit);
    if (from >= to) {
      return [];
    }
    const mark = Math.floor(from / STRIDE);
    const begin = this._marks[mark];
    const end = this._marks[Math.ceil(to / STRIDE)] ?? this._scanned;
    const bytes = Buffer.alloc(end - begin);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, begin);
    return bytes
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .slice(from - mark * STRIDE, to - mark * STRIDE)
      .map((line, index) => readLine(line, from + index));
  }

  private _marks = [0];
  private _lines = 0;
  private _scanned = 0;
  private _turn: Promise<unknown> = Promise.resolve();
}

/** A line that the disk had no room for is shown as far as it was written. */
function readLine(line: string, offset: number): LogLine {
  try {
    return { ...LogLine.parse(JSON.parse(line)), offset };
  } catch {
    return { offset, time: new Date(0).toISOString(), stream: 'event', text: line };
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
