import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { SocketFetch } from '../http/socket-fetch';
import { endGroup } from './child-process';
import { logTail } from './log-tail';

/** The kernel's limit for the address of a unix socket, without its final zero. */
const LONGEST_SOCKET = 107;
const POLL_EVERY = 50;
const Failure = z.object({ type: z.string(), message: z.string() });

interface IServerEnd {
  reason: string;
  /** Why the model could not be loaded, where that was it. */
  failure: z.infer<typeof Failure> | null;
  /** The last lines of the server's log. */
  log: string[];
}

/**
 * One MLServer process that listens on a unix socket in a private folder. It ends with this
 * process, however this process ends: its standard input closes.
 */
export class ServerProcess {
  private constructor(
    readonly client: SocketFetch,
    private readonly _child: ReturnType<typeof start>,
    private readonly _options: ServerProcess.IOptions
  ) {
    this.ended = endOf(_child).then(async how => {
      rmSync(dirname(client.socket), { recursive: true, force: true });
      await client.close();
      return await this._read(how);
    });
  }

  /** Resolves when the process has ended, with the reason that it or the system gave. */
  readonly ended: Promise<IServerEnd>;

  /** Starts the process; it is not ready yet. */
  static async start(options: ServerProcess.IOptions): Promise<ServerProcess> {
    const socket = join(makeSocketFolder(), 'model.sock');
    const config = join(options.folder, 'launch.json');
    await writeFile(
      config,
      JSON.stringify({
        models: join(options.folder, 'models'),
        socket,
        failure: join(options.folder, 'failure.json'),
        version: options.version
      }),
      { mode: 0o600 }
    );
    const child = start(options, config);
    return new ServerProcess(new SocketFetch(socket), child, options);
  }

  get pid(): number | null {
    return this._child.pid ?? null;
  }

  /**
   * Resolves when the server says that its model is ready.
   *
   * @param path Readiness route of the model.
   * @throws MlopsError `model-not-loaded`, `model-server-ended`, `model-server-slow`; the signal's
   *   reason
   */
  async untilReady(path: string, seconds: number, signal?: AbortSignal): Promise<void> {
    let ended: IServerEnd | null = null;
    void this.ended.then(end => (ended = end));
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      signal?.throwIfAborted();
      if (ended !== null) {
        throw failureOf(ended);
      }
      if (await this.answers(path)) {
        return;
      }
      await sleep(POLL_EVERY);
    }
    throw new MlopsError('failed', {
      code: 'model-server-slow',
      message: `The model server was not ready within ${seconds} seconds.`,
      details: { log: await logTail(this._log) }
    });
  }

  /** Whether the route answers with 200. */
  async answers(path: string): Promise<boolean> {
    try {
      const signal = AbortSignal.timeout(5000);
      const reply = await this.client.fetch(path, { signal });
      await reply.body?.cancel();
      return reply.status === 200;
    } catch {
      // Nobody listens yet, or no more.
      return false;
    }
  }

  async stop(): Promise<void> {
    if (this._child.pid !== undefined) {
      await endGroup(this._child.pid, this.ended);
    }
    await this.ended;
  }

  /** Reads what the process left before anybody may remove its folder. */
  private async _read(how: string): Promise<IServerEnd> {
    const path = join(this._options.folder, 'failure.json');
    const text = await readFile(path, 'utf8').catch(() => null);
    const log = await logTail(this._log);
    const last = log.at(-1);
    return {
      reason: last ? `${how} Its log ends with: ${last}` : how,
      failure: text === null ? null : Failure.parse(JSON.parse(text)),
      log
    };
  }

  private get _log(): string {
    return join(this._options.folder, 'server.log');
  }
}

function failureOf({ failure, reason, log }: IServerEnd): MlopsError {
  return failure
    ? new MlopsError('failed', {
        code: 'model-not-loaded',
        message: 'MLServer could not load the model.',
        cause: `${failure.type}: ${failure.message.split('\n')[0]}`,
        action: actionFor(failure),
        details: { log }
      })
    : new MlopsError('failed', {
        code: 'model-server-ended',
        message: 'The model server ended before it was ready.',
        cause: reason,
        details: { log }
      });
}

export namespace ServerProcess {
  export interface IOptions {
    /** Interpreter of the serving environment. */
    python: string;
    /** Path of `launch.py`. */
    launcher: string;
    /** The instance's private folder with the model in `models/`; takes `server.log`. */
    folder: string;
    /** Version of the model, for the protocol and the metrics. */
    version: string;
  }
}

function start(options: ServerProcess.IOptions, config: string) {
  const log = openSync(join(options.folder, 'server.log'), 'a', 0o600);
  try {
    return spawn(options.python, ['-I', options.launcher, config], {
      cwd: options.folder,
      env: serverEnvironment(options.folder),
      stdio: ['pipe', log, log],
      // Leader of a group of its own, so that it can be ended with its children.
      detached: true
    });
  } finally {
    closeSync(log);
  }
}

/** A model is code: it gets nothing of the gateway's environment that could be a secret. */
function serverEnvironment(home: string): Record<string, string> {
  const libraries = process.env.LD_LIBRARY_PATH;
  return {
    PATH: '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    LANG: 'C.UTF-8',
    ...(libraries ? { LD_LIBRARY_PATH: libraries } : {})
  };
}

function makeSocketFolder(): string {
  const parents = [process.env.XDG_RUNTIME_DIR, tmpdir(), '/tmp'];
  for (const parent of parents.filter(path => path !== undefined)) {
    try {
      const folder = mkdtempSync(join(parent, 'mlops-model-'));
      if (Buffer.byteLength(join(folder, 'model.sock')) <= LONGEST_SOCKET) {
        return folder;
      }
      rmSync(folder, { recursive: true });
    } catch (error) {
      if (parent === '/tmp') {
        throw error;
      }
    }
  }
  throw new MlopsError('unavailable', {
    code: 'no-socket-folder',
    message: "No folder can hold the model server's socket: all paths are too long.",
    action: 'Set TMPDIR to a shorter path.'
  });
}

/** Resolves when the process has ended, or could not be started, with what the system says. */
function endOf(child: ReturnType<typeof start>): Promise<string> {
  return new Promise(resolve => {
    child.once('error', error => resolve(`It could not be run: ${error.message}.`));
    child.once('close', (code, signal) =>
      resolve(
        signal ? `It was ended by ${signal}.` : `It ended with exit code ${code ?? ''}.`
      )
    );
  });
}

function actionFor({ message, type }: z.infer<typeof Failure>): string {
  if (type === 'ModuleNotFoundError' || /__main__/.test(message)) {
    return 'The model uses code that is not in its file: train it with classes and functions of installed packages only.';
  }
  return 'Look at the log in the details, and try again after correcting the notebook.';
}
