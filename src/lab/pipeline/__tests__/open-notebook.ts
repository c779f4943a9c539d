import type { INotebookTracker } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { ISettings } from '../../tokens';

interface IFakeCell {
  id: string;
  cell_type: string;
  source: string;
  metadata: Record<string, unknown>;
}

/** A notebook that is open and in front, as far as the pipeline looks at it. */
export class OpenNotebook {
  constructor(
    readonly path: string,
    readonly cells: IFakeCell[] = []
  ) {
    const contentChanged = new Signal<object, void>({});
    const sharedModel = {
      nbformat_minor: 5,
      transact: (change: () => void) => change(),
      getMetadata: () => ({}),
      get cells() {
        return cells.map(cell => ({
          cell_type: cell.cell_type,
          getId: () => cell.id,
          getSource: () => cell.source,
          getMetadata: () => cell.metadata,
          setMetadata: (key: string, value: unknown) => {
            cell.metadata[key] = value;
            contentChanged.emit();
          },
          deleteMetadata: (key: string) => {
            delete cell.metadata[key];
            contentChanged.emit();
          }
        }));
      }
    };
    const panel = {
      isDisposed: false,
      context: {
        path,
        localPath: path.replace(/^[^/]*:/, ''),
        ready: Promise.resolve(),
        model: { contentChanged, sharedModel }
      },
      content: { activeCellIndex: 0, model: { sharedModel } }
    };
    const source = {};
    this.tracker = {
      currentWidget: panel,
      currentChanged: new Signal(source),
      activeCellChanged: new Signal(source),
      find: (fits: (panel: never) => boolean) =>
        fits(panel as never) ? panel : undefined
    } as never;
  }

  readonly tracker: INotebookTracker;
}

/** The settings as they are shipped, with what a test changes. */
export function settings(parts: Partial<ISettings> = {}): ISettings {
  return {
    changed: new Signal<ISettings, void>({} as ISettings),
    liveAnalysis: true,
    stepMargin: true,
    alertNotifications: true,
    runNotifications: true,
    split: null,
    ...parts
  };
}
