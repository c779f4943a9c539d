import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { MlopsError } from '../../contract/mlops-error';
import type { Split } from '../../contract/pipeline';
import { CommandIDs } from '../command-ids';
import {
  describe,
  number,
  numberOf,
  record,
  recordOf,
  text,
  textOf
} from '../elements/command-args';
import { notebookIcon, pipelineIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { IGateway } from '../tokens';
import type { PipelineModel } from './model';

const SPLITS: readonly Split[] = ['tags', 'headings', 'one', 'cells'];

interface IOptions {
  commands: CommandRegistry;
  gateway: IGateway;
  tracker: INotebookTracker;
  documents: IDocumentManager;
  model: PipelineModel;
  trans: TranslationBundle;
}

/** Starts runs, chooses how cells become steps, leads to cells. */
export function addPipelineCommands(options: IOptions): void {
  const { commands, gateway, model, tracker, documents, trans } = options;
  commands.addCommand(CommandIDs.openNotebook, {
    label: trans.__('Open Notebook…'),
    caption: trans.__('Choose a notebook whose steps should appear'),
    icon: notebookIcon,
    describedBy: describe({}),
    execute: async () => {
      const { chooseNotebook } = await import('./open-notebook');
      const path = await chooseNotebook(documents, trans);
      if (path !== null) {
        documents.openOrReveal(path);
      }
    }
  });
  commands.addCommand(CommandIDs.runPipeline, {
    label: trans.__('Run as Pipeline'),
    caption: trans.__('Run the notebook as a pipeline, unsaved changes included'),
    icon: pipelineIcon,
    describedBy: describe({
      path: text(
        'Notebook, relative to the server root; the one in front where absent'
      ),
      parameters: record('Values of parameters, by name'),
      split: text('tags, headings, one or cells')
    }),
    isEnabled: args => textOf(args, 'path') !== undefined || model.path !== null,
    execute: args =>
      telling(async () => {
        const path = textOf(args, 'path') ?? model.path;
        if (!path) {
          throw noNotebook(trans);
        }
        const own = path === model.path;
        const split = SPLITS.find(name => name === args['split']);
        const run = await model.starting(() =>
          gateway.client.call('startRun', {
            body: {
              notebook: path,
              content: model.contentOf(path),
              split: split ?? (own ? model.split : undefined),
              parameters:
                recordOf(args, 'parameters') ?? (own ? model.changedParameters : {})
            }
          })
        );
        await commands.execute(CommandIDs.openRun, { run: run.id });
        return run.id;
      })
  });
  commands.addCommand(CommandIDs.setSplit, {
    label: args =>
      args['split']
        ? trans.__('Steps: %1', String(args['split']))
        : trans.__('Find Steps Automatically'),
    describedBy: describe({
      split: text('tags, headings, one, cells or automatic')
    }),
    isEnabled: () => model.path !== null,
    execute: args => model.chooseSplit(SPLITS.find(split => split === args['split']))
  });
  commands.addCommand(CommandIDs.revealCell, {
    label: trans.__('Go to Cell'),
    describedBy: describe(
      {
        cell: number('Index of the cell, counted from 0'),
        path: text(
          'Notebook, relative to the server root; the one in front where absent'
        )
      },
      ['cell']
    ),
    execute: async args => {
      const path = textOf(args, 'path');
      if (path) {
        await commands.execute('docmanager:open', { path });
      }
      const panel = path
        ? tracker.find(({ context }) => context.localPath === path)
        : tracker.currentWidget;
      await panel?.context.ready;
      const cell = numberOf(args, 'cell') ?? 0;
      if (panel && cell < panel.content.widgets.length) {
        panel.content.activeCellIndex = cell;
        await panel.content.scrollToItem(cell, 'smart');
        panel.content.activate();
      }
    }
  });
}

function noNotebook(trans: TranslationBundle): MlopsError {
  return new MlopsError('refused', {
    code: 'notebook-missing',
    message: trans.__('No notebook is open.'),
    action: trans.__('Open the notebook that should run.')
  });
}
