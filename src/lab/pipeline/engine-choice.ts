import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Engine } from '../../contract/engine';
import { clusterPlaceText } from '../cluster/cluster-text';
import type { IProjectCluster } from '../tokens';

/** Where the next run of a notebook goes, as its section of the panel shows it. */
export interface IEnginePlaces {
  chosen: Engine;
  places: readonly { engine: Engine; label: string }[];
  /** Why the chosen one will refuse; null where nothing is known against it. */
  hindrance: string | null;
}

/** Where runs go: as `mlops.yaml` says, unless the user picks another engine for the next one. */
export class EngineChoice {
  constructor(cluster: IProjectCluster) {
    this._cluster = cluster;
    cluster.stateChanged.connect(this._changed, this);
  }

  get stateChanged(): ISignal<this, void> {
    return this._stateChanged;
  }

  /** Null where the project names no cluster: there is nothing to choose. */
  places(path: string | null, trans: TranslationBundle): IEnginePlaces | null {
    const { status } = this._cluster;
    if (!status || path === null) {
      return null;
    }
    const chosen = this.picked(path) ?? status.engine;
    const tekton = status.adapters.find(({ adapter }) => adapter === 'tekton');
    const hindrance =
      chosen === 'tekton' && tekton && tekton.state !== 'ready' ? tekton.detail : null;
    return {
      chosen,
      places: [
        { engine: 'local', label: trans.__('this computer') },
        {
          engine: 'tekton',
          label: trans.__('Tekton · %1', clusterPlaceText(status, trans))
        }
      ],
      hindrance
    };
  }

  /** What the user has picked for the next run; undefined leaves it to `mlops.yaml`. */
  picked(path: string): Engine | undefined {
    return this._cluster.status ? this._picks.get(path) : undefined;
  }

  pick(path: string, engine: Engine): void {
    this._picks.set(path, engine);
    this._changed();
  }

  /** A pick holds for one run. */
  forget(path: string): void {
    if (this._picks.delete(path)) {
      this._changed();
    }
  }

  dispose(): void {
    this._cluster.stateChanged.disconnect(this._changed, this);
    Signal.clearData(this);
  }

  private _changed(): void {
    this._stateChanged.emit();
  }

  private readonly _cluster: IProjectCluster;
  private readonly _picks = new Map<string, Engine>();
  private readonly _stateChanged = new Signal<this, void>(this);
}
