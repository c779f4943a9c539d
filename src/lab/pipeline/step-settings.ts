import type { PartialJSONObject } from '@lumino/coreutils';

import type { Step } from '../../contract/pipeline';

/** What the form of a step holds: text as typed, empty where the step says nothing. */
export interface IStepForm {
  name: string;
  image: string;
  cpu: string;
  memory: string;
  retries: string;
  timeoutSeconds: string;
  cache: CacheChoice;
}

/** `automatic` runs a step again where its code shows that it must. */
export type CacheChoice = 'automatic' | 'reuse' | 'run-again';

export type StepField = keyof IStepForm;

/** `metadata.mlops` of a cell, as the converter reads it. */
export type StepMetadata = PartialJSONObject;

/** The form of a step as its cell says it now; what the cell leaves out stays empty. */
export function formOf(step: Step, metadata: StepMetadata): IStepForm {
  const shown = (name: string): string => {
    const value = metadata[name];
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  return {
    name: step.title,
    image: step.image ?? '',
    cpu: step.resources?.cpu ?? '',
    memory: step.resources?.memory ?? '',
    retries: shown('retries'),
    timeoutSeconds: shown('timeoutSeconds'),
    cache:
      metadata.cache === true
        ? 'reuse'
        : metadata.cache === false
          ? 'run-again'
          : 'automatic'
  };
}

const MOST_RETRIES = 10;
const FORMS: Record<StepField, RegExp> = {
  name: /\S/,
  image: /^(?:[^\s]+)?$/,
  cpu: /^(?:\d+(?:\.\d+)?m?)?$/,
  memory: /^(?:\d+(?:\.\d+)?(?:[KMGT]i?|k)?)?$/,
  retries: /^\d*$/,
  timeoutSeconds: /^(?:\d+(?:\.\d+)?)?$/,
  cache: /^(?:automatic|reuse|run-again)$/
};

/** The fields that hold no value of theirs. */
export function invalidFields(form: IStepForm): StepField[] {
  return FIELDS.filter(field => {
    const text = form[field].trim();
    return (
      !FORMS[field].test(text) ||
      (field === 'retries' && Number(text) > MOST_RETRIES) ||
      (field === 'timeoutSeconds' && text !== '' && Number(text) <= 0)
    );
  });
}

export const FIELDS: readonly StepField[] = [
  'name',
  'image',
  'cpu',
  'memory',
  'retries',
  'timeoutSeconds',
  'cache'
];

/** The metadata with what the form says; what is not ours stays, what was emptied goes. */
export function withForm(metadata: StepMetadata, form: IStepForm): StepMetadata {
  const {
    image: _image,
    cpu: _cpu,
    memory: _memory,
    retries: _retries,
    timeoutSeconds: _timeout,
    cache: _cache,
    ...others
  } = metadata;
  return {
    ...others,
    ...filled('image', form.image.trim()),
    ...filled('cpu', form.cpu.trim()),
    ...filled('memory', form.memory.trim()),
    ...(form.retries.trim() === '' ? {} : { retries: Number(form.retries) }),
    ...(form.timeoutSeconds.trim() === ''
      ? {}
      : { timeoutSeconds: Number(form.timeoutSeconds) }),
    ...(form.cache === 'automatic' ? {} : { cache: form.cache === 'reuse' })
  };
}

function filled(name: string, value: string): StepMetadata {
  return value === '' ? {} : { [name]: value };
}
