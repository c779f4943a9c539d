import { ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CommandIDs } from '../command-ids';
import { DOMAIN } from '../elements/translation';
import { Views } from '../elements/views';
import {
  IEnvironments,
  IGateway,
  ILivePipeline,
  IModels,
  IMonitoring,
  ISidebar
} from '../tokens';
import { addEndpointCommands } from './endpoint-commands';
import { EnvironmentsModel } from './model';
import { EnvironmentsPanel } from './panel';
import { addPromotionCommands } from './promotion-commands';
import type { PromotionView } from './promotion-view';

export const environmentsPlugin: JupyterFrontEndPlugin<IEnvironments> = {
  id: 'jupyterlab-mlops:environments',
  description: 'Environments: what is released, served and promoted.',
  autoStart: true,
  provides: IEnvironments,
  requires: [IGateway, ISidebar],
  optional: [ITranslator],
  activate: (
    app,
    gateway: IGateway,
    sidebar: ISidebar,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const model = new EnvironmentsModel(gateway);
    sidebar.add(new EnvironmentsPanel(model, trans, app.commands), 40);
    return model;
  }
};

export const promotionPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-mlops:promotion',
  description: 'Promotions and reverts, requests to what serves, intelligent apps.',
  autoStart: true,
  requires: [IGateway, IEnvironments, IModels, IMonitoring, ILivePipeline],
  optional: [ITranslator, ILayoutRestorer],
  activate: (
    app,
    gateway: IGateway,
    environments: IEnvironments,
    models: IModels,
    monitoring: IMonitoring,
    pipeline: ILivePipeline,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null
  ) => {
    const trans = (translator ?? nullTranslator).load(DOMAIN);
    const views = new Views<PromotionView>(app, 'promotion');
    const options = { app, gateway, environments, models, pipeline, trans };
    addPromotionCommands({ ...options, views });
    const all = addEndpointCommands({ ...options, monitoring });
    if (restorer) {
      views.restoreWith(restorer, CommandIDs.openPromotion);
      all.restoreWith(restorer, CommandIDs.openEnvironments);
    }
  }
};
