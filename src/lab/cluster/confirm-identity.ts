import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IChangedIdentity, IIdentity } from './changed-identity';

/** Asks whether the gateway may act as somebody else from now on; true where it may. */
export async function confirmIdentity(
  { before, now }: IChangedIdentity,
  trans: TranslationBundle
): Promise<boolean> {
  const whole = ({ user, server }: IIdentity): string =>
    trans.__('%1 on %2', user, server);
  const { button } = await showDialog({
    title: trans.__('Act as %1 from now on?', now.user),
    body: trans.__(
      'Until now this project has acted as %1. Its context now means %2. What is done from here on is done with the rights of %3, and is written down so.',
      whole(before),
      whole(now),
      now.user
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Act as %1', now.user) })
    ],
    defaultButton: 0
  });
  return button.accept;
}
