import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { MlopsError } from '../../contract/mlops-error';
import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import {
  describe,
  number,
  numberOf,
  record,
  recordOf,
  text,
  textOf
} from '../elements/command-args';
import { driftIcon, retrainIcon, silenceIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { Views } from '../elements/views';
import type { IEnvironments, IGateway } from '../tokens';
import type { DriftReportView } from './drift-report-view';
import type { MonitoringModel } from './model';

interface IOptions {
  app: JupyterFrontEnd;
  gateway: IGateway;
  monitoring: MonitoringModel;
  environments: IEnvironments;
  views: Views<DriftReportView>;
  trans: TranslationBundle;
}

const WHERE = {
  environment: text('Environment; that of the worst alert where absent'),
  model: text('Name of the model; that of the worst alert where absent')
};

/** Opens reports, retrains, silences. */
export function addMonitoringCommands(options: IOptions): void {
  const { app, gateway, monitoring, trans } = options;
  const { commands } = app;
  commands.addCommand(CommandIDs.openDriftReport, {
    label: trans.__('Open Drift Report'),
    icon: driftIcon,
    describedBy: describe(WHERE),
    execute: args =>
      telling(async () => {
        await openReport(watchedOf(args, options), options);
      })
  });
  commands.addCommand(CommandIDs.retrain, {
    label: trans.__('Retrain'),
    caption: trans.__(
      'Run the notebook again with fresh data and compare both versions'
    ),
    icon: retrainIcon,
    describedBy: describe({
      ...WHERE,
      alert: text('The alert that is the cause'),
      parameters: record('Values of parameters, by name'),
      cutOff: text('Time after which rows are withheld to judge both versions')
    }),
    execute: args =>
      telling(async () => {
        const where = watchedOf(args, options);
        const retraining = await gateway.client.call('retrain', {
          body: {
            ...where,
            alert: textOf(args, 'alert') ?? null,
            parameters: recordOf(args, 'parameters') ?? {},
            cutOff: textOf(args, 'cutOff')
          }
        });
        monitoring.show(retraining);
        await openReport(where, options);
        return retraining.id;
      })
  });
  commands.addCommand(CommandIDs.silenceAlert, {
    label: trans.__('Silence Alert…'),
    icon: silenceIcon,
    describedBy: describe({
      alert: text('Id of the alert; the worst where absent'),
      reason: text('Why; asked for where absent'),
      hours: number('For how long, 24 where absent')
    }),
    execute: args =>
      telling(async () => {
        const named = textOf(args, 'alert');
        const alert = named
          ? monitoring.alerts.find(({ id }) => id === named)
          : monitoring.alerts[0];
        const id = named ?? alert?.id;
        if (!id) {
          throw new MlopsError('refused', {
            code: 'no-alert',
            message: trans.__('There is no alert.')
          });
        }
        const reason = textOf(args, 'reason');
        const silence =
          reason || !alert
            ? { reason: reason ?? '', hours: numberOf(args, 'hours') }
            : await import('./silence-dialog').then(({ askSilence }) =>
                askSilence(alert, trans)
              );
        if (!silence) {
          return;
        }
        await gateway.client.call('silenceAlert', { params: { id }, body: silence });
        await monitoring.refresh();
      })
  });
}

async function openReport(
  where: { environment: string; model: string },
  options: IOptions
): Promise<void> {
  const { app, gateway, monitoring, environments, views, trans } = options;
  await views.open({
    key: `${where.environment}-${where.model}`,
    title: trans.__('%1: drift of %2', where.environment, where.model),
    icon: driftIcon,
    args: where,
    create: async () => {
      const [{ DriftReportView }, { DriftReportModel }] = await Promise.all([
        import('./drift-report-view'),
        import('./drift-report-model')
      ]);
      const model = new DriftReportModel({
        gateway,
        monitoring,
        environments,
        ...where
      });
      void model.load();
      return new DriftReportView(model, trans, actor(app.commands));
    }
  });
}

/** What was named, else what the worst alert is about, else the last environment's model. */
function watchedOf(
  args: ReadonlyPartialJSONObject,
  { monitoring, trans }: IOptions
): { environment: string; model: string } {
  const environment = textOf(args, 'environment');
  const model = textOf(args, 'model');
  if (environment && model) {
    return { environment, model };
  }
  const found = [...monitoring.alerts, ...[...monitoring.monitors].reverse()].find(
    watched =>
      (!environment || watched.environment === environment) &&
      (!model || watched.model === model)
  );
  if (!found) {
    throw new MlopsError('refused', {
      code: 'nothing-watched',
      message: trans.__('Nothing is watched yet.'),
      action: trans.__('Monitoring begins with the first release: promote a version.')
    });
  }
  return { environment: found.environment, model: found.model };
}
