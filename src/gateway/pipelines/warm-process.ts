import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Duplex } from 'node:stream';

import { z } from 'zod';

const Reply = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ pid: z.number().int().positive() }),
  z.object({ refused: z.string() })
]);
type Reply = z.infer<typeof Reply>;

/** How long it may take to import what every step imports. */
const READY_PATIENCE = 30_000;

/**
 * A process that has imported what every step imports and forks steps from itself; see
 * `docs/decisions/0005-warm-processes.md`. It ends when it is closed, and when this gateway dies.
 */
export class WarmProcess {
  /** @param log File that takes what the process itself says. */
  constructor(options: {
    python: string;
    script: string;
    environment: NodeJS.ProcessEnv;
    folder: string;
    log: string;
  }) {
    const log = openSync(options.log, 'a', 0o600);
    try {
      this._child = spawn(options.python, [options.script, '3'], {
        cwd: options.folder,
        detached: true,
        stdio: ['ignore', log, log, 'pipe'],
        env: options.environment
      });
    } finally {
      closeSync(log);
    }
    this._child.once('error', () => this._end());
    this._child.once('exit', () => this._end());
    this._child.unref();
    const socket = this._child.stdio[3];
    if (socket instanceof Duplex) {
      this._socket = socket;
      socket.on('data', (data: Buffer) => this._take(data.toString('utf8')));
      socket.on('error', () => this._end());
      socket.on('close', () => this._end());
    }
    const timer = setTimeout(() => this.close(), READY_PATIENCE);
    this._ready = this._next().then(reply => {
      clearTimeout(timer);
      this._wasReady = reply !== null;
    });
  }

  get ended(): boolean {
    return this._ended;
  }
  /** Whether it came so far as to take requests. */
  get wasReady(): boolean {
    return this._wasReady;
  }

  /**
   * Forks the supervisor of a step.
   *
   * @returns its process id; null where the step has to have an interpreter of its own.
   * @throws Error where the process went before it answered: nobody knows whether it forked.
   */
  async start(request: string): Promise<number | null> {
    const turn = this._turn.then(() => this._start(request));
    // One question at a time: answers come in their order.
    this._turn = turn.catch(() => undefined);
    return turn;
  }

  /** Ends it; the steps that it has started go on. */
  close(): void {
    this._socket?.destroy();
    this._end();
  }

  private async _start(request: string): Promise<number | null> {
    await this._ready;
    if (this._ended) {
      return null;
    }
    this._socket?.write(`${JSON.stringify({ request })}\n`);
    const reply = await this._next();
    if (!reply) {
      throw new Error('The process that starts steps ended before it answered.');
    }
    return 'pid' in reply ? reply.pid : null;
  }

  /** The next answer; null where the process has ended. */
  private _next(): Promise<Reply | null> {
    return new Promise(resolve => {
      if (this._ended) {
        resolve(null);
      } else {
        this._answer = resolve;
      }
    });
  }

  private _take(text: string): void {
    this._partial += text;
    const lines = this._partial.split('\n');
    this._partial = lines.pop() ?? '';
    lines.forEach(line => this._answer?.(Reply.parse(JSON.parse(line))));
  }

  private _end(): void {
    this._ended = true;
    this._answer?.(null);
  }

  private readonly _child: ChildProcess;
  private readonly _socket: Duplex | null = null;
  private readonly _ready: Promise<void>;
  private _turn: Promise<unknown> = Promise.resolve();
  private _answer: ((reply: Reply | null) => void) | null = null;
  private _partial = '';
  private _ended = false;
  private _wasReady = false;
}
