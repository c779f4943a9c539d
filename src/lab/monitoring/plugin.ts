import { ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { DOMAIN } from '../elements/translation';
import { Views } from '../elements/views';
import { IEnvironments, IGateway, IMonitoring, ISettings, ISidebar } from '../tokens';
import { AlertNotices } from './alert-notices';
import { addMonitoringCommands } from './commands';
import type { DriftReportView } from './drift-report-view';
import { MonitoringModel } from './model';
import { MonitoringPanel } from './panel';

export const monitoringPlugin: JupyterFrontEndPlugin<IMonitoring> = {
  id: 'jupyterlab-mlops:monitoring',
  description: 'Alerts, drift reports and retraining.',
  autoStart: true,
  provides: IMonitoring,
  requires: [IGateway, ISidebar, IEnvironments, ISettings],
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app,
    gateway: IGateway,
    sidebar: ISidebar,
    environments: IEnvironments,
    settings: ISettings,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const act = actor(app.commands);
    const monitoring = new MonitoringModel(gateway);
    const views = new Views<DriftReportView>(app, 'drift');
    addMonitoringCommands({ app, gateway, monitoring, environments, views, trans });
    sidebar.add(new MonitoringPanel(monitoring, trans, act), 50);
    // It lives as long as the model whose signal it follows.
    new AlertNotices({ monitoring, settings, trans, act });
    if (restorer) {
      views.restoreWith(restorer, CommandIDs.openDriftReport);
    }
    return monitoring;
  }
};
