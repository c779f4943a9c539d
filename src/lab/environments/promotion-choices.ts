import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { MlopsError } from '../../contract/mlops-error';
import type { ModelVersion } from '../../contract/model';
import { numberOf, textOf } from '../elements/command-args';
import { isSameFile } from '../runs/server-path';
import type { IEnvironments, ILivePipeline, IModels } from '../tokens';

/** Where commands look for what their arguments leave out. */
export interface IChoices {
  environments: IEnvironments;
  models: IModels;
  pipeline: ILivePipeline;
  trans: TranslationBundle;
}

/** The promotion that was named, else the only one that waits, else the one that the user picks. */
export async function waitingOf(
  args: ReadonlyPartialJSONObject,
  { environments, trans }: IChoices
): Promise<string | undefined> {
  const named = textOf(args, 'promotion');
  if (named) {
    return named;
  }
  const waiting = environments.promotions.filter(({ state }) => state === 'waiting');
  if (waiting.length === 0) {
    throw new MlopsError('refused', {
      code: 'nothing-waits',
      message: trans.__('No promotion waits for an approval.')
    });
  }
  if (waiting.length === 1) {
    return waiting[0].id;
  }
  const labels = waiting.map(({ model, version, environment, actor: by }, index) =>
    trans.__('%1. %2 v%3 to %4, by %5', index + 1, model, version, environment, by.name)
  );
  const { value } = await InputDialog.getItem({
    title: trans.__('Which promotion?'),
    items: labels
  });
  return waiting[labels.indexOf(value ?? '')]?.id;
}

/** The version that was named, else the newest of the model of the notebook in front. */
export function versionOf(
  args: ReadonlyPartialJSONObject,
  { models, pipeline, trans }: IChoices
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
  const { path, executed } = pipeline;
  const own = ready.find(({ lineage }) =>
    executed
      ? lineage.run === executed.run
      : path !== null && isSameFile(lineage.notebook, path)
  );
  const version = own ?? ready[0];
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
export function nextEnvironment(
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
  { environments, trans }: Pick<IChoices, 'environments' | 'trans'>
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
