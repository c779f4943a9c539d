import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { MlopsError } from '../../contract/mlops-error';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { describe, number, numberOf, text, textOf } from '../elements/command-args';
import { promoteIcon, revertIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { Views } from '../elements/views';
import type { IGateway } from '../tokens';
import { isPromotionOver } from './environment-text';
import {
  nextEnvironment,
  releaseOf,
  versionOf,
  waitingOf,
  type IChoices
} from './promotion-choices';
import type { IPromotionSubject } from './promotion-model';
import type { PromotionView } from './promotion-view';

export interface IPromotionCommandOptions extends IChoices {
  app: JupyterFrontEnd;
  gateway: IGateway;
  views: Views<PromotionView>;
}

/** Plans, confirms, approves and reverts releases. */
export function addPromotionCommands(options: IPromotionCommandOptions): void {
  const { app, gateway, environments, views, trans } = options;
  const { commands } = app;
  const hasVersion = (): boolean =>
    options.models.models.some(({ versions }) =>
      versions.some(({ state }) => state === 'ready')
    );
  options.models.stateChanged.connect(() =>
    commands.notifyCommandChanged(CommandIDs.promote)
  );
  commands.addCommand(CommandIDs.promote, {
    label: trans.__('Promote'),
    caption: () =>
      hasVersion()
        ? trans.__('Show what promoting the newest version would change')
        : trans.__(
            'Nothing to promote yet: register the model of a finished run first.'
          ),
    isEnabled: args => textOf(args, 'model') !== undefined || hasVersion(),
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
        await openPlan({ kind: 'promote', ...version, environment }, options);
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
          await openPlan({ kind: 'revert', version: null, ...where }, options);
        }
      })
  });
  commands.addCommand(CommandIDs.openPromotion, {
    label: trans.__('Open Promotion'),
    caption: trans.__(
      'Show what a promotion changes, its checks and what became of it'
    ),
    icon: promoteIcon,
    describedBy: describe({
      promotion: text(
        'Id of the promotion; asked for among those that wait where absent'
      )
    }),
    execute: args =>
      telling(async () => {
        // A view that was open before its confirmation is restored with what it was about.
        const subject = subjectOf(args);
        const promotion = subject ? undefined : await waitingOf(args, options);
        if (subject) {
          await openPlan(subject, options);
        } else if (promotion) {
          await openPromotion(promotion, options);
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
        promotion: text(
          'Id of the promotion; one that waits is shown first where absent'
        )
      }),
      execute: args =>
        telling(async () => {
          const named = textOf(args, 'promotion');
          if (named) {
            await gateway.client.call(route, { params: { id: named } });
            await environments.refresh();
            return;
          }
          // Nobody decides about what they have not seen.
          const promotion = await waitingOf(args, options);
          if (promotion) {
            await openPromotion(promotion, options);
          }
        })
    });
  };
  decide(
    CommandIDs.approvePromotion,
    trans.__('Approve Promotion…'),
    'approvePromotion'
  );
  decide(CommandIDs.closePromotion, trans.__('Withdraw Promotion…'), 'closePromotion');
}

/** Plans in a view of its own; what is under way already is shown instead of planned a second time. */
async function openPlan(
  subject: IPromotionSubject,
  options: IPromotionCommandOptions
): Promise<void> {
  const { kind, model, version, environment } = subject;
  const underWay = options.environments.promotions.find(
    promotion =>
      !isPromotionOver(promotion) &&
      promotion.kind === kind &&
      promotion.model === model &&
      promotion.environment === environment &&
      (version === null || promotion.version === version)
  );
  const title = tabTitle(subject, options.trans);
  const key = [kind, model, version ?? 'previous', environment].join('-');
  const args = { kind, model, environment, ...(version === null ? {} : { version }) };
  const view = await openView({ key, title, kind, args, of: subject }, options);
  // Git may have moved since the view was opened first. Its view says what comes of it.
  void view.model.show(underWay?.id ?? null);
}

async function openPromotion(
  promotion: string,
  options: IPromotionCommandOptions
): Promise<void> {
  const { environments, trans } = options;
  const known = environments.promotions.find(({ id }) => id === promotion);
  const view = await openView(
    {
      key: promotion,
      title: known ? tabTitle(known, trans) : trans.__('Promotion'),
      kind: known?.kind ?? 'promote',
      args: { promotion },
      of: promotion
    },
    options
  );
  void view.model.show(promotion);
}

/** What differs comes first: tabs are narrow. */
function tabTitle(
  { kind, model, version, environment }: IPromotionSubject,
  trans: TranslationBundle
): string {
  return kind === 'revert'
    ? trans.__('Revert in %1: %2', environment, model)
    : trans.__('v%1 → %2: %3', version, environment, model);
}

function openView(
  of: {
    key: string;
    title: string;
    kind: IPromotionSubject['kind'];
    args: ReadonlyJSONObject;
    of: IPromotionSubject | string;
  },
  { app, gateway, environments, views, trans }: IPromotionCommandOptions
): Promise<PromotionView> {
  return views.open({
    key: of.key,
    title: of.title,
    icon: of.kind === 'revert' ? revertIcon : promoteIcon,
    args: of.args,
    create: async () => {
      const [{ PromotionView }, { PromotionModel }] = await Promise.all([
        import('./promotion-view'),
        import('./promotion-model')
      ]);
      return new PromotionView(
        new PromotionModel(gateway, of.of, trans),
        environments,
        trans,
        actor(app.commands)
      );
    }
  });
}

function subjectOf(args: ReadonlyPartialJSONObject): IPromotionSubject | null {
  const kind = args['kind'];
  const model = textOf(args, 'model');
  const environment = textOf(args, 'environment');
  const version = numberOf(args, 'version') ?? null;
  return (kind === 'promote' || kind === 'revert') && model && environment
    ? { kind, model, environment, version }
    : null;
}
