import { join } from 'node:path';

import { stepEnvironment } from './step-process';
import { WarmProcess } from './warm-process';

/** After so long without a step, memory is worth more than a quick start. */
const IDLE = 60_000;
/** What the process itself says; what its steps say stands in their own folders. */
const LOG = 'warm.log';
/** Room for the step's folder in the environment that the system shows of a forked process. */
const ROOM = '-'.repeat(1024);

interface IWarm {
  key: string;
  process: WarmProcess;
  idle?: NodeJS.Timeout;
}

/** At most one warm process for each run; another environment means another process. */
export class WarmProcesses {
  /** @param script The runner's `warm.py`. */
  constructor(private readonly _script: string) {}

  /**
   * Forks the supervisor of a step.
   *
   * @param options.run Absolute path of the run's folder.
   * @returns its process id; null where the step has to have an interpreter of its own.
   */
  async start(options: {
    run: string;
    python: string;
    environment: Record<string, string>;
    request: string;
  }): Promise<number | null> {
    const warm = this._of(options);
    clearTimeout(warm.idle);
    try {
      return await warm.process.start(options.request);
    } finally {
      clearTimeout(warm.idle);
      warm.idle = setTimeout(() => warm.process.close(), IDLE);
      warm.idle.unref();
    }
  }

  /** The run needs no more processes. Its steps go on. */
  release(run: string): void {
    const warm = this._byRun.get(run);
    clearTimeout(warm?.idle);
    warm?.process.close();
    this._byRun.delete(run);
  }

  private _of(options: {
    run: string;
    python: string;
    environment: Record<string, string>;
  }): IWarm {
    const { run, python, environment } = options;
    const key = JSON.stringify([python, environment]);
    const known = this._byRun.get(run);
    // One that never came up would not come up now: each step starts an interpreter instead.
    const usable = known && (!known.process.ended || !known.process.wasReady);
    if (known && usable && known.key === key) {
      return known;
    }
    this.release(run);
    const warm: IWarm = {
      key,
      process: new WarmProcess({
        python,
        script: this._script,
        environment: stepEnvironment(ROOM, environment),
        folder: run,
        log: join(run, LOG)
      })
    };
    this._byRun.set(run, warm);
    return warm;
  }

  private readonly _byRun = new Map<string, IWarm>();
}
