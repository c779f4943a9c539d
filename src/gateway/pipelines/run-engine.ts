import type { Diagnostic } from '../../contract/pipeline';
import type { Run, RunPlace, RunStep } from '../../contract/run';
import type { IRunOptions } from './run-execution';
import type { RunFolder } from './run-folder';
import type { IPlannedRun } from './run-starter';
import type { IStoredRun } from './run-store';

/** A run under way. */
export interface IRunExecution {
  /** Resolves when the run has ended, or this gateway has let go of it. */
  readonly done: Promise<void>;
  /** Ends the run; the wish must have been written down before. */
  stop(): void;
  /** Lets go: what runs goes on, and the next gateway finds it. */
  close(): Promise<void>;
}

/** What an engine adds to a run before it is written down. */
export interface IEnginePlan {
  diagnostics: Diagnostic[];
  /** Steps that need not run any more. */
  done: RunStep[];
  /** Puts the engine's own files in the run's folder. */
  write(folder: RunFolder): Promise<void>;
}

/** Where whole runs go: `local`, `tekton`. */
export interface IRunEngine {
  readonly name: string;
  /**
   * Looks whether the run can go there at all; changes nothing.
   *
   * @param earlier The run that is retried.
   * @throws MlopsError that says what is missing
   */
  plan(planned: IPlannedRun, earlier: IStoredRun | null): Promise<IEnginePlan>;
  execute(options: IRunOptions): IRunExecution;
  /** Where its pods are, or were; null where it has none. */
  place(run: Run): RunPlace | null;
}
