import type { IEnginePlan, IRunEngine, IRunExecution } from './run-engine';
import { type IRunOptions, type IRunServices, RunExecution } from './run-execution';

/** Runs whose steps are processes of this computer. */
export class LocalRuns implements IRunEngine {
  readonly name = 'local';

  constructor(private readonly _services: IRunServices) {}

  /** Nothing more: what was done already is found by its key when its turn comes. */
  async plan(): Promise<IEnginePlan> {
    return { diagnostics: [], done: [], write: async () => undefined };
  }

  execute(options: IRunOptions): IRunExecution {
    return new RunExecution(this._services, options);
  }

  place(): null {
    return null;
  }
}
