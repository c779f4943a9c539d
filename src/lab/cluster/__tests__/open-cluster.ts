import type { Contents } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { connectable, type IConnected } from '../../__tests__/connected';
import type { ClusterStatus } from '../../../contract/cluster';
import { OpenNotebook } from '../../pipeline/__tests__/open-notebook';
import { ClusterModel } from '../model';

type FileChanged = Signal<Contents.IManager, Contents.IChangedArgs>;

export interface IOpenCluster extends IConnected {
  model: ClusterModel;
  /** Brings a notebook to the front. */
  open(path: string | null): void;
  /** A file is saved in JupyterLab. */
  save(path: string): void;
}

/** The cluster of a notebook that is in front, behind a server that gives these replies in turn. */
export function openCluster(
  statuses: (ClusterStatus | null)[],
  path: string | null = 'bike/demand.ipynb'
): IOpenCluster {
  const connected = connectable();
  const [last] = statuses.slice(-1);
  const waiting = [...statuses];
  connected.server.on('cluster', () => ({ cluster: waiting.shift() ?? last ?? null }));
  const source = {} as Contents.IManager;
  const fileChanged: FileChanged = new Signal(source);
  const widgetOf = (at: string | null) =>
    at === null ? null : new OpenNotebook(at).tracker.currentWidget;
  const tracker = {
    currentWidget: widgetOf(path),
    currentChanged: new Signal<object, unknown>({})
  };
  const model = new ClusterModel({
    gateway: connected.gateway,
    tracker: tracker as never,
    files: { fileChanged }
  });
  return {
    ...connected,
    model,
    open: at => {
      tracker.currentWidget = widgetOf(at);
      tracker.currentChanged.emit(null);
    },
    save: at =>
      fileChanged.emit({
        type: 'save',
        oldValue: null,
        newValue: { path: at }
      })
  };
}
