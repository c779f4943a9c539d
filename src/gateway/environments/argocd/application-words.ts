import type { ApiError } from '../../../contract/error';
import { withoutSecrets } from '../../kube/without-secrets';
import type { Condition, IApplication, Source } from './application';
import type { IPlace } from './covered-place';

/** What a condition means; Argo CD's own words are the cause. Warnings are none of these. */
const MEANING: Record<string, string | undefined> = {
  ComparisonError: 'cannot read what Git declares, or what runs',
  InvalidSpecError: 'does not accept the settings of',
  SyncError: 'could not apply what Git declares for',
  UnknownError: 'has a problem of its own with'
};

/** Applied, and not what Git declares. */
export const STILL_DIFFERS = 'argocd-still-differs';

/** `team/bike` as sentences name an Application. */
export function applicationName({
  namespace,
  name
}: Pick<IApplication, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** The first condition that stands in the way; null where none does. */
export function conditionError(application: IApplication): ApiError | null {
  const found = application.conditions.find(({ type }) => MEANING[type]);
  return found ? toError(found, applicationName(application)) : null;
}

/** Whether Argo CD says that it will not try again by itself. */
export function hasGivenUp({ conditions }: IApplication): Condition | undefined {
  return conditions.find(
    ({ type, message }) =>
      type === 'SyncError' &&
      /^(Failed last sync attempt|Skipping sync attempt)/.test(message)
  );
}

function toError({ type, message }: Condition, name: string): ApiError {
  const code = type.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  return {
    code: `argocd-${code}`,
    message:
      type === 'ComparisonError'
        ? `Argo CD ${MEANING[type]}, for ${name}.`
        : `Argo CD ${MEANING[type]} ${name}.`,
    cause: quoted(message),
    action: 'Remove what the cause names; Argo CD then tries again.'
  };
}

export function syncFailed(application: IApplication, words: string): ApiError {
  return {
    code: 'argocd-sync-failed',
    message: `Argo CD could not apply what Git declares for ${applicationName(application)}, and does not try again by itself.`,
    cause: quoted(words),
    action: 'Correct what the cause names with a commit, or sync it in Argo CD.'
  };
}

export function deleted(name: string): ApiError {
  return {
    code: 'argocd-application-deleted',
    message: `The Application ${name} was deleted while Argo CD was to apply this commit.`,
    action:
      'Ask whoever deleted it; a new Application for the folder goes on from there.'
  };
}

export function elsewhere(application: IApplication, place: IPlace): ApiError {
  const now = application.sources.map(sourceWords).join('; ');
  return {
    code: 'argocd-application-elsewhere',
    message: `The Application ${applicationName(application)} does not take ${place.folder} of ${place.branch} any more: it was changed in the meantime.`,
    cause: now ? `Now it takes ${now}.` : 'Now it has no source.',
    action: 'Point it back, or make another Application for the folder.'
  };
}

export function skipped(application: IApplication): ApiError {
  return {
    code: 'argocd-application-skipped',
    message: `Argo CD was told to leave the Application ${applicationName(application)} alone.`,
    cause: 'It has the annotation argocd.argoproj.io/skip-reconcile.',
    action: 'Take the annotation away when that is not wanted any more.'
  };
}

export function notAutomated(application: IApplication): ApiError {
  return {
    code: 'argocd-not-automated',
    message: `Argo CD sees the commit and does not apply it: automated sync is off for ${applicationName(application)}.`,
    action: 'Sync it in Argo CD, or turn automated sync on there.'
  };
}

export function neverAgrees(application: IApplication): ApiError {
  const differing = application.differing.map(({ name }) => name).join(', ');
  return {
    code: STILL_DIFFERS,
    message: `Argo CD has applied the commit for ${applicationName(application)}, and still finds differences.`,
    cause: differing ? `They are in ${differing}.` : undefined,
    action:
      'Something else changes these objects, such as a controller: write them as it keeps them.'
  };
}

export function unhealthy(application: IApplication): ApiError {
  return {
    code: 'argocd-unhealthy',
    message: `Argo CD has applied the commit; it calls ${applicationName(application)} ${application.health}.`,
    action: 'Look at its objects in Argo CD; it is waited for.'
  };
}

/** Argo CD's words without credentials, and not by the page. */
export function quoted(words: string): string | undefined {
  return withoutSecrets(words) || undefined;
}

function sourceWords({ repository, revision, path }: Source): string {
  const where = withoutSecrets(repository);
  return `${path || 'the root'} of ${revision || 'the default branch'} of ${where}`;
}
