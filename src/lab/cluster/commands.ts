import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { MlopsError } from '../../contract/mlops-error';
import { CommandIDs } from '../command-ids';
import { describe } from '../elements/command-args';
import { telling } from '../elements/notify';
import { changedIdentity } from './changed-identity';
import type { ClusterModel } from './model';

interface IOptions {
  commands: CommandRegistry;
  model: ClusterModel;
  trans: TranslationBundle;
}

/** Looks at the cluster again, and accepts who its context means now. */
export function addClusterCommands({ commands, model, trans }: IOptions): void {
  const changed = (): ReturnType<typeof changedIdentity> =>
    changedIdentity(model.status?.problem ?? null);
  commands.addCommand(CommandIDs.checkCluster, {
    label: trans.__('Check the Cluster'),
    describedBy: describe({}),
    execute: () => model.refresh()
  });
  commands.addCommand(CommandIDs.acceptIdentity, {
    label: trans.__('Accept the Changed Identity…'),
    caption: trans.__('Act from now on as who the context of the cluster means today'),
    describedBy: describe({}),
    isEnabled: () => changed() !== null,
    execute: () =>
      telling(async () => {
        const seen = changed();
        if (!seen) {
          throw new MlopsError('refused', {
            code: 'identity-not-changed',
            message: trans.__('There is no change of identity to accept.')
          });
        }
        const { confirmIdentity } = await import('./confirm-identity');
        if (await confirmIdentity(seen, trans)) {
          await model.accept(seen.now);
        }
      })
  });
  model.stateChanged.connect(() =>
    commands.notifyCommandChanged(CommandIDs.acceptIdentity)
  );
}
