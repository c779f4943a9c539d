import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { actor } from '../elements/act';
import { DOMAIN } from '../elements/translation';
import { isShown } from '../elements/views';
import { IGateway, ISettings } from '../tokens';
import { EndNotices } from './end-notices';

export const noticesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-mlops:notices',
  description: 'Says when a run, promotion or retraining has ended out of sight.',
  autoStart: true,
  requires: [IGateway, ISettings],
  optional: [ITranslator],
  activate: (
    app,
    gateway: IGateway,
    settings: ISettings,
    translator: ITranslator | null
  ) => {
    const { shell, commands } = app;
    // It lives as long as the gateway whose signal it follows.
    new EndNotices({
      gateway,
      settings,
      isInFront: what => !document.hidden && isShown(shell.currentWidget, what),
      trans: (translator ?? nullTranslator).load(DOMAIN),
      act: actor(commands)
    });
  }
};
