import type { Actor } from '../../contract/identifier';
import type { Conversion } from '../../contract/pipeline';
import type {
  LogLine,
  RunCause,
  RunDetail,
  RunRequest,
  RunSummary
} from '../../contract/run';

/** What other stages ask of pipeline runs. */
export interface IRuns {
  convert(notebook: string, content: unknown, split?: RunRequest['split']): Conversion;
  /** Writes the run down and starts it; refused input starts nothing. */
  start(request: RunRequest, actor: Actor, cause: RunCause): Promise<RunDetail>;
  get(id: string): RunDetail;
  list(limit: number, before?: number): RunSummary[];
  stop(id: string, actor: Actor): Promise<RunDetail>;
  retry(id: string, actor: Actor): Promise<RunDetail>;
  /** Resolves when the run has ended. */
  ended(id: string, signal?: AbortSignal): Promise<RunDetail>;
  /** Absolute path of the run's folder (see `docs/step-runner.md`). */
  folder(id: string): string;
}

/** Where a pipeline runs. An engine keeps no state of its own beside what it writes into the run's folder. */
export interface IPipelineEngine {
  readonly name: string;
  /** Starts a step; resolves when it is known to run. Does nothing if it runs or has ended. */
  startStep(step: IStepStart): Promise<void>;
  /** No step of the run will be started (by this gateway); those that run go on. */
  endRun(run: string): void;
  /** How the step stands; `lost` where its process is gone without a result. */
  stepState(folder: string): Promise<'waiting' | 'running' | 'ended' | 'lost'>;
  /** Ends the step and everything that it started. */
  stopStep(folder: string): Promise<void>;
  log(
    folder: string,
    after: number,
    limit: number
  ): Promise<{ lines: LogLine[]; end: boolean }>;
}

export interface IStepStart {
  /** Absolute path of the run's folder. */
  run: string;
  /** `<run>/steps/<step id>`, with `request.json` in it. */
  folder: string;
  /** Interpreter of the notebook's kernel environment. */
  python: string;
  environment: Record<string, string>;
}
