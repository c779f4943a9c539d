import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Split } from '../contract/pipeline';
import type { ISettings } from './tokens';

const SPLITS: readonly Split[] = ['tags', 'headings', 'one', 'cells'];

/** The user's settings, with the defaults of `schema/plugin.json` until they have been read. */
export class Settings implements ISettings {
  get changed(): ISignal<ISettings, void> {
    return this._changed;
  }

  get liveAnalysis(): boolean {
    return this._flag('liveAnalysis');
  }

  get stepMargin(): boolean {
    return this._flag('stepMargin');
  }

  get alertNotifications(): boolean {
    return this._flag('alertNotifications');
  }

  get runNotifications(): boolean {
    return this._flag('runNotifications');
  }

  get split(): Split | null {
    const chosen = this._source?.composite['split'];
    return SPLITS.find(split => split === chosen) ?? null;
  }

  /** Follows the user's settings from now on. */
  connect(source: ISettingRegistry.ISettings): void {
    this._source = source;
    source.changed.connect(() => this._changed.emit());
    this._changed.emit();
  }

  private _flag(name: string): boolean {
    return this._source?.composite[name] !== false;
  }

  private readonly _changed = new Signal<ISettings, void>(this);
  private _source: ISettingRegistry.ISettings | null = null;
}
