import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  EditorExtensionRegistry,
  IEditorExtensionRegistry
} from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../elements/translation';
import { ILivePipeline, ISettings, ISidebar } from '../tokens';
import { CellNote } from './cell-note';
import { addProblemCommands } from './commands';
import { problemUnderlines } from './problem-underlines';
import { Problems } from './problems';
import { StepMargin } from './step-margin';

export const marginPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-mlops:margin',
  description: 'Steps beside the cells, and problems underlined in their code.',
  autoStart: true,
  requires: [ILivePipeline, ISettings, ISidebar, INotebookTracker],
  optional: [IEditorExtensionRegistry, ITranslator],
  activate: (
    app,
    pipeline: ILivePipeline,
    settings: ISettings,
    sidebar: ISidebar,
    tracker: INotebookTracker,
    extensions: IEditorExtensionRegistry | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const problems = new Problems(pipeline, settings);
    const showPanel = (): void => sidebar.reveal();
    // They live as long as the signals that they follow.
    new StepMargin({ tracker, pipeline, settings, trans, showPanel });
    new CellNote({ tracker, problems, trans, showPanel });
    addProblemCommands({ commands: app.commands, tracker, problems, trans });
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
