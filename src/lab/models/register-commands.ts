import { InputDialog } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { MlopsError } from '../../contract/mlops-error';
import { toName } from '../../contract/name';
import type { RunDetail } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import { describe, text, textOf } from '../elements/command-args';
import { fileName } from '../elements/format';
import { registerIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import { isSameFile } from '../runs/server-path';
import type { IGateway, ILivePipeline, IRuns } from '../tokens';
import type { ModelsModel } from './model';
import { announceRegistration } from './registration-notice';

interface IOptions {
  commands: CommandRegistry;
  gateway: IGateway;
  pipeline: ILivePipeline;
  tracker: INotebookTracker;
  runs: IRuns;
  model: ModelsModel;
  trans: TranslationBundle;
}

const ARGUMENTS = {
  run: text('Id of a finished run; the newest of the notebook in front where absent'),
  name: text('Name of the model; proposed by the gateway where absent'),
  variable: text('The variable that holds the model, where a run trained several')
};

/** Makes versions from finished runs. */
export function addRegisterCommands(options: IOptions): void {
  const { commands, gateway, model, pipeline, trans } = options;
  commands.addCommand(CommandIDs.registerModel, {
    label: trans.__('Register Model'),
    caption: trans.__('Register the model of the newest finished run'),
    icon: registerIcon,
    describedBy: describe(ARGUMENTS),
    execute: args =>
      telling(async () => register(await runOf(args, options), args, options))
  });
  commands.addCommand(CommandIDs.registerModelAs, {
    label: trans.__('Register Model As…'),
    icon: registerIcon,
    describedBy: describe(ARGUMENTS),
    execute: args =>
      telling(async () => {
        const run = await runOf(args, options);
        const { value } = await InputDialog.getText({
          title: trans.__('Name of the model'),
          label: trans.__('Lower-case letters, digits and dashes'),
          text: toName(fileName(run.notebook).replace(/\.ipynb$/, ''))
        });
        return value ? register(run, { ...args, name: toName(value) }, options) : null;
      })
  });
  commands.addCommand(CommandIDs.registerLiveModel, {
    label: trans.__('Register Model of the Live Kernel'),
    caption: trans.__(
      'Marked as not reproducible: nobody can say that the notebook gives it again'
    ),
    icon: registerIcon,
    describedBy: describe({
      path: text('Notebook whose kernel runs; the one in front where absent'),
      name: ARGUMENTS.name
    }),
    isEnabled: () => gateway.connection.kind === 'ready' && pipeline.path !== null,
    execute: args => telling(() => registerLive(args, options))
  });
  commands.addCommand(CommandIDs.cancelRegistration, {
    label: trans.__('Cancel Registration'),
    describedBy: describe({ registration: text('Id of the registration') }),
    isEnabled: args =>
      textOf(args, 'registration') !== undefined || model.registrations.length > 0,
    execute: args =>
      telling(async () => {
        const id = textOf(args, 'registration') ?? model.registrations[0].id;
        model.show(await gateway.client.call('cancelRegistration', { params: { id } }));
      })
  });
}

async function register(
  run: RunDetail,
  args: ReadonlyPartialJSONObject,
  options: IOptions
): Promise<string | null> {
  const variable = await variableOf(run, args, options);
  if (variable === null) {
    return null;
  }
  const registration = await options.gateway.client.call('register', {
    body: { run: run.id, name: textOf(args, 'name'), variable }
  });
  options.model.show(registration);
  announceRegistration(registration, options);
  return registration.id;
}

async function registerLive(
  args: ReadonlyPartialJSONObject,
  options: IOptions
): Promise<string> {
  const { gateway, model, pipeline, tracker, trans } = options;
  const path = textOf(args, 'path') ?? pipeline.path;
  const panel = tracker.find(({ context }) => context.localPath === path);
  if (!panel || !path || gateway.connection.kind !== 'ready') {
    throw new MlopsError('refused', {
      code: 'notebook-missing',
      message: trans.__('The notebook is not open.'),
      action: trans.__('Open it, with the kernel that holds the model.')
    });
  }
  const { exportLiveModels } = await import('./live-export');
  const folder = await exportLiveModels(panel, gateway.connection.status.home, trans);
  const registration = await gateway.client.call('registerLive', {
    body: { notebook: path, folder, name: textOf(args, 'name') }
  });
  model.show(registration);
  announceRegistration(registration, options);
  return registration.id;
}

/** Undefined where the gateway finds it by itself; null where the user cancels. */
async function variableOf(
  run: RunDetail,
  args: ReadonlyPartialJSONObject,
  { trans }: IOptions
): Promise<string | undefined | null> {
  const named = textOf(args, 'variable');
  if (named || run.models.length < 2) {
    return named;
  }
  const labels = run.models.map(({ variable, type }) => `${variable} (${type})`);
  const { value } = await InputDialog.getItem({
    title: trans.__('This run trained several models. Which one?'),
    items: labels
  });
  return run.models[labels.indexOf(value ?? '')]?.variable ?? null;
}

/** The run that was named, else the newest finished one of the notebook in front, else of all. */
async function runOf(
  args: ReadonlyPartialJSONObject,
  { gateway, pipeline, runs, trans }: IOptions
): Promise<RunDetail> {
  const { path } = pipeline;
  const finished = runs.runs.filter(({ state }) => state === 'succeeded');
  const own = path
    ? finished.filter(({ notebook }) => isSameFile(notebook, path))
    : finished;
  const id = textOf(args, 'run') ?? pipeline.executed?.run ?? own[0]?.id;
  if (!id) {
    throw new MlopsError('refused', {
      code: 'no-finished-run',
      message: path
        ? trans.__('%1 has no finished run.', fileName(path))
        : trans.__('There is no finished run.'),
      action: trans.__(
        'Run the notebook as a pipeline first: a version is made from what a run has computed.'
      )
    });
  }
  return gateway.client.call('getRun', { params: { id } });
}
