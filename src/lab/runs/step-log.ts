import { Signal, type ISignal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';

import type { ApiError } from '../../contract/error';
import type { LogLine } from '../../contract/run';
import { toApiError } from '../gateway/resource';
import type { IGatewayClient } from '../gateway/client';

/** Lines a request, and milliseconds between two requests when all were fetched. */
const BATCH = 5000;
const PAUSE = 500;
/** Lines kept in the browser; the stored log keeps them all. */
const KEPT = 200_000;

/** The log of one step: fetched in batches while it grows, newest lines kept. */
export class StepLog implements IDisposable {
  constructor(options: StepLog.IOptions) {
    this._options = options;
    this._kept = options.kept ?? KEPT;
  }

  get lines(): readonly LogLine[] {
    return this._lines;
  }

  /** How many lines stand before the first that is kept. */
  get dropped(): number {
    return this._lines[0]?.offset ?? 0;
  }

  get error(): ApiError | null {
    return this._error;
  }

  /** Whether the first answer has come. */
  get isLoaded(): boolean {
    return this._isLoaded;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Fetches what is new, now and as long as the step runs. */
  follow(): void {
    if (!this._isFollowing && !this._isDisposed) {
      this._isFollowing = true;
      void this._loop();
    }
  }

  /** Stops fetching; {@link follow} goes on where it stopped. */
  rest(): void {
    this._isFollowing = false;
    clearTimeout(this._timer);
  }

  dispose(): void {
    this.rest();
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _loop(): Promise<void> {
    const more = await this._fetch();
    if (!this._isFollowing) {
      return;
    }
    if (more === 'end') {
      this._isFollowing = false;
      return;
    }
    // Also a full batch yields to the browser before the next.
    this._timer = setTimeout(
      () => void this._loop(),
      more === 'at-once' ? 0 : (this._options.pause ?? PAUSE)
    );
  }

  private async _fetch(): Promise<'at-once' | 'later' | 'end'> {
    const { client, run, step } = this._options;
    try {
      const { lines, end } = await client.call('runLog', {
        params: { id: run, step },
        query: { after: this._lines.at(-1)?.offset ?? -1, limit: BATCH }
      });
      if (this._isDisposed) {
        return 'end';
      }
      this._append(lines);
      this._error = null;
      return lines.length === BATCH ? 'at-once' : end ? 'end' : 'later';
    } catch (error) {
      this._error = toApiError(error);
      this._isLoaded = true;
      this._changed.emit();
      return 'later';
    }
  }

  private _append(lines: readonly LogLine[]): void {
    if (lines.length === 0 && this._isLoaded) {
      return;
    }
    this._isLoaded = true;
    for (const line of lines) {
      this._lines.push(line);
    }
    // A slack of a quarter, so that few appends have to move the array.
    if (this._lines.length > this._kept * 1.25) {
      this._lines = this._lines.slice(-this._kept);
    }
    this._changed.emit();
  }

  private readonly _options: StepLog.IOptions;
  private readonly _kept: number;
  private readonly _changed = new Signal<this, void>(this);
  private _lines: LogLine[] = [];
  private _error: ApiError | null = null;
  private _isLoaded = false;
  private _isFollowing = false;
  private _isDisposed = false;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

export namespace StepLog {
  export interface IOptions {
    client: IGatewayClient;
    run: string;
    step: string;
    /** Milliseconds between two requests while nothing is left to fetch. */
    pause?: number;
    /** Lines kept in the browser. */
    kept?: number;
  }
}
