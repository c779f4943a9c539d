import { setImmediate as otherWork } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { IPayload, IPayloadSink } from '../environments/port';

const FLUSH_AFTER = 100;
/** Beyond it the newest payloads are dropped, and counted: an endpoint is never slowed down. */
const ROWS_QUEUED = 100_000;
/** Rows written at a time: then requests have their turn. */
const ROWS_AT_ONCE = 1_000;

/** Rows `from` to before `to` of a request: a large one is written in parts. */
export interface IPayloadPart {
  payload: IPayload;
  from: number;
  to: number;
}

/** Takes payloads from endpoints at once and hands them on in batches. */
export class Capture {
  constructor(options: Capture.IOptions) {
    this._options = options;
  }

  readonly sink: IPayloadSink = payload => {
    const rows = weightOf(payload);
    if (this._rows + rows > ROWS_QUEUED) {
      this._dropped += 1;
      return;
    }
    this._queue.push(payload);
    this._rows += rows;
    this._timer ??= setTimeout(() => void this.flush(), FLUSH_AFTER);
  };

  /** Writes what is queued; resolves when it is written. */
  flush(): Promise<void> {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._writing ??= this._drain().finally(() => (this._writing = undefined));
    return this._writing;
  }

  private async _drain(): Promise<void> {
    if (this._dropped > 0) {
      this._options.log.warn(
        { dropped: this._dropped },
        'payloads came too fast to be kept'
      );
      this._dropped = 0;
    }
    while (this._queue.length > 0) {
      this._write(this._take());
      await otherWork();
    }
  }

  private _take(): IPayloadPart[] {
    const taken: IPayloadPart[] = [];
    let places = ROWS_AT_ONCE;
    while (places > 0 && this._queue.length > 0) {
      const [payload] = this._queue;
      const from = this._written;
      const to = Math.min(payload.rows.length, from + places);
      taken.push({ payload, from, to });
      places -= Math.max(1, to - from);
      this._written = to;
      if (to === payload.rows.length) {
        this._queue.shift();
        this._written = 0;
        this._rows -= weightOf(payload);
      }
    }
    return taken;
  }

  private _write(parts: IPayloadPart[]): void {
    try {
      this._options.write(parts);
    } catch (error) {
      this._options.log.error(
        { err: error, lost: parts.length },
        'payloads were not written'
      );
    }
  }

  private readonly _options: Capture.IOptions;
  private readonly _queue: IPayload[] = [];
  private _rows = 0;
  /** Rows of the first in the queue that are written already. */
  private _written = 0;
  private _writing: Promise<void> | undefined;
  private _timer: NodeJS.Timeout | undefined;
  private _dropped = 0;
}

/** A request without rows takes a place, too. */
function weightOf({ rows }: IPayload): number {
  return Math.max(1, rows.length);
}

export namespace Capture {
  export interface IOptions {
    log: Logger;
    write(parts: IPayloadPart[]): void;
  }
}
