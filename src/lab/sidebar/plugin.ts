import { ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../command-ids';
import { OpenSections } from '../elements/open-sections';
import { DOMAIN } from '../elements/translation';
import { GatewayClient } from '../gateway/client';
import { Gateway } from '../gateway/gateway';
import { IGateway, IProjectCluster, ISidebar } from '../tokens';
import { addSidebarCommands } from './commands';
import { HeaderModel } from './model';
import { Sidebar } from './panel';

/** Milliseconds after JupyterLab is there: its own start comes first. */
const START_AFTER = 1000;

export const gatewayPlugin: JupyterFrontEndPlugin<IGateway> = {
  id: 'jupyterlab-mlops:gateway',
  description: 'Connects this browser tab with the MLOps gateway.',
  autoStart: true,
  provides: IGateway,
  optional: [ITranslator],
  activate: (app, translator: ITranslator | null) => {
    const gateway = new Gateway({
      client: new GatewayClient({
        serverSettings: app.serviceManager.serverSettings,
        trans: (translator ?? nullTranslator).load(DOMAIN)
      })
    });
    void app.restored.then(() => setTimeout(() => gateway.start(), START_AFTER));
    return gateway;
  }
};

export const sidebarPlugin: JupyterFrontEndPlugin<ISidebar> = {
  id: 'jupyterlab-mlops:plugin',
  description: 'The MLOps panel: pipeline, runs, models, environments, monitoring.',
  autoStart: true,
  provides: ISidebar,
  requires: [IGateway],
  optional: [IProjectCluster, ITranslator, ILayoutRestorer, ICommandPalette, IStateDB],
  activate: (
    app,
    gateway: IGateway,
    cluster: IProjectCluster | null,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    database: IStateDB | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const { commands } = app;
    const sidebar = new Sidebar({
      model: new HeaderModel(gateway, cluster),
      commands,
      trans,
      openSections: new OpenSections(database),
      reveal: panel => app.shell.activateById(panel.id)
    });
    app.shell.add(sidebar, 'left', { rank: 450, type: 'MLOps' });
    restorer?.add(sidebar, sidebar.id);
    addSidebarCommands({ commands, gateway, sidebar, trans });
    if (palette) {
      const category = trans.__('MLOps');
      for (const command of PALETTE) {
        palette.addItem({ command, category });
      }
      for (const split of SPLITS) {
        palette.addItem({ command: CommandIDs.setSplit, category, args: { split } });
      }
    }
    return sidebar;
  }
};

/** Commands that make sense without arguments: they ask for what is missing. */
const PALETTE = Object.values(CommandIDs).filter(
  command => command !== CommandIDs.revealCell && command !== CommandIDs.setSplit
);

const SPLITS = ['automatic', 'tags', 'headings', 'one', 'cells'];
