import { ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../command-ids';
import { DOMAIN } from '../elements/translation';
import { Views } from '../elements/views';
import { IGateway, ILivePipeline } from '../tokens';
import { addCompiledCommands } from './compiled-commands';
import type { CompiledView } from './compiled-view';

export const compiledPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-mlops:compiled',
  description: 'The pipeline of a notebook as YAML of Tekton or Kubeflow Pipelines.',
  autoStart: true,
  requires: [IGateway, ILivePipeline, IEditorServices],
  optional: [ITranslator, ILayoutRestorer, IStateDB],
  activate: (
    app,
    gateway: IGateway,
    pipeline: ILivePipeline,
    services: IEditorServices,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    database: IStateDB | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const views = new Views<CompiledView>(app, 'compiled');
    addCompiledCommands({ app, gateway, pipeline, services, views, database, trans });
    if (restorer) {
      views.restoreWith(restorer, CommandIDs.showCompiled);
    }
  }
};
