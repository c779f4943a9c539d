import { InputDialog } from '@jupyterlab/apputils';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { MlopsError } from '../../contract/mlops-error';
import type { RunSummary } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { describe, text, textOf } from '../elements/command-args';
import { fileName } from '../elements/format';
import {
  notebookIcon,
  pipelineIcon,
  playIcon,
  retryIcon,
  stopIcon
} from '../elements/icons';
import { telling } from '../elements/notify';
import type { Views } from '../elements/views';
import type { IGateway, ILivePipeline, IModels, IRuns } from '../tokens';
import { executedPath } from './executed-path';
import type { FetchNotebook } from './outputs-view';
import { isOver, outcomeText, runTitle } from './run-text';
import type { RunView } from './run-view';
import { serverPath } from './server-path';

interface IOptions {
  app: JupyterFrontEnd;
  gateway: IGateway;
  runs: IRuns;
  models: IModels;
  pipeline: ILivePipeline;
  views: Views<RunView>;
  documents: IDocumentManager;
  rendermime: IRenderMimeRegistry;
  fetchNotebook(run: string): ReturnType<FetchNotebook>;
  trans: TranslationBundle;
}

const RUN = { run: text('Id of the run; asked for where absent') };

/** Opens, stops and repeats runs. */
export function addRunCommands(options: IOptions): void {
  const { app, gateway, trans } = options;
  const { commands } = app;
  const add = (
    id: string,
    command: Pick<CommandRegistry.ICommandOptions, 'label' | 'icon' | 'caption'>,
    fits: (run: RunSummary) => boolean,
    execute: (run: string) => Promise<string | void>
  ): void => {
    commands.addCommand(id, {
      ...command,
      describedBy: describe(RUN),
      execute: args =>
        telling(async () => {
          const run = await runOf(args, options, fits);
          return run ? execute(run) : undefined;
        })
    });
  };

  add(
    CommandIDs.openRun,
    { label: trans.__('Open Run'), icon: pipelineIcon },
    () => true,
    run => openRun(run, options)
  );
  add(
    CommandIDs.stopRun,
    { label: trans.__('Stop Run'), icon: stopIcon },
    run => !isOver(run.state),
    async run => {
      await gateway.client.call('stopRun', { params: { id: run } });
    }
  );
  add(
    CommandIDs.retryRun,
    {
      label: trans.__('Retry Run'),
      caption: trans.__('Start again from the failed step; what succeeded is kept'),
      icon: retryIcon
    },
    run => isOver(run.state) && run.state !== 'succeeded',
    async run => {
      const { id } = await gateway.client.call('retryRun', { params: { id: run } });
      await commands.execute(CommandIDs.openRun, { run: id });
      return id;
    }
  );
  add(
    CommandIDs.runAgain,
    {
      label: trans.__('Run Again with Other Parameters…'),
      caption: trans.__('Open the notebook with the parameters of the run in its form'),
      icon: playIcon
    },
    () => true,
    async run => {
      const { notebook, parameters } = await gateway.client.call('getRun', {
        params: { id: run }
      });
      const path = serverPath(notebook);
      if (path === null) {
        throw new MlopsError('refused', {
          code: 'notebook-outside',
          message: trans.__('%1 lies outside of the folder of JupyterLab.', notebook),
          action: trans.__('Start JupyterLab in a folder that holds it.')
        });
      }
      await commands.execute('docmanager:open', { path });
      options.pipeline.setParameters(path, parameters);
      await commands.execute(CommandIDs.openPanel);
    }
  );
  add(
    CommandIDs.openExecutedNotebook,
    { label: trans.__('Open Executed Notebook'), icon: notebookIcon },
    () => true,
    async run => {
      const { number, notebook } = await gateway.client.call('getRun', {
        params: { id: run }
      });
      const name = fileName(notebook).replace(/\.ipynb$/, '');
      options.documents.openOrReveal(
        executedPath(run, number, name),
        'Notebook',
        undefined,
        undefined,
        { autoStartDefault: false, shouldStart: false }
      );
    }
  );
}

async function openRun(run: string, options: IOptions): Promise<void> {
  const { app, gateway, runs, views, trans } = options;
  const number = runs.runs.find(({ id }) => id === run)?.number;
  await views.open({
    key: run,
    // The view says the number as soon as it knows it: nothing waits for the gateway here.
    title: number === undefined ? trans.__('Run') : trans.__('Run %1', number),
    icon: pipelineIcon,
    args: { run },
    create: async () => {
      // The graph's layout is not part of what JupyterLab loads at its start.
      const [{ RunView }, { RunModel }] = await Promise.all([
        import('./run-view'),
        import('./run-model')
      ]);
      const model = new RunModel(gateway, run);
      void model.load();
      return new RunView({
        model,
        models: options.models,
        rendermime: options.rendermime,
        fetchNotebook: () => options.fetchNotebook(run),
        trans,
        act: actor(app.commands)
      });
    }
  });
}

/** The run that was named, else the one that the user picks; undefined where they cancel. */
async function runOf(
  args: ReadonlyPartialJSONObject,
  { runs, trans }: IOptions,
  fits: (run: RunSummary) => boolean
): Promise<string | undefined> {
  const named = textOf(args, 'run');
  if (named) {
    return named;
  }
  const candidates = runs.runs.filter(fits);
  const labels = candidates.map(
    run => `${run.number} ${runTitle(run, trans)} · ${outcomeText(run, trans)}`
  );
  const { value } = await InputDialog.getItem({
    title: trans.__('Which run?'),
    items: labels
  });
  return candidates[labels.indexOf(value ?? '')]?.id;
}
