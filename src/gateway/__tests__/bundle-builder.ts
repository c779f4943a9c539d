import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { buildSync } from 'esbuild';

import { buildContext, REPOSITORY, temporaryFolder } from './core-builder';

/**
 * Bundles a script that imports parts of the gateway, so that a process of its own can run it.
 * Imports in `source` are relative to `src/gateway`.
 *
 * @returns Path of the bundle; its folder is the caller's to remove.
 */
export function bundle(source: string): string {
  const folder = temporaryFolder('mlops-bundle-');
  const file = join(folder, 'script.mjs');
  buildSync({
    stdin: {
      contents: source,
      resolveDir: join(REPOSITORY, 'src/gateway'),
      loader: 'ts'
    },
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    // package.json calls the sources free of side effects; a script consists of them.
    ignoreAnnotations: true,
    logLevel: 'silent',
    banner: {
      js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);"
    }
  });
  return file;
}

/** A bundle's process with its output. */
export interface IScript {
  child: ChildProcess;
  output(): string;
  ended: Promise<number | null>;
}

export function runScript(
  file: string,
  args: string[] = [],
  environment: Record<string, string> = {}
): IScript {
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe']
  });
  const chunks: string[] = [];
  child.stdout.on('data', chunk => chunks.push(String(chunk)));
  child.stderr.on('data', chunk => chunks.push(String(chunk)));
  const ended = new Promise<number | null>(resolve =>
    child.once('close', code => resolve(code))
  );
  return { child, output: () => chunks.join(''), ended };
}

export interface IStartedGateway {
  script: IScript;
  socket: string;
}

/** Real gateway processes on one data home. */
export class GatewayProcesses {
  readonly context = buildContext();

  /** @param rootDir The folder that this gateway's server serves. */
  start(name: string, rootDir: string | null = null): IStartedGateway {
    mkdirSync(this._sockets, { recursive: true, mode: 0o700 });
    const socket = join(this._sockets, `${name}.sock`);
    const script = runScript(this._bundle, ['serve', '--socket', socket], {
      MLOPS_CONTEXT: JSON.stringify({ ...this.context, rootDir }),
      MLOPS_LOG_LEVEL: 'warn'
    });
    this._started.push(script);
    return { script, socket };
  }

  async discard(): Promise<void> {
    for (const { child, ended } of this._started) {
      child.kill('SIGKILL');
      await ended;
    }
    for (const folder of [this.context.home, this._sockets, join(this._bundle, '..')]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private readonly _bundle = bundle("import './main';");
  private readonly _sockets = temporaryFolder('mlops-sock-');
  private readonly _started: IScript[] = [];
}
