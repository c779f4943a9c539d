import { VDomModel } from '@jupyterlab/ui-components';

import type { ApiError } from '../../contract/error';
import type { Comparison, ModelVersion } from '../../contract/model';
import { toApiError } from '../gateway/resource';
import type { IEnvironments, IGateway, IModels } from '../tokens';

/** One model's versions, the two that are compared, the one whose lineage is shown. */
export class ModelViewModel extends VDomModel {
  constructor(options: ModelViewModel.IOptions) {
    super();
    this._options = options;
    options.models.stateChanged.connect(this._onChange, this);
  }

  get name(): string {
    return this._options.name;
  }

  get versions(): readonly ModelVersion[] {
    return (
      this._options.models.models.find(({ name }) => name === this.name)?.versions ?? []
    );
  }

  /** At most two: the champion, then the challenger. */
  get selected(): readonly ModelVersion[] {
    return this._selected
      .map(number => this.versions.find(({ version }) => version === number))
      .filter(version => version !== undefined);
  }

  /** Both selected versions on rows that neither has trained on; null before the answer. */
  get comparison(): Comparison | null {
    return this._comparison;
  }

  get error(): ApiError | null {
    return this._error;
  }

  get isComparing(): boolean {
    return this._isComparing;
  }

  get lineage(): ModelVersion | null {
    return this.versions.find(({ version }) => version === this._lineage) ?? null;
  }

  /** Of two that are ticked one after the other, the older is the champion. */
  toggle(version: number): void {
    const selected = this._selected.includes(version)
      ? this._selected.filter(other => other !== version)
      : [...this._selected.slice(-1), version];
    this.select(selected.sort((one, other) => one - other));
  }

  /** Selects a champion and a challenger, in this order. */
  select(versions: readonly (number | undefined)[]): void {
    this._selected = versions.filter(version => version !== undefined);
    this._comparison = null;
    this._error = null;
    this.stateChanged.emit();
    if (this._selected.length === 2) {
      void this._compare();
    }
  }

  showLineage(version: number | undefined): void {
    this._lineage = this._lineage === version ? null : (version ?? null);
    this.stateChanged.emit();
  }

  override dispose(): void {
    this._options.models.stateChanged.disconnect(this._onChange, this);
    super.dispose();
  }

  private _onChange(): void {
    this.stateChanged.emit();
  }

  private async _compare(): Promise<void> {
    const [champion, challenger] = this._selected;
    const turn = (this._turn += 1);
    this._isComparing = true;
    this.stateChanged.emit();
    try {
      const comparison = await this._options.gateway.client.call('compare', {
        params: { model: this.name },
        body: { environment: this._environment(), champion, challenger }
      });
      if (turn === this._turn) {
        this._comparison = comparison;
      }
    } catch (error) {
      if (turn === this._turn) {
        this._error = toApiError(error);
      }
    }
    if (turn === this._turn) {
      this._isComparing = false;
      this.stateChanged.emit();
    }
  }

  /** Where the requests came in that both are judged on: the last environment that has the model. */
  private _environment(): string {
    const { environments } = this._options.environments;
    const holding = environments.filter(({ releases }) =>
      releases.some(({ model }) => model === this.name)
    );
    return (holding.at(-1) ?? environments.at(-1))?.name ?? 'prod';
  }

  private readonly _options: ModelViewModel.IOptions;
  private _selected: number[] = [];
  private _lineage: number | null = null;
  private _comparison: Comparison | null = null;
  private _error: ApiError | null = null;
  private _isComparing = false;
  private _turn = 0;
}

export namespace ModelViewModel {
  export interface IOptions {
    gateway: IGateway;
    models: IModels;
    environments: IEnvironments;
    name: string;
  }
}
