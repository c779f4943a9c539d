import type { GatewayEvent } from '../../contract/event';
import type { DriftReport, Retraining } from '../../contract/monitor';
import { Resource } from '../gateway/resource';
import type { IEnvironments, IGateway, IMonitoring } from '../tokens';
import { isRetrainingOver } from './monitor-text';

/** The one thing to do next about a drifted model. */
export type NextStep = 'retrain' | 'wait' | 'promote' | 'done' | 'none';

/** A model's drift in one environment, and the way to a better one. */
export class DriftReportModel extends Resource {
  constructor(options: DriftReportModel.IOptions) {
    super(options.gateway);
    this.environment = options.environment;
    this.name = options.model;
    this._monitoring = options.monitoring;
    this._environments = options.environments;
    this._monitoring.stateChanged.connect(this._onChange, this);
    this._environments.stateChanged.connect(this._onChange, this);
  }

  readonly environment: string;
  readonly name: string;

  get report(): DriftReport | null {
    return this._report;
  }

  /** The newest retraining for this environment and model. */
  get retraining(): Retraining | null {
    return (
      this._monitoring.retrainings.find(
        ({ environment, model }) =>
          environment === this.environment && model === this.name
      ) ?? null
    );
  }

  /** Where the challenger can go next: it passes through the environments in their order. */
  get promoteTo(): string | null {
    const challenger = this.retraining?.challenger ?? null;
    if (challenger === null) {
      return null;
    }
    return this._way().find(name => !this._has(name, challenger)) ?? null;
  }

  get nextStep(): NextStep {
    const { retraining } = this;
    if (!retraining || retraining.state === 'failed') {
      return this._report?.alert?.state === 'firing' ? 'retrain' : 'none';
    }
    if (!isRetrainingOver(retraining)) {
      return 'wait';
    }
    if (retraining.comparison?.verdict !== 'better') {
      return 'retrain';
    }
    return this.promoteTo ? 'promote' : 'done';
  }

  override dispose(): void {
    this._monitoring.stateChanged.disconnect(this._onChange, this);
    this._environments.stateChanged.disconnect(this._onChange, this);
    super.dispose();
  }

  protected async fetch(): Promise<void> {
    this._report = await this.gateway.client.call('driftReport', {
      params: { environment: this.environment, model: this.name }
    });
  }

  protected apply(event: GatewayEvent): boolean {
    const concerns =
      (event.type === 'monitor' || event.type === 'alert') &&
      event.data.environment === this.environment &&
      event.data.model === this.name;
    if (concerns) {
      this.refreshSoon();
    }
    return false;
  }

  /** From the first environment to this one. */
  private _way(): string[] {
    const way: string[] = [];
    let name: string | null = this.environment;
    while (name !== null && !way.includes(name)) {
      way.unshift(name);
      const here: string = name;
      name =
        this._environments.environments.find(other => other.name === here)?.rules
          .after ?? null;
    }
    return way;
  }

  private _has(environment: string, version: number): boolean {
    return (
      this._environments.environments
        .find(({ name }) => name === environment)
        ?.releases.some(
          release => release.model === this.name && release.version === version
        ) ?? false
    );
  }

  private _onChange(): void {
    this.changed();
  }

  private readonly _monitoring: IMonitoring;
  private readonly _environments: IEnvironments;
  private _report: DriftReport | null = null;
}

export namespace DriftReportModel {
  export interface IOptions {
    gateway: IGateway;
    monitoring: IMonitoring;
    environments: IEnvironments;
    environment: string;
    model: string;
  }
}
