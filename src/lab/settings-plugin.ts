import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { notifyError } from './elements/notify';
import { Settings } from './settings';
import { ISettings } from './tokens';

/** The plugin whose schema holds the settings and the notebook's toolbar buttons. */
const SCHEMA = 'jupyterlab-mlops:plugin';

export const settingsPlugin: JupyterFrontEndPlugin<ISettings> = {
  id: 'jupyterlab-mlops:settings',
  description: 'The settings of the MLOps extension.',
  autoStart: true,
  provides: ISettings,
  optional: [ISettingRegistry],
  activate: (_app, registry: ISettingRegistry | null) => {
    const settings = new Settings();
    registry
      ?.load(SCHEMA)
      .then(source => settings.connect(source))
      .catch(notifyError);
    return settings;
  }
};
