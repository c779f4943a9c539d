import { VDomModel } from '@jupyterlab/ui-components';

import type { Alert } from '../../contract/monitor';
import type { RunSummary } from '../../contract/run';
import { isOver } from '../runs/run-text';
import type { IGateway, IMonitoring, IRuns } from '../tokens';

/** What the status bar tells: the run that goes on, and alerts that fire. */
export class StatusModel extends VDomModel {
  constructor(gateway: IGateway, runs: IRuns, monitoring: IMonitoring) {
    super();
    this._gateway = gateway;
    this._runs = runs;
    this._monitoring = monitoring;
    runs.stateChanged.connect(this._onChange, this);
    monitoring.stateChanged.connect(this._onChange, this);
    gateway.connectionChanged.connect(this._onChange, this);
  }

  get isReady(): boolean {
    return this._gateway.isReady;
  }

  /** The newest run that goes on. */
  get run(): RunSummary | null {
    return this._runs.runs.find(({ state }) => !isOver(state)) ?? null;
  }

  get firing(): readonly Alert[] {
    return this._monitoring.alerts.filter(({ state }) => state === 'firing');
  }

  override dispose(): void {
    this._runs.stateChanged.disconnect(this._onChange, this);
    this._monitoring.stateChanged.disconnect(this._onChange, this);
    this._gateway.connectionChanged.disconnect(this._onChange, this);
    super.dispose();
  }

  private _onChange(): void {
    this.stateChanged.emit();
  }

  private readonly _gateway: IGateway;
  private readonly _runs: IRuns;
  private readonly _monitoring: IMonitoring;
}
