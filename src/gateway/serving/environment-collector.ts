import type { Logger } from 'pino';

import type { ModelVersion } from '../../contract/model';
import { lockOf } from './local-model-server';

const COLLECT_EVERY = 3_600_000;

/** Removes serving environments that no version can need any more, now and every hour. */
export class EnvironmentCollector {
  constructor(options: EnvironmentCollector.IOptions) {
    this._options = options;
  }

  start(): void {
    this._timer = setInterval(() => void this.collect(), COLLECT_EVERY);
    void this.collect();
  }

  close(): void {
    clearInterval(this._timer);
  }

  /** An archived version gives its environment up; a running server keeps it. */
  async collect(): Promise<void> {
    const { versions, running, remove, log } = this._options;
    try {
      const needed = versions()
        .filter(({ state }) => state === 'ready' || state === 'testing')
        .map(version => lockOf(version).key);
      await remove(new Set([...needed, ...running()]));
    } catch (error) {
      log.error({ err: error }, 'unused serving environments could not be removed');
    }
  }

  private readonly _options: EnvironmentCollector.IOptions;
  private _timer: NodeJS.Timeout | undefined;
}

export namespace EnvironmentCollector {
  export interface IOptions {
    log: Logger;
    versions(): ModelVersion[];
    /** Keys of the environments in which a model server runs. */
    running(): Set<string>;
    /** Removes all others. */
    remove(used: ReadonlySet<string>): Promise<void>;
  }
}
