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
import type { EngineChoice } from './engine-choice';
import type { PipelineModel, SplitChoice } from './model';
import { splitName } from './split-name';

const SPLITS: readonly Split[] = ['tags', 'headings', 'one', 'cells'];

interface IOptions {
  commands: CommandRegistry;
  gateway: IGateway;
  tracker: INotebookTracker;
  documents: IDocumentManager;
  model: PipelineModel;
  engines: EngineChoice;
  trans: TranslationBundle;
}

/** Starts runs, chooses how cells become steps, leads to cells. */
export function addPipelineCommands(options: IOptions): void {
  const { commands, gateway, model, engines, tracker, documents, trans } = options;
  const starts = new Map<string, Promise<string>>();
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
      split: text('tags, headings, one or cells'),
      engine: text('local or tekton; the one that mlops.yaml names where absent')
    }),
    isEnabled: args => {
      const named = textOf(args, 'path');
      return named === undefined || named === model.path ? model.canRun : true;
    },
    execute: args =>
      telling(async () => {
        const path = textOf(args, 'path') ?? model.path;
        if (!path) {
          throw noNotebook(model, trans);
        }
        const parameters = recordOf(args, 'parameters') ?? draftedFor(path, options);
        // A second click while the first is being answered means the same run.
        const known = starts.get(path);
        if (known) {
          return known;
        }
        const own = path === model.path;
        const split = SPLITS.find(name => name === args['split']);
        const start = model
          .starting(() =>
            gateway.client.call('startRun', {
              body: {
                notebook: path,
                content: model.contentOf(path),
                engine: textOf(args, 'engine') ?? engines.picked(path),
                split: split ?? (own ? model.split : undefined),
                parameters
              }
            })
          )
          .then(({ id }) => {
            engines.forget(path);
            return id;
          })
          .finally(() => starts.delete(path));
        starts.set(path, start);
        const run = await start;
        await commands.execute(CommandIDs.openRun, { run });
        return run;
      })
  });
  model.stateChanged.connect(() =>
    commands.notifyCommandChanged(CommandIDs.runPipeline)
  );
  commands.addCommand(CommandIDs.setSplit, {
    label: args => trans.__('Steps: %1', splitName(splitOf(args['split']), trans)),
    describedBy: describe({
      split: text('tags, headings, one, cells or automatic')
    }),
    isEnabled: () => model.path !== null,
    isToggleable: true,
    isToggled: args =>
      model.path !== null && model.chosenSplit === splitOf(args['split']),
    execute: args => model.chooseSplit(splitOf(args['split']))
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

function splitOf(value: unknown): SplitChoice {
  return SPLITS.find(split => split === value) ?? 'automatic';
}

/** @throws MlopsError `parameter-invalid` where a field of the notebook in front holds no value. */
function draftedFor(
  path: string,
  { model, trans }: IOptions
): Readonly<Record<string, unknown>> {
  if (path !== model.path) {
    return {};
  }
  const invalid = model.invalidParameter;
  if (invalid) {
    throw new MlopsError('refused', {
      code: 'parameter-invalid',
      message: trans.__(
        'The parameter %1 is not a value of type %2.',
        invalid.name,
        invalid.expected
      ),
      action: trans.__('Correct it in the MLOps panel, then run again.')
    });
  }
  return model.changedParameters;
}

function noNotebook(model: PipelineModel, trans: TranslationBundle): MlopsError {
  if (model.executed) {
    return new MlopsError('refused', {
      code: 'notebook-executed',
      message: trans.__('This is what a run has left, not a notebook that can run.'),
      action: trans.__('Open the notebook that the run was started from.')
    });
  }
  return new MlopsError('refused', {
    code: 'notebook-missing',
    message: trans.__('No notebook is open.'),
    action: trans.__('Open the notebook that should run.')
  });
}
