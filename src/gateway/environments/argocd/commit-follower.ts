import type { Logger } from 'pino';

import { MlopsError } from '../../../contract/mlops-error';
import type { KubeClient } from '../../kube/kube-client';
import type { IApplied, IReconcileNews } from '../reconciler/port';
import type { IApplication } from './application';
import { ApplicationLists } from './application-lists';
import { findApplicationSet } from './application-set';
import {
  applicationState,
  askedRevisions,
  type ApplicationState
} from './application-state';
import { deleted } from './application-words';
import { coveringSource, type IPlace } from './covered-place';
import { FollowedApplication, notInTime } from './followed-application';
import type { KnownRevisions } from './known-revisions';
import type { ITimeLimits } from './time-limits';

/** Time limits are looked at so often, in milliseconds, also where nothing changes. */
const TICK = 1000;

/** Follows all Applications that take one folder to one commit. */
export class CommitFollower {
  constructor(options: CommitFollower.IOptions) {
    this._options = options;
    const { client, places, log, signal } = options;
    const changed = (): void => this._wake();
    this._lists = new ApplicationLists({ client, places, changed, log });
    void this._lists.ready().then(() => {
      this._isReady = true;
      changed();
    });
    signal.addEventListener('abort', changed, { once: true });
  }

  /** @throws MlopsError where the commit will not be applied, or was not in time */
  async follow(): Promise<IApplied> {
    const { signal } = this._options;
    for (;;) {
      signal.throwIfAborted();
      const changed = new Promise<void>(resolve => (this._wake = resolve));
      const applied = await this._look();
      if (applied) {
        return applied;
      }
      await soon(changed);
    }
  }

  async close(): Promise<void> {
    await this._lists.close();
  }

  private async _look(): Promise<IApplied | null> {
    this._followNew();
    if (this._followed.size === 0) {
      await this._waitForFirst();
      return null;
    }
    const judged: IJudged[] = [];
    for (const followed of this._followed.values()) {
      judged.push(await this._judge(followed));
    }
    const [first] = judged.flatMap(one => this._newsOf(one));
    if (first) {
      this._publish(first);
      return null;
    }
    return appliedBy(judged);
  }

  private _followNew(): void {
    const { client, limits, place } = this._options;
    for (const application of this._isReady ? this._lists.applications : []) {
      const { uid, deleting } = application;
      const isNew = !deleting && !this._followed.has(uid);
      if (isNew && coveringSource(application, place) !== null) {
        this._followed.set(uid, new FollowedApplication(client, limits, application));
      }
    }
  }

  private async _judge(followed: FollowedApplication): Promise<IJudged> {
    const { place, revisions } = this._options;
    const application = this._lists.applications.find(
      ({ uid }) => uid === followed.uid
    );
    if (!application) {
      throw new MlopsError('failed', deleted(followed.name));
    }
    await revisions.learn(askedRevisions(application, place));
    const state = applicationState(application, place, revisions.holds);
    if (state.state === 'failed') {
      throw new MlopsError('failed', state.error);
    }
    await followed.ask(application, state);
    return { followed, application, state };
  }

  private _newsOf({ followed, application, state }: IJudged): IReconcileNews[] {
    if (state.state !== 'waiting') {
      return [];
    }
    const trouble =
      followed.trouble(application, state) ??
      this._lists.problem ??
      this._options.revisions.problem;
    return [{ message: state.message, trouble }];
  }

  /** No Application takes the folder: one may still be made, or none ever will. */
  private async _waitForFirst(): Promise<void> {
    const { client, limits, place, places } = this._options;
    const trouble = this._lists.problem;
    if (performance.now() - this._begun > limits.compared) {
      throw trouble
        ? notInTime(place.folder, 'compared', limits.compared, trouble)
        : this._options.missing(this._set ?? null);
    }
    if (!this._isReady) {
      this._publish({ message: "Reading Argo CD's Applications.", trouble });
      return;
    }
    this._set ??= await findApplicationSet(client, places, place.repository).catch(
      unlessAway
    );
    if (this._set === null) {
      throw this._options.missing(null);
    }
    if (this._set === undefined) {
      return;
    }
    this._publish({
      message: `No Application takes ${place.folder} yet; the ApplicationSet ${this._set} may make one.`,
      trouble
    });
  }

  private _publish(news: IReconcileNews): void {
    const text = JSON.stringify(news);
    if (text !== this._published) {
      this._published = text;
      this._options.onNews(news);
    }
  }

  private readonly _options: CommitFollower.IOptions;
  private readonly _lists: ApplicationLists;
  private readonly _begun = performance.now();
  /** By uid. */
  private readonly _followed = new Map<string, FollowedApplication>();
  private _isReady = false;
  /** The ApplicationSet that may make the Application; undefined before it was looked for. */
  private _set: string | null | undefined;
  private _published = '';
  private _wake: () => void = () => undefined;
}

interface IJudged {
  followed: FollowedApplication;
  application: IApplication;
  state: ApplicationState;
}

function appliedBy(judged: IJudged[]): IApplied | null {
  const applied = judged.flatMap(({ followed, state }) =>
    state.state === 'applied' ? [{ name: followed.name, ...state }] : []
  );
  const [first] = applied;
  return first
    ? {
        revision: first.revision,
        by: applied.map(({ name }) => name),
        leftovers: applied.flatMap(({ leftovers }) => leftovers)
      }
    : null;
}

/** While the cluster cannot be asked, nothing is known. */
function unlessAway(error: unknown): undefined {
  if (!(error instanceof MlopsError && error.kind === 'unavailable')) {
    throw error;
  }
}

async function soon(changed: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    changed,
    new Promise<void>(resolve => (timer = setTimeout(resolve, TICK)))
  ]);
  clearTimeout(timer);
}

export namespace CommitFollower {
  export interface IOptions {
    client: KubeClient;
    places: (string | undefined)[];
    place: IPlace;
    revisions: KnownRevisions;
    limits: ITimeLimits;
    signal: AbortSignal;
    log: Logger;
    onNews(news: IReconcileNews): void;
    /** The error that offers an Application. */
    missing(set: string | null): MlopsError;
  }
}
