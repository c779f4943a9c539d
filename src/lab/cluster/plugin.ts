import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DOMAIN } from '../elements/translation';
import { IGateway, IProjectCluster } from '../tokens';
import { addClusterCommands } from './commands';
import { ClusterModel } from './model';

export const clusterPlugin: JupyterFrontEndPlugin<IProjectCluster> = {
  id: 'jupyterlab-mlops:cluster',
  description: 'The cluster that the project in front names, and who acts there.',
  autoStart: true,
  provides: IProjectCluster,
  requires: [IGateway, INotebookTracker],
  optional: [ITranslator],
  activate: (
    app,
    gateway: IGateway,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands, serviceManager } = app;
    const model = new ClusterModel({
      gateway,
      tracker,
      files: serviceManager.contents
    });
    addClusterCommands({ commands, model, trans });
    return model;
  }
};
