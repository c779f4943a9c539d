import { VDomModel } from '@jupyterlab/ui-components';

import type { ApiError } from '../../contract/error';
import type { GatewayEvent } from '../../contract/event';
import { MlopsError } from '../../contract/mlops-error';
import type { IGateway } from '../tokens';
import type { Connection } from './connection';

/** Events come with every request to an endpoint: what they change is fetched once in this time. */
const PAUSE_MILLISECONDS = 1000;

/** `loading` only before the first answer; later answers replace what is shown. */
export type ResourceState = 'loading' | 'loaded' | 'failed';

/**
 * Something that the gateway has and that a panel or view shows. It is fetched when the gateway
 * becomes ready and after a gap in the events; between, events keep it up to date. When the gateway
 * goes away the last state stays, with its time.
 */
export abstract class Resource extends VDomModel {
  constructor(gateway: IGateway) {
    super();
    this.gateway = gateway;
    gateway.connectionChanged.connect(this._onConnection, this);
    gateway.happened.connect(this._onEvent, this);
  }

  /** When the gateway last answered; null before. */
  get asOf(): Date | null {
    return this._asOf;
  }

  get state(): ResourceState {
    return this._state;
  }

  get error(): ApiError | null {
    return this._error;
  }

  /** Whether what is shown is what the gateway has now. */
  get isCurrent(): boolean {
    return this.gateway.isReady && this._state === 'loaded';
  }

  get connection(): Connection {
    return this.gateway.connection;
  }

  /** Fetches everything again; at most one fetch runs and at most one waits. */
  refresh(): Promise<void> {
    if (this._running) {
      this._again ??= this._running.then(() => {
        this._again = null;
        return this.refresh();
      });
      return this._again;
    }
    this._running = this._refresh().finally(() => {
      this._running = null;
    });
    return this._running;
  }

  /**
   * Fetches as soon as it is known whether there is a gateway: a view that is restored neither holds
   * JupyterLab's start up nor starts the gateway before its time.
   */
  async load(): Promise<void> {
    this._isAwaited = true;
    if (isKnown(this.connection)) {
      await this.refresh();
    }
  }

  override dispose(): void {
    clearTimeout(this._timer);
    this.gateway.connectionChanged.disconnect(this._onConnection, this);
    this.gateway.happened.disconnect(this._onEvent, this);
    super.dispose();
  }

  /** Refreshes at once where that is not too often, else after the pause; the last word is kept. */
  protected refreshSoon(): void {
    if (this._timer !== undefined) {
      return;
    }
    const wait = this._refreshedAt + PAUSE_MILLISECONDS - Date.now();
    if (wait <= 0) {
      void this.refresh();
      return;
    }
    this._timer = setTimeout(() => {
      this._timer = undefined;
      void this.refresh();
    }, wait);
  }

  /** Fetches and stores; throws what the gateway refuses. */
  protected abstract fetch(): Promise<void>;

  /** Takes an event in; true where it changed something. */
  protected abstract apply(event: GatewayEvent): boolean;

  protected changed(): void {
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  protected readonly gateway: IGateway;

  private async _refresh(): Promise<void> {
    this._refreshedAt = Date.now();
    try {
      await this.fetch();
      this._state = 'loaded';
      this._error = null;
      this._asOf = new Date();
    } catch (error) {
      this._error = toApiError(error);
      this._state = this._asOf ? 'loaded' : 'failed';
    }
    this.changed();
  }

  private _onConnection(_: IGateway, connection: Connection): void {
    const awaited = this._isAwaited && this._state === 'loading' && isKnown(connection);
    if (connection.kind === 'ready' || awaited) {
      void this.refresh();
    } else {
      this.changed();
    }
  }

  private _onEvent(_: IGateway, event: GatewayEvent): void {
    if (event.type === 'reset') {
      void this.refresh();
    } else if (this.apply(event)) {
      this._asOf = new Date();
      this.changed();
    }
  }

  private _state: ResourceState = 'loading';
  private _error: ApiError | null = null;
  private _asOf: Date | null = null;
  private _isAwaited = false;
  private _refreshedAt = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _running: Promise<void> | null = null;
  private _again: Promise<void> | null = null;
}

/** Whether asking now gives an answer, or an error that says what is wrong. */
function isKnown({ kind }: Connection): boolean {
  return kind !== 'unknown' && kind !== 'starting';
}

/** Any thrown thing in the one shape of an error. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof MlopsError) {
    return error.body;
  }
  return {
    code: 'internal',
    message: error instanceof Error ? error.message : String(error),
    action: 'This is a defect of the extension. Please report it.'
  };
}
