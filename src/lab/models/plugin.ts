import { ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { DOMAIN } from '../elements/translation';
import { Views } from '../elements/views';
import {
  IEnvironments,
  IGateway,
  ILivePipeline,
  IModels,
  IRuns,
  ISidebar
} from '../tokens';
import { ModelsModel } from './model';
import type { ModelView } from './model-view';
import { ModelsPanel } from './panel';
import { addRegisterCommands } from './register-commands';
import { addVersionCommands } from './version-commands';

export const modelsPlugin: JupyterFrontEndPlugin<IModels> = {
  id: 'jupyterlab-mlops:models',
  description: 'Models and versions: the tree in the panel, registration, comparison.',
  autoStart: true,
  provides: IModels,
  requires: [IGateway, ISidebar, IRuns, ILivePipeline, IEnvironments, INotebookTracker],
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app,
    gateway: IGateway,
    sidebar: ISidebar,
    runs: IRuns,
    pipeline: ILivePipeline,
    environments: IEnvironments,
    tracker: INotebookTracker,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    const model = new ModelsModel(gateway);
    const views = new Views<ModelView>(app, 'model');
    addRegisterCommands({ commands, gateway, pipeline, tracker, runs, model, trans });
    addVersionCommands({ app, gateway, model, environments, views, trans });
    sidebar.add(new ModelsPanel(model, runs, trans, actor(commands)), 30);
    if (restorer) {
      views.restoreWith(restorer, CommandIDs.openModel);
    }
    return model;
  }
};
