import { clusterPlugin } from './cluster/plugin';
import { environmentsPlugin, promotionPlugin } from './environments/plugin';
import { marginPlugin } from './margin/plugin';
import { modelsPlugin } from './models/plugin';
import { monitoringPlugin } from './monitoring/plugin';
import { noticesPlugin } from './notices/plugin';
import { compiledPlugin } from './pipeline/compiled-plugin';
import { pipelinePlugin } from './pipeline/plugin';
import { runsPlugin, runViewPlugin } from './runs/plugin';
import { settingsPlugin } from './settings-plugin';
import { gatewayPlugin, sidebarPlugin } from './sidebar/plugin';
import { statusPlugin } from './status/plugin';

/** The extension: a list of plugins, in the order of the loop. */
export default [
  gatewayPlugin,
  settingsPlugin,
  clusterPlugin,
  sidebarPlugin,
  pipelinePlugin,
  compiledPlugin,
  marginPlugin,
  runsPlugin,
  runViewPlugin,
  modelsPlugin,
  environmentsPlugin,
  promotionPlugin,
  monitoringPlugin,
  noticesPlugin,
  statusPlugin
];
