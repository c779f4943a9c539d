import type { GatewayEvent } from '../../contract/event';
import type { RunDetail, RunStep } from '../../contract/run';
import { Resource } from '../gateway/resource';
import type { IGateway } from '../tokens';
import { isOver } from './run-text';
import { StepLog } from './step-log';

/** One run as its view shows it: its detail, the chosen step, the log of that step. */
export class RunModel extends Resource {
  constructor(gateway: IGateway, id: string) {
    super(gateway);
    this.id = id;
  }

  readonly id: string;

  get run(): RunDetail | null {
    return this._run;
  }

  /** The step that the user chose, else the one that runs or failed, else the last. */
  get step(): RunStep | null {
    const steps = this._run?.steps ?? [];
    return (
      steps.find(({ id }) => id === this._chosen) ??
      steps.find(({ state }) => state === 'running' || state === 'failed') ??
      steps.findLast(({ state }) => state !== 'waiting' && state !== 'skipped') ??
      steps[0] ??
      null
    );
  }

  /** The chosen step's log; null before the run is known. */
  get log(): StepLog | null {
    const step = this.step;
    if (!step) {
      return null;
    }
    // Another attempt of a step writes another log.
    const key = `${step.id} ${step.attempt}`;
    if (this._logKey !== key) {
      this._log?.dispose();
      this._log = new StepLog({
        client: this.gateway.client,
        run: this.id,
        step: step.id
      });
      this._logKey = key;
      this._followLog();
    }
    return this._log;
  }

  chooseStep(id: string): void {
    this._chosen = id;
    this.changed();
  }

  /** Nothing is fetched while the view is hidden. */
  set isVisible(visible: boolean) {
    this._isVisible = visible;
    if (visible && this._isStale) {
      void this.refresh();
    }
    this._followLog();
  }

  override dispose(): void {
    this._log?.dispose();
    super.dispose();
  }

  protected async fetch(): Promise<void> {
    this._isStale = false;
    this._run = await this.gateway.client.call('getRun', { params: { id: this.id } });
    if (this._isVisible && !isOver(this._run.state)) {
      this._log?.follow();
    }
  }

  protected apply(event: GatewayEvent): boolean {
    if (event.type !== 'run' || event.data.id !== this.id) {
      return false;
    }
    if (this._isVisible) {
      void this.refresh();
      this._log?.follow();
    } else {
      this._isStale = true;
    }
    return false;
  }

  private _followLog(): void {
    if (this._isVisible) {
      this._log?.follow();
    } else {
      this._log?.rest();
    }
  }

  private _run: RunDetail | null = null;
  private _chosen: string | null = null;
  private _log: StepLog | null = null;
  private _logKey = '';
  private _isVisible = false;
  private _isStale = false;
}
