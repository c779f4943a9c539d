import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { MlopsError } from '../../contract/mlops-error';
import type { ModelVersion } from '../../contract/model';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { describe, number, numberOf, text, textOf } from '../elements/command-args';
import { promoteIcon, revertIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { Views } from '../elements/views';
import { isSameFile } from '../runs/server-path';
import type { IEnvironments, IGateway, ILivePipeline, IModels } from '../tokens';
import type { IPromotionSubject } from './promotion-model';
import type { PromotionView } from './promotion-view';

export interface IPromotionCommandOptions {
  app: JupyterFrontEnd;
  gateway: IGateway;
  environments: IEnvironments;
  models: IModels;
  pipeline: ILivePipeline;
  views: Views<PromotionView>;
  trans: TranslationBundle;
}

/** Plans, confirms, approves and reverts releases. */
export function addPromotionCommands(options: IPromotionCommandOptions): void {
  const { app, gateway, environments, views, trans } = options;
  const { commands } = app;
  commands.addCommand(CommandIDs.promote, {
    label: trans.__('Promote'),
    caption: trans.__('Show what promoting the newest version would change'),
    icon: promoteIcon,
    describedBy: describe({
      model: text('Name of the model; that of the notebook in front where absent'),
      version: number('Version; the newest that is ready where absent'),
      environment: text('Where to; the first that does not have it where absent')
    }),
    execute: args =>
      telling(async () => {
        const version = versionOf(args, options);
        const environment =
          textOf(args, 'environment') ?? nextEnvironment(version, environments);
        await openPromotion({ kind: 'promote', ...version, environment }, options);
      })
  });
  commands.addCommand(CommandIDs.confirmPromotion, {
    label: trans.__('Confirm Promotion'),
    caption: trans.__('Confirm what the promotion view in front shows'),
    describedBy: describe({ reason: text('Goes into the commit') }),
    isEnabled: () => views.current?.model.canConfirm ?? false,
    execute: args =>
      telling(async () => {
        const model = views.current?.model;
        if (!model) {
          throw new MlopsError('refused', {
            code: 'no-promotion-view',
            message: trans.__('No promotion is in front.'),
            action: trans.__('Open one with "Promote" and look at what it changes.')
          });
        }
        const reason = textOf(args, 'reason');
        if (reason) {
          model.reason = reason;
        }
        const { id } = await model.confirm();
        return id;
      })
  });
  commands.addCommand(CommandIDs.revert, {
    label: trans.__('Revert Release'),
    caption: trans.__('Show what putting the previous release back would change'),
    icon: revertIcon,
    describedBy: describe({
      environment: text('Environment; asked for where absent'),
      model: text('Name of the model; asked for where absent')
    }),
    execute: args =>
      telling(async () => {
        const where = await releaseOf(args, options);
        if (where) {
          await openPromotion({ kind: 'revert', version: null, ...where }, options);
        }
      })
  });
  const decide = (
    id: string,
    label: string,
    route: 'approvePromotion' | 'closePromotion'
  ): void => {
    commands.addCommand(id, {
      label,
      describedBy: describe({
        promotion: text('Id of the promotion; the newest that waits where absent')
      }),
      execute: args =>
        telling(async () => {
          const promotion =
            textOf(args, 'promotion') ??
            environments.promotions.find(({ state }) => state === 'waiting')?.id;
          if (!promotion) {
            throw new MlopsError('refused', {
              code: 'nothing-waits',
              message: trans.__('No promotion waits for an approval.')
            });
          }
          await gateway.client.call(route, { params: { id: promotion } });
          await environments.refresh();
        })
    });
  };
  decide(
    CommandIDs.approvePromotion,
    trans.__('Approve Promotion'),
    'approvePromotion'
  );
  decide(CommandIDs.closePromotion, trans.__('Withdraw Promotion'), 'closePromotion');
}

async function openPromotion(
  subject: IPromotionSubject,
  options: IPromotionCommandOptions
): Promise<void> {
  const { app, gateway, environments, views, trans } = options;
  const { kind, model, version, environment } = subject;
  const view = await views.open({
    key: [kind, model, version ?? 'previous', environment].join('-'),
    title:
      kind === 'revert'
        ? trans.__('Revert %1 in %2', model, environment)
        : trans.__('Promote %1 to %2', model, environment),
    icon: kind === 'revert' ? revertIcon : promoteIcon,
    args: { model, environment, ...(version === null ? {} : { version }) },
    create: async () => {
      const [{ PromotionView }, { PromotionModel }] = await Promise.all([
        import('./promotion-view'),
        import('./promotion-model')
      ]);
      return new PromotionView(
        new PromotionModel(gateway, subject),
        environments,
        trans,
        actor(app.commands)
      );
    }
  });
  // Git may have moved since the view was opened first.
  await view.model.refresh();
}

/** The version that was named, else the newest of the model of the notebook in front. */
function versionOf(
  args: ReadonlyPartialJSONObject,
  { models, pipeline, trans }: IPromotionCommandOptions
): { model: string; version: number } {
  const named = textOf(args, 'model');
  const given = numberOf(args, 'version');
  if (named && given !== undefined) {
    return { model: named, version: given };
  }
  const ready = models.models
    .flatMap(({ versions }) => versions)
    .filter(({ model, state }) => state === 'ready' && (!named || model === named))
    .sort((one, other) => Date.parse(other.createdAt) - Date.parse(one.createdAt));
  const { path } = pipeline;
  const own = path && ready.find(({ lineage }) => isSameFile(lineage.notebook, path));
  const version = own || ready[0];
  if (!version) {
    throw new MlopsError('refused', {
      code: 'no-version',
      message: trans.__('There is no version that could be promoted.'),
      action: trans.__('Register the model of a finished run first.')
    });
  }
  return { model: version.model, version: version.version };
}

/** The first environment, in the order of their rules, that does not have the version. */
function nextEnvironment(
  version: Pick<ModelVersion, 'model' | 'version'>,
  { environments }: IEnvironments
): string {
  const next = environments.find(
    ({ releases }) =>
      !releases.some(
        release =>
          release.model === version.model && release.version === version.version
      )
  );
  return (next ?? environments.at(-1))?.name ?? 'dev';
}

/** The release that was named, else the only one, else the one that the user picks. */
export async function releaseOf(
  args: ReadonlyPartialJSONObject,
  { environments, trans }: Pick<IPromotionCommandOptions, 'environments' | 'trans'>
): Promise<{ environment: string; model: string } | undefined> {
  const environment = textOf(args, 'environment');
  const model = textOf(args, 'model');
  if (environment && model) {
    return { environment, model };
  }
  const found = environments.environments.flatMap(({ name, releases }) =>
    releases
      .filter(
        release =>
          (!environment || name === environment) && (!model || release.model === model)
      )
      .map(release => ({ environment: name, model: release.model }))
  );
  if (found.length < 2) {
    if (found.length === 0) {
      throw new MlopsError('refused', {
        code: 'nothing-released',
        message: trans.__('Nothing is released.'),
        action: trans.__('Promote a version first.')
      });
    }
    return found[0];
  }
  const labels = found.map(release =>
    trans.__('%1 in %2', release.model, release.environment)
  );
  const { value } = await InputDialog.getItem({
    title: trans.__('Which release?'),
    items: labels
  });
  return found[labels.indexOf(value ?? '')];
}
