import { execFile } from 'node:child_process';

import { MlopsError } from '../../../contract/mlops-error';

const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'core.fsync=committed,reference',
  'gc.auto=0'
].flatMap(setting => ['-c', setting]);

/** Runs the `git` program on one bare repository: no shell, no hooks, no configuration of the user's or the system's. */
export class GitProcess {
  constructor(
    readonly folder: string,
    readonly program = 'git'
  ) {}

  async text(args: string[], options: GitProcess.IOptions = {}): Promise<string> {
    return (await this.bytes(args, options)).toString('utf8').trimEnd();
  }

  /** @throws MlopsError `git-missing`, `git-failed` with what git said. */
  bytes(args: string[], options: GitProcess.IOptions = {}): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        this.program,
        [...SETTINGS, `--git-dir=${this.folder}`, ...args],
        {
          encoding: 'buffer',
          env: { ...environment(), ...options.environment },
          maxBuffer: 256 * 1024 * 1024,
          timeout: 60_000,
          windowsHide: true
        },
        (error, stdout, stderr) => {
          if (error) {
            reject(failure(error, args[0], stderr.toString('utf8')));
          } else {
            resolve(stdout);
          }
        }
      );
      // Where git ends before it has read everything, its exit code says why.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input ?? '');
    });
  }

  /** Whether git ends with code 0; anything but 0 and 1 is an error. */
  async succeeds(args: string[]): Promise<boolean> {
    try {
      await this.bytes(args);
      return true;
    } catch (error) {
      if (error instanceof MlopsError && error.body.details?.exit === 1) {
        return false;
      }
      throw error;
    }
  }
}

export namespace GitProcess {
  export interface IOptions {
    input?: string;
    environment?: Record<string, string>;
  }
}

/** Nothing of the caller's environment but where programs are found: no credentials, no `GIT_DIR`. */
function environment(): Record<string, string> {
  const kept = ['PATH', 'SYSTEMROOT', 'TMPDIR', 'LD_LIBRARY_PATH'].flatMap(name => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return {
    ...Object.fromEntries(kept),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C'
  };
}

function failure(
  error: Error & { code?: string | number | null },
  command: string,
  stderr: string
): MlopsError {
  if (error.code === 'ENOENT') {
    return new MlopsError('unavailable', {
      code: 'git-missing',
      message: 'Git is not installed, or not on the path of Jupyter.',
      cause: 'Environments are kept in a Git repository on this computer.',
      action: 'Install git and try again; nothing else is affected.'
    });
  }
  return new MlopsError('failed', {
    code: 'git-failed',
    message: `Git could not do its part (git ${command}).`,
    cause: stderr.trim() || error.message,
    details: { exit: typeof error.code === 'number' ? error.code : null }
  });
}
