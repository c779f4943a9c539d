import type { IncomingHttpHeaders } from 'node:http';
import { setImmediate as otherWork } from 'node:timers/promises';

import type { Logger } from 'pino';

import { MlopsError } from '../../../contract/mlops-error';
import { readCloudEvent, type ICloudEvent } from './cloud-event';
import type { ArrivedHalf, CollectorStore, Taken } from './collector-store';
import { readReply, readRequest } from './inference-bodies';

const DAY = 86_400_000;

const DEFAULTS: Collector.ILimits = {
  wait: 10 * 60_000,
  keep: 30 * DAY,
  bytes: 2 ** 30,
  sweepEvery: 1_000
};

/** Takes the events of KServe's logger, and keeps what they say within its limits. */
export class Collector {
  constructor(options: Collector.IOptions) {
    this._options = options;
    this._limits = { ...DEFAULTS, ...options.limits };
  }

  start(): void {
    this._timer = setInterval(() => void this.sweep(), this._limits.sweepEvery);
  }

  /**
   * Takes one event. What is refused leaves nothing behind but a count.
   *
   * @throws MlopsError whose code says why it is not taken
   */
  take(headers: IncomingHttpHeaders, body: Buffer): Taken | 'ignored' {
    const { namespace, store } = this._options;
    const event = readCloudEvent(headers, namespace);
    const arrived = read(event, body);
    if (arrived === null) {
      this.note('ignored');
      return 'ignored';
    }
    try {
      return store.take(arrived, Date.now());
    } catch (error) {
      this._options.log.error({ err: error }, 'an event could not be stored');
      throw new MlopsError('unavailable', {
        code: 'event-not-stored',
        message: 'The event could not be stored.',
        action: 'See the log of the collector; its storage may be full.'
      });
    }
  }

  /** Counts what was not taken; many of them cost one write a second. */
  note(name: string): void {
    this._noted.set(name, (this._noted.get(name) ?? 0) + 1);
  }

  /** Gives up halves that wait for too long, deletes what is too old or too much, and writes counts down. */
  sweep(now = Date.now()): Promise<void> {
    this._sweeping ??= this._sweep(now)
      .catch((error: unknown) =>
        this._options.log.error({ err: error }, 'the collector could not tidy up')
      )
      .finally(() => (this._sweeping = undefined));
    return this._sweeping;
  }

  async close(): Promise<void> {
    clearInterval(this._timer);
    await this.sweep();
  }

  private async _sweep(now: number): Promise<void> {
    const { store } = this._options;
    const { wait, keep, bytes } = this._limits;
    if (this._noted.size > 0) {
      const noted = Object.fromEntries(this._noted);
      this._noted.clear();
      store.count(noted);
      this._options.log.info(noted, 'events that were not taken');
    }
    store.giveUp(now - wait);
    while (!store.shrink(now - keep, bytes).done) {
      await otherWork();
    }
  }

  private readonly _options: Collector.IOptions;
  private readonly _limits: Collector.ILimits;
  private readonly _noted = new Map<string, number>();
  private _timer: NodeJS.Timeout | undefined;
  private _sweeping: Promise<void> | undefined;
}

export namespace Collector {
  export interface IOptions {
    store: CollectorStore;
    /** The only one whose events are taken. */
    namespace: string;
    log: Logger;
    limits?: Partial<ILimits>;
  }

  export interface ILimits {
    /** Milliseconds that a half waits for the other one. */
    wait: number;
    /** Milliseconds that an exchange is kept. */
    keep: number;
    /** What is kept at most. */
    bytes: number;
    sweepEvery: number;
  }
}

/** Null for what is no exchange with a user. */
function read(event: ICloudEvent, body: Buffer): ArrivedHalf | null {
  const { half, origin } = event;
  if (half === 'request') {
    const request = readRequest(body, origin.sensitive);
    return request && { half, event, body: request };
  }
  const reply = readReply(body);
  return reply && { half, event, body: reply };
}
