import { watch } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { IPipelineEngine } from './port';
import { EVENTS, RESULT } from './step-files';

/** Where no change is told (network file systems), a look so often finds it. */
const LOOK_EVERY = 200;
/** Changes come in bursts. */
const SETTLE = 15;

const StepEvent = z.looseObject({ event: z.string() });

/** Counts the cells that a step has done, reading only what was appended since. */
class Progress {
  constructor(private readonly _path: string) {}

  async read(): Promise<number> {
    const file = await open(this._path, 'r').catch(() => null);
    if (!file) {
      return this._done;
    }
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.max(0, size - this._at));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, this._at);
      const end = bytes.lastIndexOf(10, Math.max(0, bytesRead - 1)) + 1;
      this._at += end;
      this._done += bytes
        .toString('utf8', 0, end)
        .split('\n')
        .filter(line => isCellDone(line)).length;
      return this._done;
    } finally {
      await file.close();
    }
  }

  private _at = 0;
  private _done = 0;
}

function isCellDone(line: string): boolean {
  try {
    return StepEvent.parse(JSON.parse(line)).event === 'cell-done';
  } catch {
    // The empty end of the file, or a line that the disk had no room for.
    return false;
  }
}

/**
 * Follows a step to its end.
 *
 * @param cells Told how many cells are done whenever that number changes.
 * @throws the signal's reason where it is aborted first; the step goes on.
 */
export async function followStep(
  engine: IPipelineEngine,
  folder: string,
  signal: AbortSignal,
  cells: (done: number) => void
): Promise<'ended' | 'lost' | 'waiting'> {
  const progress = new Progress(join(folder, EVENTS));
  const changes = new Changes(folder);
  let known = 0;
  try {
    for (;;) {
      signal.throwIfAborted();
      const state = await engine.stepState(folder);
      const done = await progress.read();
      if (done !== known) {
        known = done;
        cells(done);
      }
      if (state !== 'running') {
        return state;
      }
      await changes.next(signal);
    }
  } finally {
    changes.close();
  }
}

/** Wakes up when a step's events or result change. */
class Changes {
  constructor(folder: string) {
    try {
      this._watcher = watch(folder, (_, name) => {
        // A busy log changes thousands of times a second, and nobody here reads it.
        if (name === EVENTS) {
          this._wake(SETTLE);
        } else if (name === RESULT) {
          // Nothing comes after it.
          this._wake(0);
        }
      });
      this._watcher.on('error', () => this._watcher?.close());
    } catch {
      // Too many watches, or a file system without them: looking must do.
      this._watcher = null;
    }
  }

  async next(signal: AbortSignal): Promise<void> {
    if (!this._changed) {
      const abort = (): void => this._wake(0);
      await new Promise<void>(resolve => {
        const timer = setTimeout(resolve, LOOK_EVERY);
        this._wake = settle => {
          this._changed = true;
          clearTimeout(timer);
          setTimeout(resolve, settle);
        };
        signal.addEventListener('abort', abort, { once: true });
      });
      signal.removeEventListener('abort', abort);
    }
    this._changed = false;
    this._wake = () => {
      this._changed = true;
    };
  }

  close(): void {
    this._watcher?.close();
  }

  private _watcher: ReturnType<typeof watch> | null = null;
  private _changed = false;
  private _wake: (settle: number) => void = () => {
    this._changed = true;
  };
}
