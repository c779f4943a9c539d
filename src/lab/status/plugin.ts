import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { actor } from '../elements/act';
import { DOMAIN } from '../elements/translation';
import { IGateway, IMonitoring, IRuns } from '../tokens';
import { StatusItem } from './item';
import { StatusModel } from './model';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-mlops:status',
  description: 'The run that goes on and the alerts that fire, in the status bar.',
  autoStart: true,
  requires: [IGateway, IRuns, IMonitoring],
  optional: [IStatusBar, ITranslator],
  activate: (
    app,
    gateway: IGateway,
    runs: IRuns,
    monitoring: IMonitoring,
    statusBar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    statusBar?.registerStatusItem('jupyterlab-mlops:status', {
      item: new StatusItem(
        new StatusModel(gateway, runs, monitoring),
        trans,
        actor(app.commands)
      ),
      align: 'right',
      rank: 50
    });
  }
};
