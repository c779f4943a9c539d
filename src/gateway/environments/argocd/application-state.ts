import type { ApiError } from '../../../contract/error';
import type { IApplication } from './application';
import {
  applicationName,
  conditionError,
  deleted,
  elsewhere,
  hasGivenUp,
  neverAgrees,
  notAutomated,
  quoted,
  skipped,
  syncFailed,
  unhealthy
} from './application-words';
import { coveringSource, sameSource, type IPlace } from './covered-place';

/**
 * Whether a revision is the wanted commit or one that builds upon it; undefined where Git could not
 * be asked.
 */
export type Holds = (revision: string) => boolean | undefined;

/** How far one Application is with the wanted commit. */
export type ApplicationState =
  | {
      state: 'waiting';
      /** What for. */
      until: 'compared' | 'synced' | 'healthy';
      message: string;
      trouble: ApiError | null;
    }
  /** That it is applied; nothing about the model. */
  | { state: 'applied'; revision: string; leftovers: string[] }
  | { state: 'failed'; error: ApiError };

const RUNNING = ['Running', 'Terminating'];
const UNSUCCESSFUL = ['Failed', 'Error'];

/** Judges an Application as it is now; pure. */
export function applicationState(
  application: IApplication,
  place: IPlace,
  holds: Holds
): ApplicationState {
  const name = applicationName(application);
  if (application.deleting) {
    return { state: 'failed', error: deleted(name) };
  }
  const index = coveringSource(application, place);
  if (index === null) {
    return { state: 'failed', error: elsewhere(application, place) };
  }
  const { sync, operation } = application;
  const revision = comparedRevision(application, index);
  const isCompared = revision !== null && holds(revision) === true;
  const attempted = revisionAt(operation?.revisions, index);
  const isAttempted = attempted !== null && holds(attempted) === true;
  const isRunning = isAttempted && RUNNING.includes(operation?.phase ?? '');
  const leftovers = onlyLeftovers(application);
  if (isCompared && !isRunning && (sync.status === 'Synced' || leftovers.length > 0)) {
    return application.health === 'Healthy'
      ? { state: 'applied', revision, leftovers }
      : waitingForHealth(application);
  }
  const failure = failureOf(application, { isCompared, isAttempted });
  if (failure) {
    return { state: 'failed', error: failure };
  }
  return isCompared || isRunning
    ? waitingForSync(application, { isRunning, isAttempted })
    : waitingForComparison(application, revision);
}

/** The revision that the last comparison was about; null where it was about another source. */
export function comparedRevision(
  { sources, sync }: IApplication,
  index: number
): string | null {
  const before = sync.comparedTo.at(index);
  return before && !sameSource(before, sources[index])
    ? null
    : revisionAt(sync.revisions, index);
}

/** All revisions that a judgement asks about. */
export function askedRevisions(application: IApplication, place: IPlace): string[] {
  const index = coveringSource(application, place);
  return index === null
    ? []
    : [application.sync.revisions, application.operation?.revisions]
        .map(revisions => revisionAt(revisions, index))
        .filter(revision => revision !== null);
}

function revisionAt(revisions: string[] | undefined, index: number): string | null {
  return revisions?.at(index) || null;
}

/** What differs, where all of it is only not declared any more: without pruning it stays so for ever. */
function onlyLeftovers({ sync, differing }: IApplication): string[] {
  const all = sync.status === 'OutOfSync' && differing.every(one => one.onlyPruning);
  return all ? differing.map(({ name }) => name) : [];
}

function failureOf(
  application: IApplication,
  { isCompared, isAttempted }: { isCompared: boolean; isAttempted: boolean }
): ApiError | null {
  const { operation } = application;
  if (isAttempted && operation && UNSUCCESSFUL.includes(operation.phase)) {
    return syncFailed(application, operation.message);
  }
  const given = isCompared ? hasGivenUp(application) : undefined;
  return given ? syncFailed(application, given.message) : null;
}

function waitingForComparison(
  application: IApplication,
  revision: string | null
): ApplicationState {
  const seen = revision === null ? '' : `; so far it has seen ${revision.slice(0, 7)}`;
  return {
    state: 'waiting',
    until: 'compared',
    message: `Waiting for Argo CD to see the commit for ${applicationName(application)}${seen}.`,
    trouble: application.isSkipped ? skipped(application) : conditionError(application)
  };
}

function waitingForSync(
  application: IApplication,
  { isRunning, isAttempted }: { isRunning: boolean; isAttempted: boolean }
): ApplicationState {
  const { automated, operation } = application;
  const said = isRunning && operation ? quoted(operation.message) : undefined;
  const isDone = isAttempted && operation?.phase === 'Succeeded';
  return {
    state: 'waiting',
    until: 'synced',
    message: `Waiting for Argo CD to apply the commit for ${applicationName(application)}${said ? `: ${said}` : '.'}`,
    trouble:
      conditionError(application) ??
      (isRunning
        ? null
        : isDone
          ? neverAgrees(application)
          : automated
            ? null
            : notAutomated(application))
  };
}

function waitingForHealth(application: IApplication): ApplicationState {
  const { health } = application;
  return {
    state: 'waiting',
    until: 'healthy',
    message: `Argo CD has applied the commit for ${applicationName(application)} and waits for its objects (${health}).`,
    trouble: ['Degraded', 'Suspended', 'Missing'].includes(health)
      ? unhealthy(application)
      : conditionError(application)
  };
}
