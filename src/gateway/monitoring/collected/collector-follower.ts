import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { ApiError } from '../../../contract/error';
import { MlopsError } from '../../../contract/mlops-error';
import { toApiError } from '../../jobs/jobs';
import { Backoff } from '../../kube/backoff';
import {
  ALIVE_EVERY,
  FollowLine,
  type Counts,
  type Exchange
} from '../collector/exchange';
import { linesOf } from '../collector/lines';
import type { ICollectorStream, OpenCollector } from './collector-pod';

const DEFAULTS: CollectorFollower.ITiming = {
  retryFirst: 500,
  retryLongest: 30_000,
  silence: 3 * ALIVE_EVERY
};

/** How reading from a collector goes. */
export interface IFollowing {
  /** Why nothing is read now; null while it is. */
  problem: ApiError | null;
  /** What the collector has counted; null until it was reached once. */
  counts: Counts | null;
}

/**
 * Reads a collector's exchanges for as long as it is open, over as many connections as that takes. What
 * is stored and how far that goes are written in one transaction, so nothing is lost or stored twice.
 */
export class CollectorFollower {
  constructor(options: CollectorFollower.IOptions) {
    this._options = options;
    this._timing = { ...DEFAULTS, ...options.timing };
    this._backoff = new Backoff(this._timing.retryFirst, this._timing.retryLongest);
    this._loop = this._run();
  }

  get following(): IFollowing {
    return { problem: this._problem, counts: this._counts };
  }

  async close(): Promise<void> {
    this._closed.abort(new Error('The gateway ends.'));
    this._stream?.stdout.destroy(new Error('The gateway ends.'));
    await this._loop;
  }

  private async _run(): Promise<void> {
    while (!this._closed.signal.aborted) {
      try {
        await this._once();
      } catch (error) {
        if (this._closed.signal.aborted) {
          return;
        }
        await this._failed(error);
      }
    }
  }

  private async _once(): Promise<void> {
    const stream = await this._options.open();
    this._stream = stream;
    const silent = (): void => {
      stream.stdout.destroy(fellSilent());
    };
    let timer = setTimeout(silent, this._timing.silence);
    try {
      this._closed.signal.throwIfAborted();
      let epoch: string | null = null;
      for await (const text of linesOf(stream.stdout)) {
        clearTimeout(timer);
        epoch = this._take(read(text), epoch, stream);
        timer = setTimeout(silent, this._timing.silence);
      }
      // It ends by itself only where it was told to.
      throw fellSilent();
    } finally {
      clearTimeout(timer);
      this._stream = null;
      stream.close();
    }
  }

  /** @returns The epoch that is read from. */
  private _take(
    line: FollowLine,
    epoch: string | null,
    stream: ICollectorStream
  ): string {
    const { cursors, store } = this._options;
    if (line.type === 'hello') {
      this._greet(line);
      answer(stream, cursors.get(line.epoch));
      return line.epoch;
    }
    if (epoch === null) {
      throw unexpected('it did not say which collector it is');
    }
    if (line.type === 'page') {
      // What was stored already has come a second time.
      if (line.last > cursors.get(epoch)) {
        store(line.exchanges, () => cursors.set(epoch, line.last));
      }
    } else {
      this._counts = line.counts;
    }
    answer(stream, cursors.get(epoch));
    return epoch;
  }

  private _greet({
    epoch,
    oldest,
    counts
  }: Extract<FollowLine, { type: 'hello' }>): void {
    const { cursors, log, name } = this._options;
    const after = cursors.get(epoch);
    if (after > 0 && oldest > after + 1) {
      log.warn(
        { collector: name, lost: oldest - after - 1 },
        'requests were deleted by the collector before they were read'
      );
    }
    log.info({ collector: name, epoch, after }, 'requests are read from a collector');
    this._backoff.reset();
    this._problem = null;
    this._counts = counts;
  }

  private async _failed(error: unknown): Promise<void> {
    const { log, name } = this._options;
    const problem = toApiError(error);
    if (problem.code !== this._problem?.code) {
      log.warn(
        { collector: name, err: error },
        'no requests are read from a collector'
      );
    }
    this._problem = problem;
    const { signal } = this._closed;
    await sleep(this._backoff.next(), undefined, { signal }).catch(() => undefined);
  }

  private readonly _options: CollectorFollower.IOptions;
  private readonly _timing: CollectorFollower.ITiming;
  private readonly _backoff: Backoff;
  private readonly _closed = new AbortController();
  private readonly _loop: Promise<void>;
  private _stream: ICollectorStream | null = null;
  private _problem: ApiError | null = null;
  private _counts: Counts | null = null;
}

export namespace CollectorFollower {
  export interface IOptions {
    /** For people and the log. */
    name: string;
    open: OpenCollector;
    cursors: { get(epoch: string): number; set(epoch: string, number: number): void };
    /** Stores exchanges, and calls `also` in the same transaction. */
    store(exchanges: Exchange[], also: () => void): void;
    log: Logger;
    timing?: Partial<ITiming>;
  }

  export interface ITiming {
    retryFirst: number;
    retryLongest: number;
    /** Milliseconds without a line after which a connection counts as dead. */
    silence: number;
  }
}

function answer(stream: ICollectorStream, after: number): void {
  stream.write(Buffer.from(`${JSON.stringify({ after })}\n`));
}

function read(text: string): FollowLine {
  try {
    return FollowLine.parse(JSON.parse(text));
  } catch {
    // Never what it said: it may be rows.
    throw unexpected('it said what is no line of its protocol');
  }
}

function unexpected(cause: string): MlopsError {
  return new MlopsError('failed', {
    code: 'collector-unexpected',
    message: 'What comes from the collector of requests cannot be read.',
    cause,
    action:
      'Its image and this computer may have different versions of jupyterlab-mlops.'
  });
}

function fellSilent(): MlopsError {
  return new MlopsError('unavailable', {
    code: 'collector-silent',
    message: 'The collector of requests has fallen silent; it is asked again.'
  });
}
