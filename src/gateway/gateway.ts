import { createServer, type Server } from 'node:http';
import { rmSync } from 'node:fs';

import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import type { Logger } from 'pino';

import { GatewayStatus } from '../contract/status';
import { API_PREFIX } from '../contract/paths';
import type { Actor } from '../contract/identifier';
import type { ICore } from './core';
import { EventBus } from './events';
import { createApplication } from './http/application';
import { eventStream } from './http/event-stream';
import { Forwarder } from './http/forwarder';
import type { Handlers } from './http/handlers';
import { gatewayVersion, type LaunchContext } from './launch-context';
import { Lease } from './lease/lease';
import type { IStage } from './stage';
import { createStages } from './stages';
import { AuditLog } from './store/audit-log';
import { DataHome } from './store/data-home';
import { Database } from './store/database';
import { migrations } from './store/migrations';

/** How long the status may wait for that of another gateway. */
const HOLDER_ANSWERS_WITHIN = 5000;

/**
 * One gateway: it answers on its socket. While it holds the lease of the data home it does the
 * work itself; else it hands every request to the gateway that does.
 */
export class Gateway {
  readonly app: Hono;

  constructor(options: Gateway.IOptions) {
    const { context, log } = options;
    const rootDir = context.rootDir ?? process.cwd();
    const home = new DataHome(context.home);
    const database = new Database(home.database, { migrations, wal: !home.onNetwork });
    this._core = {
      context,
      home,
      database,
      audit: new AuditLog(database),
      events: new EventBus(),
      log
    };
    this._socket = options.socket;
    this._lease = new Lease({
      database,
      log,
      socket: options.socket,
      onTaken: () => {
        this._starting = this._takeOver();
      },
      onLost: () => this._letGo()
    });
    this._forwarder = new Forwarder({
      holderSocket: () => this._lease.holderSocket,
      holderElsewhere: () => this._lease.holderElsewhere,
      rootDir,
      here: (request, body) => this._here(request, body)
    });
    this.app = createApplication({
      log,
      user: context.user,
      rootDir,
      local: { status: call => this._status(call.actor, call.rootDir) },
      handlers: () => this._handlers,
      elsewhere: request => this._forwarder.forward(request)
    });
  }

  /** Whether this gateway does the embedded work of the data home. */
  get leads(): boolean {
    return this._lease.held;
  }

  /** Listens, and tries to take the lease. Resolves when requests are answered. */
  async start(): Promise<void> {
    rmSync(this._socket, { force: true });
    const listener = getRequestListener(this.app.fetch, {
      overrideGlobalObjects: false
    });
    this._server = createServer(
      (request, response) => void listener(request, response)
    );
    // Runs and event streams last as long as they last.
    this._server.requestTimeout = 0;
    this._server.keepAliveTimeout = 60_000;
    const server = this._server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this._socket, resolve);
    });
    this._lease.start();
  }

  /** Resolves when everything that was under way here has been let go. */
  async close(): Promise<void> {
    await this._lease.release();
    await this._forwarder.close();
    this._server?.closeAllConnections();
    await new Promise<void>(resolve => {
      if (this._server) {
        this._server.close(() => resolve());
      } else {
        resolve();
      }
    });
    this._core.database.close();
    rmSync(this._socket, { force: true });
  }

  /** Requests wait until every stage has found what the last gateway left behind. */
  private async _takeOver(): Promise<void> {
    this._core.log.info('this gateway holds the lease');
    const { audit, events, log } = this._core;
    const stages = createStages(this._core);
    this._stages = stages;
    for (const stage of stages) {
      await stage.start().catch((error: unknown) => {
        log.error({ err: error }, 'a stage could not start');
      });
    }
    this._handlers = Object.assign(
      {
        events: call => eventStream(events, call.request),
        audit: call => ({ entries: audit.list(call.query.limit) })
      } satisfies Handlers,
      ...stages.map(stage => stage.handlers)
    );
  }

  private async _letGo(): Promise<void> {
    await this._starting;
    const stages = this._stages;
    this._stages = [];
    this._handlers = null;
    // Those that build upon others were made later: they go first.
    for (const stage of [...stages].reverse()) {
      await stage.close().catch((error: unknown) => {
        this._core.log.error({ err: error }, 'a stage could not let go');
      });
    }
  }

  private async _here(
    request: Request,
    body: Uint8Array | undefined
  ): Promise<Response | null> {
    await this._starting;
    if (!this._handlers) {
      return null;
    }
    return this.app.fetch(
      new Request(request.url, {
        method: request.method,
        headers: request.headers,
        body: body ? new Uint8Array(body) : undefined
      })
    );
  }

  private async _status(user: Actor, rootDir: string): Promise<GatewayStatus> {
    const { context } = this._core;
    return {
      version: gatewayVersion(),
      node: process.version,
      pid: process.pid,
      place: 'this computer',
      user,
      home: context.home,
      leader: this._lease.held,
      startedAt: this._startedAt,
      adapters: await this._adapters(rootDir),
      warnings: this._warnings()
    };
  }

  private _warnings(): string[] {
    const elsewhere = this._lease.holderElsewhere;
    return [
      ...(elsewhere === null
        ? []
        : [`The data home is in use on ${elsewhere}; only one computer can use it.`]),
      ...(this._core.home.onNetwork
        ? [
            'The data home is on a network file system: SQLite runs without its write-ahead log, and only one computer can use it.'
          ]
        : [])
    ];
  }

  /** Of the gateway that does the work, whichever it is. */
  private async _adapters(rootDir: string): Promise<GatewayStatus['adapters']> {
    if (this._lease.held) {
      return (
        await Promise.all(this._stages.map(stage => stage.status(rootDir)))
      ).flat();
    }
    const path = `${API_PREFIX}/status`;
    const holder = GatewayStatus.safeParse(
      await this._forwarder.ask(path, HOLDER_ANSWERS_WITHIN)
    );
    return holder.success ? holder.data.adapters : [];
  }

  private readonly _core: ICore;
  private readonly _socket: string;
  private readonly _lease: Lease;
  private readonly _forwarder: Forwarder;
  private readonly _startedAt = new Date().toISOString();
  private _server: Server | null = null;
  private _stages: IStage[] = [];
  private _handlers: Handlers | null = null;
  private _starting: Promise<void> = Promise.resolve();
}

export namespace Gateway {
  export interface IOptions {
    context: LaunchContext;
    log: Logger;
    /** Path of the unix socket; its folder must be readable by its owner only. */
    socket: string;
  }
}
