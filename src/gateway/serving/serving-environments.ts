import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { writeDurably } from '../images/durable-file';
import { tryProcessLock, withProcessLock } from '../images/process-lock';
import { runProgram } from './child-process';
import type { IEnvironmentLock } from './environment-lock';
import { findInterpreter } from './interpreters';
import { blamedRequirement, explainUv } from './uv-failure';
import { uvEnvironment } from './uv-settings';

const MARKER = 'mlops-environment.json';
const KEY = /^[0-9a-f]{16}$/;
/** What uv prints while it works that tells a person something. */
const PROGRESS = /^(Downloading|Building|Resolved|Prepared|Installed) /;

const Marker = z.object({
  key: z.string(),
  requirements: z.array(z.string()),
  /** Everything that was installed, exactly. */
  installed: z.array(z.string())
});

export interface IPrepareOptions {
  signal?: AbortSignal;
  progress?(detail: string): void;
}

/**
 * Virtual environments for MLServer, one for each lock, made by uv from its cache and shared by all
 * versions with that lock. An environment counts once its marker is there, which is written last.
 */
export class ServingEnvironments {
  constructor(options: ServingEnvironments.IOptions) {
    this._options = options;
  }

  /**
   * Gives the interpreter of the lock's environment; makes the environment where it is absent.
   *
   * @throws MlopsError `serving-environment-failed`: which package, and why
   */
  async prepare(
    lock: IEnvironmentLock,
    options: IPrepareOptions = {}
  ): Promise<string> {
    const python = join(this._folder(lock.key), 'bin', 'python');
    if (await this.isReady(lock.key)) {
      return python;
    }
    await mkdir(this._options.root, { recursive: true, mode: 0o700 });
    options.progress?.('Waiting for the serving environment');
    await withProcessLock(
      this._lockFile(lock.key),
      async () => {
        if (!(await this.isReady(lock.key))) {
          await this._make(lock, options);
        }
      },
      options.signal
    );
    return python;
  }

  /** Whether the environment with this key can be used at once. */
  async isReady(key: string): Promise<boolean> {
    return (await this._marker(key)) !== null;
  }

  /** Keys of the environments that are complete. */
  async list(): Promise<string[]> {
    const names = await readdir(this._options.root).catch(() => []);
    const ready = await Promise.all(
      names.map(name => KEY.test(name) && this.isReady(name))
    );
    return names.filter((_, index) => ready[index]);
  }

  /** Removes what a dead process left half made. What another process makes just now stays. */
  async removeHalfMade(): Promise<void> {
    const complete = new Set(await this.list());
    await this._remove(name => !complete.has(name));
  }

  /** Removes environments that no version and no running server uses. */
  async collect(usedKeys: ReadonlySet<string>): Promise<void> {
    if (!this._options.shared) {
      await this._remove(name => !usedKeys.has(name));
    }
  }

  private async _remove(unwanted: (key: string) => boolean): Promise<void> {
    const names = await readdir(this._options.root).catch(() => []);
    for (const name of names.filter(key => KEY.test(key) && unwanted(key))) {
      await tryProcessLock(this._lockFile(name), async () => {
        // The marker goes first: what is left of a removal that stops is half made.
        await rm(join(this._folder(name), MARKER), { force: true });
        await rm(this._folder(name), { recursive: true, force: true });
      });
    }
  }

  private async _make(lock: IEnvironmentLock, options: IPrepareOptions): Promise<void> {
    const uv = this._options.uv;
    if (uv === null) {
      throw new MlopsError('unavailable', {
        code: 'serving-environment-failed',
        message: 'uv is not installed: no serving environment can be made.',
        action: 'Install it beside Jupyter: pip install uv'
      });
    }
    const folder = this._folder(lock.key);
    const environment = await uvEnvironment(this._options.python, process.env);
    const base = await findInterpreter(lock.python, this._options.python, {
      path: uv,
      environment,
      signal: options.signal
    });
    const run = (...words: string[]) =>
      runProgram({
        command: uv,
        arguments: words,
        environment,
        signal: options.signal,
        line: text => PROGRESS.test(text.trim()) && options.progress?.(text.trim())
      });
    const python = join(folder, 'bin', 'python');
    try {
      options.progress?.('Creating the serving environment');
      await rm(folder, { recursive: true, force: true });
      const made = await run('venv', '--no-python-downloads', '--python', base, folder);
      check(made, lock);
      const install = ['pip', 'install', '--python', python, ...lock.requirements];
      options.progress?.('Installing packages from the cache');
      const cached = await run(...install, '--offline');
      if (cached.code !== 0) {
        options.progress?.(`Installing ${lock.requirements.join(', ')}`);
        check(await run(...install), lock);
      }
      const frozen = await run('pip', 'freeze', '--python', python);
      check(frozen, lock);
      const installed = frozen.stdout.split('\n').filter(Boolean);
      const marker = { key: lock.key, requirements: lock.requirements, installed };
      await writeDurably(join(folder, MARKER), JSON.stringify(marker, null, 2));
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private async _marker(key: string): Promise<z.infer<typeof Marker> | null> {
    const path = join(this._folder(key), MARKER);
    const text = await readFile(path, 'utf8').catch(() => null);
    return text === null ? null : Marker.parse(JSON.parse(text));
  }

  private _folder(key: string): string {
    return join(this._options.root, key);
  }

  private _lockFile(key: string): string {
    return join(this._options.root, `${key}.lock`);
  }

  private readonly _options: ServingEnvironments.IOptions;
}

export namespace ServingEnvironments {
  export interface IOptions {
    /** Folder that holds the environments. */
    root: string;
    uv: string | null;
    /** The kernel's interpreter, whose base new environments are made of. */
    python: string;
    /** Other data homes use the folder too: what is unused here is not collected. */
    shared?: boolean;
  }
}

function check(
  end: { code: number | null; stderr: string },
  lock: IEnvironmentLock
): void {
  if (end.code === 0) {
    return;
  }
  const blamed = blamedRequirement(end.stderr, lock.requirements);
  throw new MlopsError('failed', {
    code: 'serving-environment-failed',
    message: blamed
      ? `The serving environment could not be made: ${blamed} could not be installed.`
      : 'The serving environment could not be made.',
    cause: explainUv(end.stderr),
    action:
      'Check the connection to the package index, or train with versions that it offers, and try again.',
    details: { requirements: lock.requirements }
  });
}
