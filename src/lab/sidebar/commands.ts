import { URLExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { CommandIDs } from '../command-ids';
import { describe } from '../elements/command-args';
import { pipelineIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { IGateway, ISidebar } from '../tokens';

interface IOptions {
  commands: CommandRegistry;
  gateway: IGateway;
  sidebar: ISidebar;
  trans: TranslationBundle;
}

/** The panel's own commands, and those about the gateway. */
export function addSidebarCommands(options: IOptions): void {
  const { commands, gateway, sidebar, trans } = options;
  commands.addCommand(CommandIDs.openPanel, {
    label: trans.__('Open the MLOps Panel'),
    icon: pipelineIcon,
    describedBy: describe({}),
    execute: () => sidebar.reveal()
  });
  commands.addCommand(CommandIDs.checkGateway, {
    label: trans.__('Check the Gateway'),
    describedBy: describe({}),
    execute: () => gateway.check()
  });
  commands.addCommand(CommandIDs.restartGateway, {
    label: trans.__('Restart the Gateway'),
    caption: trans.__('Runs go on while the gateway restarts.'),
    describedBy: describe({}),
    execute: () => telling(() => gateway.restart())
  });
  commands.addCommand(CommandIDs.logIn, {
    label: trans.__('Log In Again'),
    caption: trans.__('Opens the login page in a tab of its own.'),
    describedBy: describe({}),
    execute: () => {
      // A new tab: this one keeps what was typed, and goes on by itself after the login.
      const login = URLExt.join(gateway.client.address('login'));
      const next = new URL(gateway.client.address('lab')).pathname;
      window.open(`${login}?next=${encodeURIComponent(next)}`, '_blank', 'noopener');
      window.addEventListener('focus', () => void gateway.check(), { once: true });
    }
  });
  commands.addCommand(CommandIDs.openSettings, {
    label: trans.__('MLOps Settings'),
    describedBy: describe({}),
    isEnabled: () => commands.hasCommand('settingeditor:open'),
    execute: () => commands.execute('settingeditor:open', { query: 'MLOps' })
  });
}
