import type { Logger } from 'pino';

import type { IPayload, IPayloadSink } from '../environments/port';

const FLUSH_AFTER = 100;
/** Beyond it the newest payloads are dropped, and counted: an endpoint is never slowed down. */
const QUEUE_LIMIT = 10_000;

/** Takes payloads from endpoints at once and hands them on in batches. */
export class Capture {
  constructor(options: Capture.IOptions) {
    this._options = options;
  }

  readonly sink: IPayloadSink = payload => {
    if (this._queue.length >= QUEUE_LIMIT) {
      this._dropped += 1;
      return;
    }
    this._queue.push(payload);
    this._timer ??= setTimeout(() => this.flush(), FLUSH_AFTER);
  };

  /** Writes what is queued now. */
  flush(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
    const payloads = this._queue.splice(0);
    if (this._dropped > 0) {
      this._options.log.warn(
        { dropped: this._dropped },
        'payloads came too fast to be kept'
      );
      this._dropped = 0;
    }
    if (payloads.length === 0) {
      return;
    }
    try {
      this._options.write(payloads);
    } catch (error) {
      this._options.log.error(
        { err: error, lost: payloads.length },
        'payloads were not written'
      );
    }
  }

  private readonly _options: Capture.IOptions;
  private readonly _queue: IPayload[] = [];
  private _timer: NodeJS.Timeout | undefined;
  private _dropped = 0;
}

export namespace Capture {
  export interface IOptions {
    log: Logger;
    write(payloads: IPayload[]): void;
  }
}
