import { MainAreaWidget, Notification } from '@jupyterlab/apputils';

import { MlopsError } from '../../contract/mlops-error';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { describe, text } from '../elements/command-args';
import { environmentIcon, externalIcon, playIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import { Views } from '../elements/views';
import type { IMonitoring } from '../tokens';
import { AppWidget } from './app-widget';
import type { EnvironmentsView } from './environments-view';
import { releaseOf } from './promotion-choices';
import type { IPromotionCommandOptions } from './promotion-commands';

interface IOptions extends Omit<IPromotionCommandOptions, 'views'> {
  monitoring: IMonitoring;
}

const WHERE = {
  environment: text('Environment; asked for where absent'),
  model: text('Name of the model; asked for where absent')
};

/** Asks what serves, opens its app, shows all environments. */
export function addEndpointCommands(options: IOptions): Views<EnvironmentsView> {
  const { app, gateway, environments, monitoring, trans } = options;
  const { commands } = app;
  const views = new Views<EnvironmentsView>(app, 'environments');
  commands.addCommand(CommandIDs.openEnvironments, {
    label: trans.__('Open Environments'),
    icon: environmentIcon,
    describedBy: describe({}),
    execute: () =>
      views
        .open({
          key: 'all',
          title: trans.__('Environments'),
          icon: environmentIcon,
          args: {},
          create: async () => {
            const { EnvironmentsView, EnvironmentsViewModel } =
              await import('./environments-view');
            return new EnvironmentsView(
              new EnvironmentsViewModel(environments, monitoring),
              trans,
              actor(commands),
              path => gateway.client.address(path)
            );
          }
        })
        .then(() => undefined)
  });
  commands.addCommand(CommandIDs.tryRequest, {
    label: trans.__('Try a Request'),
    icon: playIcon,
    describedBy: describe(WHERE),
    execute: args =>
      telling(async () => {
        const where = await releaseOf(args, options);
        if (!where) {
          return;
        }
        const [example, { tryRequest }] = await Promise.all([
          gateway.client.call('example', { params: where }),
          import('./try-request')
        ]);
        await tryRequest({
          ...where,
          example,
          trans,
          // What the user wrote: the gateway checks it and says what is wrong with it.
          send: request =>
            gateway.client.call('predict', {
              params: where,
              body: request as typeof example
            })
        });
      })
  });
  commands.addCommand(CommandIDs.openApp, {
    label: trans.__('Open Intelligent App'),
    icon: externalIcon,
    describedBy: describe(WHERE),
    execute: args =>
      telling(async () => {
        const where = await releaseOf(args, options);
        if (where) {
          openApp(where, options);
        }
      })
  });
  commands.addCommand(CommandIDs.copyToken, {
    label: trans.__('Copy Endpoint Token'),
    caption: trans.__('For programs outside the browser; it expires'),
    describedBy: describe(WHERE),
    execute: args =>
      telling(async () => {
        const where = await releaseOf(args, options);
        if (!where) {
          return;
        }
        const { token, address, expiresAt } = await gateway.client.call(
          'endpointToken',
          {
            params: where
          }
        );
        await navigator.clipboard.writeText(token);
        Notification.success(
          trans.__(
            'The token for %1 is in the clipboard until %2.',
            address,
            new Date(expiresAt).toLocaleTimeString()
          ),
          { autoClose: 5000 }
        );
      })
  });
  return views;
}

function openApp(
  { environment, model }: { environment: string; model: string },
  { app, gateway, environments, trans }: IOptions
): void {
  const path = environments.environments
    .find(({ name }) => name === environment)
    ?.endpoints.find(endpoint => endpoint.model === model)?.app;
  if (!path) {
    throw new MlopsError('refused', {
      code: 'no-app',
      message: trans.__('%1 in %2 has no app.', model, environment),
      action: trans.__('Name the folder of its page as app.folder in mlops.yaml.')
    });
  }
  const title = trans.__('%1 in %2', model, environment);
  const content = new AppWidget({ title, address: gateway.client.address(path) });
  const widget = new MainAreaWidget({ content });
  widget.id = `jp-mlops-app-${environment}-${model}-${Date.now()}`;
  widget.title.label = title;
  widget.title.icon = externalIcon;
  widget.title.closable = true;
  widget.toolbar.hide();
  app.shell.add(widget, 'main');
}
