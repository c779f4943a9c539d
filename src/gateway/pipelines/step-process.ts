import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import { startTimeOf } from '../lease/process-identity';
import { REQUEST, SPAWN, SPAWN_LOG } from './step-files';
import { messageOf } from '../thrown';

/** Marks every process that a step started, so that they are found when their supervisor is gone. */
const MARK = 'MLOPS_STEP_FOLDER';
/** What a step has no use for. */
const WITHHELD = ['MLOPS_CONTEXT', 'JUPYTER_TOKEN', 'JUPYTERHUB_API_TOKEN'];

/**
 * Starts a step's supervisor in a session of its own, without any pipe of ours.
 * Resolves as soon as the process exists; its end resolves `ended`.
 *
 * @throws MlopsError `step-not-started`
 */
export async function spawnSupervisor(options: {
  python: string;
  script: string;
  folder: string;
  environment: Record<string, string>;
}): Promise<{ ended: Promise<void> }> {
  const { python, script, folder } = options;
  const log = openSync(join(folder, SPAWN_LOG), 'a', 0o600);
  try {
    const child = spawn(python, ['-I', script, join(folder, REQUEST)], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', log, log],
      env: stepEnvironment(folder, options.environment)
    });
    const ended = new Promise<void>(resolve => child.once('exit', () => resolve()));
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    child.unref();
    noteSpawn(folder, child.pid ?? 0);
    return { ended };
  } catch (error) {
    throw new MlopsError('failed', {
      code: 'step-not-started',
      message: `The interpreter ${python} could not be started.`,
      cause: messageOf(error),
      action: "Check the notebook's kernel: its environment may have been removed."
    });
  } finally {
    closeSync(log);
  }
}

/** Names the supervisor's process until it does so itself. */
export function noteSpawn(folder: string, pid: number): void {
  const identity = { pid, startTime: startTimeOf(pid) };
  writeFileSync(join(folder, SPAWN), JSON.stringify(identity));
}

/** What a step's process finds in its environment, beside what the request adds. */
export function stepEnvironment(
  folder: string,
  added: Record<string, string>
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { ...process.env, ...added, [MARK]: folder };
  WITHHELD.forEach(name => delete environment[name]);
  return environment;
}

/** Ends everything that a step left behind when its supervisor was killed (Linux only). */
export function endLeftovers(folder: string): void {
  const mark = `${MARK}=${folder}`;
  for (const pid of processIds()) {
    if (environmentOf(pid).split('\0').includes(mark)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself meanwhile.
      }
    }
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // Another user's, or gone.
    return '';
  }
}
