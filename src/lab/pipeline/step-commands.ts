import type { INotebookModel, INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { MlopsError } from '../../contract/mlops-error';
import type { Pipeline, Step } from '../../contract/pipeline';
import { CommandIDs } from '../command-ids';
import { describe, text, textOf } from '../elements/command-args';
import { settingsIcon } from '../elements/icons';
import { telling } from '../elements/notify';
import type { PipelineModel } from './model';
import { FIELDS, formOf, invalidFields, type IStepForm } from './step-settings';
import { canBeNamed, metadataOf, writeStep } from './step-writer';

interface IOptions {
  commands: CommandRegistry;
  tracker: INotebookTracker;
  model: PipelineModel;
  trans: TranslationBundle;
}

/** Names steps and sets what they need: the only thing that writes into the notebook. */
export function addStepCommands(options: IOptions): void {
  const { commands, model, trans } = options;
  commands.addCommand(CommandIDs.setStep, {
    label: trans.__('Step Settings…'),
    caption: trans.__(
      'Name, image, resources, retries, time limit and cache of a step'
    ),
    icon: settingsIcon,
    describedBy: describe({
      step: text('Id of the step; that of the active cell where absent'),
      name: text('Its name'),
      image: text('Image that runs it, by digest'),
      cpu: text('Processors, such as 500m or 2'),
      memory: text('Memory, such as 512Mi or 4Gi'),
      retries: text('How often it is tried again, 0 to 10'),
      timeoutSeconds: text('Time limit in seconds'),
      cache: text('automatic, reuse or run-again')
    }),
    isEnabled: () => model.path !== null && model.pipeline !== null,
    execute: args => telling(() => setStep(args, options))
  });
  model.stateChanged.connect(() => commands.notifyCommandChanged(CommandIDs.setStep));
}

async function setStep(
  args: ReadonlyPartialJSONObject,
  { tracker, model, trans }: IOptions
): Promise<void> {
  const notebook = tracker.currentWidget?.content.model;
  const { pipeline } = model;
  const step = pipeline && stepOf(args, pipeline, model.activeCell);
  if (!notebook || !pipeline || !step || model.path === null) {
    throw new MlopsError('refused', {
      code: 'step-missing',
      message: trans.__('No notebook with steps is in front.'),
      action: trans.__('Open one, and select a cell of the step.')
    });
  }
  const before = formOf(step, metadataOf(notebook, step, pipeline));
  const given = { ...before, ...formIn(args) };
  const nameable = canBeNamed(pipeline);
  const form = hasForm(args) ? given : await ask(before, nameable, trans);
  if (form) {
    check(form, before, nameable, trans);
    write(notebook, step, pipeline, form, model);
  }
}

async function ask(
  form: IStepForm,
  nameable: boolean,
  trans: TranslationBundle
): Promise<IStepForm | null> {
  const { askStep } = await import('./step-form');
  return askStep({ form, canBeNamed: nameable, trans });
}

function write(
  notebook: INotebookModel,
  step: Step,
  pipeline: Pipeline,
  form: IStepForm,
  model: PipelineModel
): void {
  writeStep(notebook, step, pipeline, form);
  const isNamed = form.name.trim() !== step.title;
  if (isNamed && model.split !== undefined && model.split !== 'tags') {
    // Names would not show while the cells are split by something else.
    model.chooseSplit('tags');
  }
}

/** @throws MlopsError `step-setting-invalid` that names the setting. */
function check(
  form: IStepForm,
  before: IStepForm,
  nameable: boolean,
  trans: TranslationBundle
): void {
  const [invalid] = invalidFields(form);
  if (invalid) {
    throw new MlopsError('refused', {
      code: 'step-setting-invalid',
      message: trans.__('“%1” is no value for %2.', form[invalid], invalid)
    });
  }
  if (!nameable && form.name.trim() !== before.name) {
    throw new MlopsError('refused', {
      code: 'step-not-nameable',
      message: trans.__('The step %1 cannot be named.', before.name),
      cause: trans.__('The cells of a step that is named must follow one another.')
    });
  }
}

function stepOf(
  args: ReadonlyPartialJSONObject,
  { steps }: Pipeline,
  activeCell: number
): Step | undefined {
  const named = textOf(args, 'step');
  return steps.find(({ id, cells }) =>
    named ? id === named : cells.some(({ index }) => index === activeCell)
  );
}

function hasForm(args: ReadonlyPartialJSONObject): boolean {
  return FIELDS.some(field => args[field] !== undefined);
}

function formIn(args: ReadonlyPartialJSONObject): Partial<IStepForm> {
  return Object.fromEntries(
    FIELDS.filter(field => args[field] !== undefined).map(field => [
      field,
      String(args[field])
    ])
  );
}
