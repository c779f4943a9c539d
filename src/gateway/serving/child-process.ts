import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { systemErrorCode } from '../images/system-error';

const GRACE = 2000;

export interface IProgram {
  command: string;
  arguments: string[];
  environment: Record<string, string>;
  signal?: AbortSignal;
  /** Each line that the program writes to standard error. */
  line?(text: string): void;
}

export interface IProgramEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

/**
 * Runs a program to its end. When the signal aborts, the program and all that it started are ended.
 *
 * @throws the signal's reason; the system's error where the program cannot be started
 */
export async function runProgram(program: IProgram): Promise<IProgramEnd> {
  const { signal } = program;
  signal?.throwIfAborted();
  const child = spawn(program.command, program.arguments, {
    env: program.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that it can be ended with its children.
    detached: true
  });
  let stdout = '';
  let stderr = '';
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(line => program.line?.(line));
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const stop = (): void => void (child.pid && endGroup(child.pid, ended));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const code = await ended;
    signal?.throwIfAborted();
    return { code, stdout, stderr };
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/**
 * Ends a process group: SIGTERM, and after two seconds SIGKILL, to whatever is left of it.
 *
 * @param leader Process id of the group's leader.
 * @param ended Resolves when the leader has ended.
 */
export async function endGroup(leader: number, ended: Promise<unknown>): Promise<void> {
  signalGroup(leader, 'SIGTERM');
  const abort = new AbortController();
  const settled = ended.then(
    () => undefined,
    () => undefined
  );
  await Promise.race([
    settled,
    sleep(GRACE, undefined, { signal: abort.signal }).catch(() => undefined)
  ]);
  abort.abort();
  signalGroup(leader, 'SIGKILL');
  await settled;
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') {
      throw error;
    }
  }
}
