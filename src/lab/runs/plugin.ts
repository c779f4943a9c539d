import { ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type * as nbformat from '@jupyterlab/nbformat';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../command-ids';
import { DOMAIN } from '../elements/translation';
import { Views } from '../elements/views';
import { IGateway, ILivePipeline, IModels, IRuns, ISidebar } from '../tokens';
import { addRunCommands } from './commands';
import { ExecutedDrive } from './executed-drive';
import { RunsModel } from './model';
import { RunsPanel } from './panel';
import type { RunView } from './run-view';

export const runsPlugin: JupyterFrontEndPlugin<IRuns> = {
  id: 'jupyterlab-mlops:runs',
  description: 'Pipeline runs: the list in the panel and a view of each.',
  autoStart: true,
  provides: IRuns,
  requires: [IGateway, ISidebar, ILivePipeline],
  optional: [ITranslator],
  activate: (
    app,
    gateway: IGateway,
    sidebar: ISidebar,
    pipeline: ILivePipeline,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const model = new RunsModel(gateway);
    const panel = new RunsPanel(model, trans, app.commands);
    pipeline.stateChanged.connect(() => panel.update());
    sidebar.add(panel, 20);
    return model;
  }
};

export const runViewPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-mlops:run-view',
  description: 'The view of a run: steps, log, outputs, metrics, artifacts.',
  autoStart: true,
  requires: [
    IGateway,
    IRuns,
    IModels,
    ILivePipeline,
    IDocumentManager,
    IRenderMimeRegistry
  ],
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app,
    gateway: IGateway,
    runs: IRuns,
    models: IModels,
    pipeline: ILivePipeline,
    documents: IDocumentManager,
    rendermime: IRenderMimeRegistry,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const views = new Views<RunView>(app, 'run');
    const fetchNotebook = async (run: string): Promise<nbformat.INotebookContent> => {
      const response = await gateway.client.open('executedNotebook', {
        params: { id: run }
      });
      // The gateway validates it as nbformat before it stores it.
      return (await response.json()) as nbformat.INotebookContent;
    };
    app.serviceManager.contents.addDrive(
      new ExecutedDrive({
        serverSettings: app.serviceManager.serverSettings,
        fetch: fetchNotebook,
        trans
      })
    );
    addRunCommands({
      app,
      gateway,
      runs,
      models,
      pipeline,
      views,
      documents,
      rendermime,
      fetchNotebook,
      trans
    });
    if (restorer) {
      views.restoreWith(restorer, CommandIDs.openRun);
    }
  }
};
