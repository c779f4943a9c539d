import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ModelVersion } from '../../contract/model';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { describe, number, numberOf, text, textOf } from '../elements/command-args';
import { modelIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { Views } from '../elements/views';
import type { IEnvironments, IGateway } from '../tokens';
import type { ModelsModel } from './model';
import type { ModelView } from './model-view';

interface IOptions {
  app: JupyterFrontEnd;
  gateway: IGateway;
  model: ModelsModel;
  environments: IEnvironments;
  views: Views<ModelView>;
  trans: TranslationBundle;
}

interface IVersionName {
  model: string;
  version: number;
}

const VERSION = {
  model: text('Name of the model; asked for where absent'),
  version: number('Version; the newest where absent')
};

/** Shows, compares, tests and archives versions. */
export function addVersionCommands(options: IOptions): void {
  const { app, gateway, model, trans } = options;
  const { commands } = app;
  commands.addCommand(CommandIDs.openModel, {
    label: trans.__('Open Model'),
    icon: modelIcon,
    describedBy: describe({ model: VERSION.model }),
    execute: args =>
      telling(async () => {
        const name = await modelOf(args, options);
        if (name) {
          await openModel(name, options);
        }
      })
  });
  commands.addCommand(CommandIDs.compareVersions, {
    label: trans.__('Compare Versions'),
    describedBy: describe({
      model: VERSION.model,
      champion: number('One version; the second newest where absent'),
      challenger: number('The other; the newest where absent')
    }),
    execute: args =>
      telling(async () => {
        const name = await modelOf(args, options);
        if (!name) {
          return;
        }
        const view = await openModel(name, options);
        const [newest, second] = versionsOf(name, model);
        view.model.select([
          numberOf(args, 'champion') ?? second?.version,
          numberOf(args, 'challenger') ?? newest?.version
        ]);
      })
  });
  commands.addCommand(CommandIDs.showLineage, {
    label: trans.__('Show Lineage'),
    describedBy: describe(VERSION),
    execute: args =>
      telling(async () => {
        const name = await modelOf(args, options);
        if (name) {
          const view = await openModel(name, options);
          view.model.showLineage(
            numberOf(args, 'version') ?? versionsOf(name, model)[0]?.version
          );
        }
      })
  });
  commands.addCommand(CommandIDs.archiveVersion, {
    label: trans.__('Archive Version'),
    caption: trans.__('Hide a version from promotion; nothing is deleted'),
    describedBy: describe(VERSION),
    execute: args =>
      telling(async () => {
        const version = await versionOf(args, options);
        if (version && (await wantsArchived(version, trans))) {
          await gateway.client.call('archiveVersion', { params: version });
          await model.refresh();
          offerUndo(version, options);
        }
      })
  });
  commands.addCommand(CommandIDs.unarchiveVersion, {
    label: trans.__('Take Version out of the Archive'),
    describedBy: describe(VERSION),
    execute: args =>
      telling(async () => {
        const version = await versionOf(
          args,
          options,
          ({ state }) => state === 'archived'
        );
        if (version) {
          await gateway.client.call('unarchiveVersion', { params: version });
          await model.refresh();
        }
      })
  });
  commands.addCommand(CommandIDs.testVersion, {
    label: trans.__('Test Version Again'),
    caption: trans.__('Serve the model in a fresh model server and ask it again'),
    describedBy: describe(VERSION),
    execute: args =>
      telling(async () => {
        const version = await versionOf(args, options);
        if (version) {
          model.show(await gateway.client.call('testVersion', { params: version }));
        }
      })
  });
}

async function wantsArchived(
  { model, version }: IVersionName,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Archive %1 v%2?', model, version),
    body: trans.__(
      'It can no longer be promoted. Nothing is deleted, and it can be taken back at any time.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Archive') })
    ]
  });
  return button.accept;
}

function offerUndo({ model, version }: IVersionName, { app, trans }: IOptions): void {
  Notification.success(trans.__('%1 v%2 is archived.', model, version), {
    autoClose: 8000,
    actions: [
      {
        label: trans.__('Undo'),
        callback: () =>
          actor(app.commands)(CommandIDs.unarchiveVersion, { model, version })
      }
    ]
  });
}

async function openModel(name: string, options: IOptions): Promise<ModelView> {
  const { app, gateway, model, environments, views, trans } = options;
  return views.open({
    key: name,
    title: name,
    icon: modelIcon,
    args: { model: name },
    create: async () => {
      const [{ ModelView }, { ModelViewModel }] = await Promise.all([
        import('./model-view'),
        import('./model-view-model')
      ]);
      return new ModelView(
        new ModelViewModel({ gateway, models: model, environments, name }),
        trans,
        actor(app.commands)
      );
    }
  });
}

function versionsOf(name: string, model: ModelsModel): readonly ModelVersion[] {
  return model.models.find(other => other.name === name)?.versions ?? [];
}

async function modelOf(
  args: ReadonlyPartialJSONObject,
  { model, trans }: IOptions
): Promise<string | undefined> {
  const named = textOf(args, 'model');
  if (named || model.models.length < 2) {
    return named ?? model.models[0]?.name;
  }
  const { value } = await InputDialog.getItem({
    title: trans.__('Which model?'),
    items: model.models.map(({ name }) => name)
  });
  return value ?? undefined;
}

async function versionOf(
  args: ReadonlyPartialJSONObject,
  options: IOptions,
  fits: (version: ModelVersion) => boolean = () => true
): Promise<IVersionName | undefined> {
  const name = await modelOf(args, options);
  if (!name) {
    return undefined;
  }
  const given = numberOf(args, 'version');
  if (given !== undefined) {
    return { model: name, version: given };
  }
  const versions = versionsOf(name, options.model)
    .filter(fits)
    .map(({ version }) => `v${version}`);
  const { value } = await InputDialog.getItem({
    title: options.trans.__('Which version of %1?', name),
    items: versions
  });
  return value ? { model: name, version: Number(value.slice(1)) } : undefined;
}
