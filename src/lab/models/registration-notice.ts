import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { GatewayEvent, Registration } from '../../contract/event';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { sentences } from '../elements/notify';
import type { IGateway } from '../tokens';
import { repetitionOf } from './repetition';
import { registrationShare, registrationText } from './version-text';

/** JupyterLab draws an update a moment later: what was dismissed in between would come back. */
const SETTLE_MILLISECONDS = 300;

interface IOptions {
  commands: CommandRegistry;
  gateway: IGateway;
  trans: TranslationBundle;
}

/** A notification that goes with a registration: its progress, then its result. */
export function announceRegistration(
  registration: Registration,
  { commands, gateway, trans }: IOptions
): void {
  const act = actor(commands);
  const notice = Notification.emit(
    trans.__('Registering %1…', registration.model),
    'in-progress',
    { autoClose: false, progress: registrationShare(registration) }
  );
  const follow = (next: Registration): boolean => {
    if (next.state === 'succeeded') {
      setTimeout(() => {
        Notification.dismiss(notice);
        tellSuccess(next, commands, trans);
      }, SETTLE_MILLISECONDS);
      return true;
    }
    if (next.state === 'failed') {
      const again = repetitionOf(next);
      Notification.update({
        id: notice,
        type: 'error',
        message: next.error
          ? sentences(next.error)
          : trans.__('%1 could not be registered.', next.model),
        autoClose: false,
        actions: again
          ? [{ label: trans.__('Try again'), callback: () => act(...again) }]
          : []
      });
      return true;
    }
    Notification.update({
      id: notice,
      message: `${next.model}: ${next.detail || registrationText(next, trans)}`,
      progress: registrationShare(next)
    });
    return false;
  };
  if (follow(registration)) {
    return;
  }
  const listen = (_: IGateway, event: GatewayEvent): void => {
    if (event.type === 'registration' && event.data.id === registration.id) {
      if (follow(event.data)) {
        gateway.happened.disconnect(listen);
      }
    }
  };
  gateway.happened.connect(listen);
}

/** A notification of its own: one that has shown progress would stay at it and never close. */
function tellSuccess(
  { model, version }: Registration,
  commands: CommandRegistry,
  trans: TranslationBundle
): void {
  const act = actor(commands);
  const news = Notification.success(
    trans.__('%1 v%2 is registered and tested.', model, version),
    {
      autoClose: 8000,
      actions: [
        {
          label: trans.__('Promote…'),
          displayType: 'accent',
          callback: () => act(CommandIDs.promote, { model, version })
        },
        {
          label: trans.__('Show'),
          callback: () => act(CommandIDs.openModel, { model })
        }
      ]
    }
  );
  dismissWhenPromoting(news, commands);
}

/** The news is old when its reader acts on it, and must not cover what they confirm. */
function dismissWhenPromoting(notice: string, commands: CommandRegistry): void {
  const onCommand = (
    _: CommandRegistry,
    { id }: CommandRegistry.ICommandExecutedArgs
  ): void => {
    if (id === CommandIDs.promote) {
      commands.commandExecuted.disconnect(onCommand);
      Notification.dismiss(notice);
    }
  };
  commands.commandExecuted.connect(onCommand);
}
