import { Signal, type ISignal } from '@lumino/signaling';

import type { Diagnostic } from '../../contract/pipeline';
import type { ILivePipeline, ISettings } from '../tokens';

/** The problems of the notebook in front, by cell; windowed cells have no editor that could hold them. */
export class Problems {
  constructor(pipeline: ILivePipeline, settings: ISettings) {
    this._pipeline = pipeline;
    this._settings = settings;
    pipeline.stateChanged.connect(this._onChange, this);
    settings.changed.connect(this._onChange, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Those of the whole notebook; remarks are none. */
  get all(): readonly Diagnostic[] {
    return this._pipeline.diagnostics.filter(({ severity }) => severity !== 'info');
  }

  of(cell: string): readonly Diagnostic[] {
    return this._settings.stepMargin ? this.all.filter(({ id }) => id === cell) : [];
  }

  private _onChange(): void {
    const { diagnostics } = this._pipeline;
    const key = `${this._settings.stepMargin} ${JSON.stringify(diagnostics)}`;
    if (key !== this._key) {
      this._key = key;
      this._changed.emit();
    }
  }

  private readonly _pipeline: ILivePipeline;
  private readonly _settings: ISettings;
  private readonly _changed = new Signal<this, void>(this);
  private _key = '';
}
