import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal, type ISignal } from '@lumino/signaling';

import type { GatewayEvent } from '../../contract/event';
import { MlopsError } from '../../contract/mlops-error';
import type { ServerStatus } from '../../contract/status';
import type { IGateway } from '../tokens';
import { VERSION } from '../version';
import type { IGatewayClient } from './client';
import { compareVersions, type Connection } from './connection';
import { EventStream } from './event-stream';

/** Milliseconds between two looks at a healthy gateway, and at one that is starting. */
const STEADY = 15_000;
const STARTING = 400;

/** Watches the gateway: its state by polling, what happens in it by its event stream. */
export class Gateway implements IGateway, IDisposable {
  constructor(options: Gateway.IOptions) {
    this.client = options.client;
    this._stream = new EventStream({ client: this.client });
    this._stream.received.connect((_, event) => this._happened.emit(event));
    this._stream.broken.connect(() => void this._poll.refresh());
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-mlops:gateway',
      factory: () => this._look(),
      frequency: { interval: STEADY, backoff: true, max: 120_000 },
      standby: 'when-hidden'
    });
  }

  readonly client: IGatewayClient;

  get connection(): Connection {
    return this._connection;
  }

  get isReady(): boolean {
    return this._connection.kind === 'ready';
  }

  get connectionChanged(): ISignal<IGateway, Connection> {
    return this._connectionChanged;
  }

  get happened(): ISignal<IGateway, GatewayEvent> {
    return this._happened;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Begins to watch; the first look starts the gateway unless it runs. */
  start(): void {
    void this._poll.start();
  }

  async check(): Promise<void> {
    await this._poll.refresh();
    await this._poll.tick;
  }

  async restart(): Promise<void> {
    this._enter({ kind: 'starting', message: null });
    await this.client.server('POST', 'mlops/server/restart');
    await this.check();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    clearTimeout(this._soon);
    this._poll.dispose();
    this._stream.dispose();
    Signal.clearData(this);
  }

  private async _look(): Promise<void> {
    const connection = await this._find();
    this._enter(connection);
    if (connection.kind === 'starting') {
      clearTimeout(this._soon);
      this._soon = setTimeout(() => void this._poll.refresh(), STARTING);
    }
    if (connection.kind === 'unreachable') {
      // The poll's own back-off takes over.
      throw new Error(connection.error.message);
    }
  }

  private async _find(): Promise<Connection> {
    try {
      const response = await this.client.server('GET', 'mlops/server');
      // The shape is ServerStatus of the contract, checked by the server extension's tests.
      const server = (await response.json()) as ServerStatus;
      if (server.state === 'failed') {
        return { kind: 'failed', server };
      }
      if (server.state === 'starting') {
        return { kind: 'starting', message: server.message };
      }
      const status = await this.client.call('status');
      return {
        kind: 'ready',
        status,
        mismatch: compareVersions(VERSION, status.version)
      };
    } catch (error) {
      return this._explain(error);
    }
  }

  private async _explain(error: unknown): Promise<Connection> {
    if (!(error instanceof MlopsError)) {
      throw error;
    }
    const { code } = error.body;
    if (code === 'gateway-starting' || code === 'gateway-failed') {
      // It began or ended between our two questions: the next look tells which.
      return { kind: 'starting', message: error.body.message };
    }
    if (error.kind === 'not-found') {
      return { kind: 'not-installed' };
    }
    if (error.kind === 'forbidden' || code === 'http-401') {
      return (await this._isSignedIn())
        ? { kind: 'not-allowed', error: error.body }
        : { kind: 'signed-out', since: this._signedOutSince() };
    }
    return { kind: 'unreachable', error: error.body };
  }

  /** Jupyter answers 403 both to a stranger and to a user without the right: `api/me` tells them apart. */
  private async _isSignedIn(): Promise<boolean> {
    try {
      await this.client.server('GET', 'api/me');
      return true;
    } catch (error) {
      return !(error instanceof MlopsError && error.kind === 'forbidden');
    }
  }

  private _signedOutSince(): Date {
    return this._connection.kind === 'signed-out' ? this._connection.since : new Date();
  }

  private _enter(connection: Connection): void {
    const before = JSON.stringify(this._connection);
    this._connection = connection;
    if (connection.kind === 'ready') {
      this._stream.start();
    } else {
      this._stream.stop();
    }
    if (JSON.stringify(connection) !== before) {
      this._connectionChanged.emit(connection);
    }
  }

  private readonly _stream: EventStream;
  private readonly _poll: Poll;
  private readonly _connectionChanged = new Signal<IGateway, Connection>(this);
  private readonly _happened = new Signal<IGateway, GatewayEvent>(this);
  private _connection: Connection = { kind: 'unknown' };
  private _soon: ReturnType<typeof setTimeout> | undefined;
  private _isDisposed = false;
}

export namespace Gateway {
  export interface IOptions {
    client: IGatewayClient;
  }
}
