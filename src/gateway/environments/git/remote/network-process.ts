import { execFile, spawn } from 'node:child_process';
import { basename } from 'node:path';

import { MlopsError } from '../../../../contract/mlops-error';
import { redact } from './redact';

/** What the user's configuration may not bring along: hooks, questions, other references, work for later. */
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'core.fsync=committed,reference',
  'core.askPass=',
  'credential.interactive=false',
  'color.ui=false',
  'fetch.prune=false',
  'fetch.pruneTags=false',
  'fetch.recurseSubmodules=false',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=30',
  'http.sslVerify=true',
  'maintenance.auto=false',
  'push.followTags=false',
  'push.gpgSign=false',
  'push.pushOption=',
  'push.recurseSubmodules=no',
  'submodule.recurse=false',
  'transfer.credentialsInUrl=die'
].flatMap(setting => ['-c', setting]);
/** Of git's own variables those that say how to reach and trust a host. */
const KEPT = /^GIT_(CONFIG(_|$)|SSH|SSL_|HTTP_|PROXY_)/;
/** Ours and Jupyter's: no hook or helper needs them. */
const WITHHELD = /^(GIT_|JUPYTER|JPY_|MLOPS_|DISPLAY$|WAYLAND_DISPLAY$|SSH_ASKPASS)/;
const SSH_OPTIONS =
  '-o BatchMode=yes -o ConnectTimeout=15 -o ServerAliveInterval=10 -o ServerAliveCountMax=3';
const MOST_OUTPUT = 64 * 1024 * 1024;

/** How a program ended. Errors of the remote are no exceptions here: whoever asked knows what they mean. */
export interface IEnded {
  /** Null where it was killed, by us for its time limit or by somebody else. */
  code: number | null;
  stdout: string;
  /** Without anything that could be a credential. */
  stderr: string;
  late: boolean;
}

/**
 * Runs `git` where it talks to a remote: as the user, with their ssh configuration, agent and credential
 * helpers, but without hooks, without questions and without a terminal.
 */
export class NetworkProcess {
  constructor(private readonly _options: NetworkProcess.IOptions) {}

  /** @throws MlopsError `git-missing` */
  async run(args: string[], input = ''): Promise<IEnded> {
    const { folder, program, timeLimit, url } = this._options;
    // The most exact of git's settings counts: nobody's may switch the check of certificates off.
    const verified = url.includes('=') ? [] : ['-c', `http.${url}.sslVerify=true`];
    const environment = await this._environment();
    return new Promise((resolve, reject) => {
      const child = spawn(
        program,
        [...SETTINGS, ...verified, `--git-dir=${folder}`, ...args],
        {
          env: environment,
          stdio: 'pipe',
          // A session of its own: nobody can ask at the terminal, and everything that it starts ends with it.
          detached: true,
          windowsHide: true
        }
      );
      const output = { stdout: '', stderr: '' };
      let late = false;
      const kill = (): void => {
        if (child.pid !== undefined && child.exitCode === null) {
          process.kill(-child.pid, 'SIGKILL');
        }
      };
      const timer = setTimeout(() => {
        late = true;
        kill();
      }, timeLimit);
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          output[name] += text;
          if (output[name].length > MOST_OUTPUT) {
            kill();
          }
        });
      }
      child.on('error', () => {
        clearTimeout(timer);
        reject(gitMissing());
      });
      child.on('close', code => {
        clearTimeout(timer);
        resolve({ code, late, stdout: output.stdout, stderr: redact(output.stderr) });
      });
      // Where git ends before it has read everything, its exit code says why.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
  }

  /** A value of the user's own configuration; null where there is none. */
  setting(name: string): Promise<string | null> {
    return new Promise(resolve => {
      execFile(
        this._options.program,
        [`--git-dir=${this._options.folder}`, 'config', '--get', name],
        { env: kept(process.env), timeout: 10_000, windowsHide: true },
        (error, stdout) => resolve(error ? null : stdout.trim() || null)
      );
    });
  }

  private async _environment(): Promise<NodeJS.ProcessEnv> {
    this._ssh ??= this._sshCommand();
    const ssh = await this._ssh;
    return {
      ...kept(process.env),
      ...(ssh === null ? {} : { GIT_SSH_COMMAND: ssh }),
      // An address that the user's `url.*.insteadOf` leads elsewhere stays one of these.
      GIT_ALLOW_PROTOCOL: 'file:http:https:ssh',
      GIT_ASKPASS: '',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_TERMINAL_PROMPT: '0',
      GCM_INTERACTIVE: 'never',
      LC_ALL: 'C',
      SSH_ASKPASS_REQUIRE: 'never'
    };
  }

  /** The user's ssh, told never to ask; null where it is none that we know how to tell. */
  private async _sshCommand(): Promise<string | null> {
    const { GIT_SSH_COMMAND, GIT_SSH } = process.env;
    const command = GIT_SSH_COMMAND || (await this.setting('core.sshCommand'));
    if (!command) {
      return GIT_SSH ? null : `ssh ${SSH_OPTIONS}`;
    }
    const [program] = command.trim().split(/\s+/);
    return basename(program) === 'ssh' ? `${command} ${SSH_OPTIONS}` : command;
  }

  private _ssh: Promise<string | null> | null = null;
}

export namespace NetworkProcess {
  export interface IOptions {
    folder: string;
    /** Of the remote. */
    url: string;
    program: string;
    /** In milliseconds. */
    timeLimit: number;
  }
}

function kept(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) =>
        name !== 'GIT_SSL_NO_VERIFY' && (KEPT.test(name) || !WITHHELD.test(name))
    )
  );
}

function gitMissing(): MlopsError {
  return new MlopsError('unavailable', {
    code: 'git-missing',
    message: 'Git is not installed, or not on the path of Jupyter.',
    cause: 'Environments are kept in a Git repository.',
    action: 'Install git and try again; nothing else is affected.'
  });
}
