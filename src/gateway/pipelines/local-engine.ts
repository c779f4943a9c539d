import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { MlopsError } from '../../contract/mlops-error';
import type { LogLine } from '../../contract/run';
import { isAlive, startTimeOf } from '../lease/process-identity';
import type { IPipelineEngine, IStepStart } from './port';
import {
  LOG,
  ProcessIdentity,
  readStepFile,
  REQUEST,
  RESULT,
  SPAWN,
  SPAWN_LOG,
  SUPERVISOR
} from './step-files';
import { StepLog } from './step-log';
import { endLeftovers, noteSpawn, spawnSupervisor } from './step-process';
import { WarmProcesses } from './warm-processes';
import { codeOf } from '../thrown';

/** How long the interpreter may take until the supervisor's first words. */
const START_PATIENCE = 30_000;
/** The supervisor ends its descendants within 20 seconds; then it is ended itself. */
const STOP_PATIENCE = 25_000;
const LOGS_KEPT = 64;

/** Runs steps as processes of the notebook's kernel environment on this computer. */
export class LocalEngine implements IPipelineEngine {
  readonly name = 'local';

  /** @param runner Folder of the step runner. */
  constructor(runner: string) {
    this._script = join(runner, 'supervise.py');
    this._warm = new WarmProcesses(join(runner, 'warm.py'));
  }

  async startStep(step: IStepStart): Promise<void> {
    const { folder } = step;
    if ((await this.stepState(folder)) !== 'waiting') {
      return;
    }
    const isOver = (await this._fork(step)) ?? (await this._spawn(step));
    const until = Date.now() + START_PATIENCE;
    while (!isStarted(folder)) {
      if (isOver() || Date.now() > until) {
        if (isStarted(folder)) {
          return;
        }
        throw notStarted(folder);
      }
      await sleep(5);
    }
  }

  endRun(run: string): void {
    this._warm.release(run);
  }

  /** A fork of the run's warm process; null where the step starts an interpreter of its own. */
  private async _fork(step: IStepStart): Promise<(() => boolean) | null> {
    // Without /proc nobody could tell whether a fork is safe.
    if (process.env.MLOPS_WARM === '0' || process.platform !== 'linux') {
      return null;
    }
    const request = join(step.folder, REQUEST);
    const pid = await this._warm.start({ ...step, request });
    if (pid === null) {
      return null;
    }
    noteSpawn(step.folder, pid);
    return () => startTimeOf(pid) === '';
  }

  private async _spawn(step: IStepStart): Promise<() => boolean> {
    const { ended } = await spawnSupervisor({ ...step, script: this._script });
    let over = false;
    void ended.then(() => {
      over = true;
    });
    return () => over;
  }

  async stepState(folder: string): Promise<'waiting' | 'running' | 'ended' | 'lost'> {
    if (hasEnded(folder)) {
      return 'ended';
    }
    const process = identityOf(folder);
    if (!process) {
      return 'waiting';
    }
    if (isAlive(process.pid, process.startTime)) {
      return 'running';
    }
    // It may have ended between the two looks.
    return hasEnded(folder) ? 'ended' : 'lost';
  }

  async stopStep(folder: string): Promise<void> {
    const until = Date.now() + STOP_PATIENCE;
    let asked = 0;
    while ((await this.stepState(folder)) === 'running') {
      // Before its first words it would not know how to end its descendants.
      const process = isStarted(folder) ? identityOf(folder) : null;
      if (process && Date.now() > until) {
        signal(process, 'SIGKILL');
      } else if (process && process.pid !== asked) {
        asked = process.pid;
        signal(process, 'SIGTERM');
      }
      await sleep(20);
    }
    if ((await this.stepState(folder)) === 'lost') {
      endLeftovers(folder);
    }
  }

  async log(
    folder: string,
    after: number,
    limit: number
  ): Promise<{ lines: LogLine[]; end: boolean }> {
    // Looked at first: nothing is written after the end.
    const over = ['ended', 'lost'].includes(await this.stepState(folder));
    const log = this._log(join(folder, LOG));
    const lines = await log.page(after, limit);
    return { lines, end: over && Math.max(after, -1) + 1 + lines.length >= log.lines };
  }

  private _log(path: string): StepLog {
    const log = this._logs.get(path) ?? new StepLog(path);
    // Least recently read first: that one is forgotten.
    this._logs.delete(path);
    this._logs.set(path, log);
    if (this._logs.size > LOGS_KEPT) {
      const [oldest] = this._logs.keys();
      this._logs.delete(oldest);
    }
    return log;
  }

  private readonly _script: string;
  private readonly _warm: WarmProcesses;
  private readonly _logs = new Map<string, StepLog>();
}

function hasEnded(folder: string): boolean {
  return existsSync(join(folder, RESULT));
}

function isStarted(folder: string): boolean {
  return existsSync(join(folder, SUPERVISOR)) || hasEnded(folder);
}

function identityOf(folder: string): ProcessIdentity | null {
  return (
    readStepFile(folder, SUPERVISOR, ProcessIdentity) ??
    readStepFile(folder, SPAWN, ProcessIdentity)
  );
}

/** Tells a process that is still the one that was started. */
function signal({ pid, startTime }: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(pid, startTime)) {
    return;
  }
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(codeOf(error) === 'ESRCH')) {
      throw error;
    }
  }
}

function notStarted(folder: string): MlopsError {
  const words = existsSync(join(folder, SPAWN_LOG))
    ? readFileSync(join(folder, SPAWN_LOG), 'utf8').slice(-2000).trim()
    : '';
  return new MlopsError('failed', {
    code: 'step-not-started',
    message: 'The process of the step ended before it had begun.',
    cause: words || 'It said nothing.',
    action: "Check that the notebook's kernel environment works."
  });
}
