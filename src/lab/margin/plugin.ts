import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';

import { ILivePipeline, ISettings } from '../tokens';
import { problemUnderlines } from './problem-underlines';
import { Problems } from './problems';
import { StepMargin } from './step-margin';

export const marginPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-mlops:margin',
  description: 'Steps beside the cells, and problems underlined in their code.',
  autoStart: true,
  requires: [ILivePipeline, ISettings, INotebookTracker],
  optional: [IEditorExtensionRegistry],
  activate: (
    _app,
    pipeline: ILivePipeline,
    settings: ISettings,
    tracker: INotebookTracker,
    extensions: IEditorExtensionRegistry | null
  ) => {
    // It lives as long as the signals that it follows.
    new StepMargin({ tracker, pipeline, settings });
    const problems = new Problems(pipeline, settings);
    extensions?.addExtension({
      name: 'jupyterlab-mlops:problems',
      factory: ({ model }) => {
        const cell = cellId(model.sharedModel);
        return cell === null
          ? null
          : EditorExtensionRegistry.createImmutableExtension(
              problemUnderlines(cell, problems)
            );
      }
    });
  }
};

/** Null for an editor that belongs to no cell. */
function cellId(shared: object): string | null {
  if ('getId' in shared && typeof shared.getId === 'function') {
    const id: unknown = shared.getId();
    return typeof id === 'string' ? id : null;
  }
  return null;
}
