import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { GatewayEvent } from '../../contract/event';
import type { IGatewayClient } from './client';
import { ServerSentEventParser, type IServerSentEvent } from './server-sent-events';

/** Milliseconds. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;

/**
 * The gateway's events, one stream a browser tab: HTTP/1.1 allows six connections an origin, and
 * JupyterLab needs them. Closed while the tab is hidden; resumes where it was.
 */
export class EventStream implements IDisposable {
  constructor(options: EventStream.IOptions) {
    this._client = options.client;
    this._document = options.document ?? document;
    this._firstPause = options.firstPause ?? FIRST_PAUSE;
    this._document.addEventListener('visibilitychange', this._follow);
  }

  get received(): ISignal<this, GatewayEvent> {
    return this._received;
  }

  /** Emitted when a stream that should be open broke. */
  get broken(): ISignal<this, void> {
    return this._broken;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  start(): void {
    this._wanted = true;
    this._follow();
  }

  stop(): void {
    this._wanted = false;
    this._follow();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.stop();
    this._document.removeEventListener('visibilitychange', this._follow);
    Signal.clearData(this);
  }

  private readonly _follow = (): void => {
    const open = this._wanted && this._document.visibilityState !== 'hidden';
    if (open && !this._abort) {
      this._abort = new AbortController();
      void this._keep(this._abort.signal);
    } else if (!open && this._abort) {
      this._abort.abort();
      this._abort = null;
    }
  };

  /** Opens the stream again and again, with growing pauses, until it is no longer wanted. */
  private async _keep(signal: AbortSignal): Promise<void> {
    let pause = this._firstPause;
    while (!signal.aborted) {
      try {
        await this._read(signal, () => {
          pause = this._firstPause;
        });
      } catch {
        // The reason reaches the panel through the status poll that `broken` sets off.
      }
      if (!signal.aborted) {
        this._broken.emit();
        await sleep(pause * (0.75 + Math.random() / 2), signal);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
  }

  private async _read(signal: AbortSignal, opened: () => void): Promise<void> {
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (this._lastId !== null) {
      headers['Last-Event-ID'] = this._lastId;
    }
    const response = await this._client.open('events', { headers, signal });
    opened();
    if (!response.body) {
      return;
    }
    const parser = new ServerSentEventParser();
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done || signal.aborted) {
        return;
      }
      parser.push(decoder.decode(value, { stream: true })).forEach(this._emit);
    }
  }

  private readonly _emit = (event: IServerSentEvent): void => {
    this._lastId = event.id ?? this._lastId;
    // Written by the gateway from the contract's type.
    this._received.emit(JSON.parse(event.data) as GatewayEvent);
  };

  private readonly _client: IGatewayClient;
  private readonly _document: Document;
  private readonly _firstPause: number;
  private readonly _received = new Signal<this, GatewayEvent>(this);
  private readonly _broken = new Signal<this, void>(this);
  private _abort: AbortController | null = null;
  private _wanted = false;
  private _lastId: string | null = null;
  private _isDisposed = false;
}

export namespace EventStream {
  export interface IOptions {
    client: IGatewayClient;
    /** Tells whether the tab is hidden. */
    document?: Document;
    /** Milliseconds before the first attempt to open a broken stream again. */
    firstPause?: number;
  }
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, milliseconds);
    signal.addEventListener('abort', end);
  });
}
