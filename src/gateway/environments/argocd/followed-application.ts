import type { ApiError } from '../../../contract/error';
import { MlopsError } from '../../../contract/mlops-error';
import type { KubeClient } from '../../kube/kube-client';
import type { IApplication } from './application';
import type { ApplicationState } from './application-state';
import { applicationName, STILL_DIFFERS } from './application-words';
import { askRefresh, type Asked } from './ask-refresh';
import type { ITimeLimits } from './time-limits';

type Waiting = Extract<ApplicationState, { state: 'waiting' }>;

const NOT_DONE: Record<Waiting['until'], string> = {
  compared: 'seen the commit',
  synced: 'applied the commit',
  healthy: 'found the objects healthy that the commit declares'
};

/** One Application on its way to the wanted commit: what it was asked, and since when it is waited for. */
export class FollowedApplication {
  readonly name: string;
  readonly uid: string;

  constructor(
    private readonly _client: KubeClient,
    private readonly _limits: ITimeLimits,
    application: IApplication
  ) {
    this.name = applicationName(application);
    this.uid = application.uid;
  }

  /** Asks for a look where the commit was not seen, and again where a look did not find it. */
  async ask(application: IApplication, state: ApplicationState): Promise<void> {
    const isOld = state.state === 'waiting' && state.until === 'compared';
    if (isOld && !application.isSkipped && this._isDue(application)) {
      this._askedAt = performance.now();
      this._asked = await askRefresh(this._client, application);
    }
  }

  /**
   * What stands in the way, also that Argo CD does not answer.
   *
   * @throws MlopsError `argocd-not-in-time`
   */
  trouble(application: IApplication, state: Waiting): ApiError | null {
    const trouble = state.trouble ?? this._refreshTrouble(application, state);
    this._checkTime(state, trouble);
    return this._isPassing(trouble) ? null : trouble;
  }

  /** Differences right after a commit was applied: the next comparison tells whether they stay. */
  private _isPassing(trouble: ApiError | null): boolean {
    if (trouble?.code !== STILL_DIFFERS) {
      this._differsSince = null;
      return false;
    }
    const now = performance.now();
    this._differsSince ??= now;
    return now - this._differsSince < this._limits.agrees;
  }

  private _isDue(application: IApplication): boolean {
    if (this._asked === null) {
      return true;
    }
    const passed = performance.now() - this._askedAt;
    return passed > this._limits.askedAgain && this._isAnswered(application);
  }

  /** The request was taken away, in a version after the one that carried it. */
  private _isAnswered({ refreshing, version }: IApplication): boolean {
    if (this._asked === null || 'refused' in this._asked) {
      return true;
    }
    return !refreshing && isNewer(version, this._asked.version);
  }

  private _refreshTrouble(application: IApplication, state: Waiting): ApiError | null {
    if (state.until !== 'compared' || this._asked === null) {
      return null;
    }
    if ('refused' in this._asked) {
      return this._asked.refused;
    }
    const passed = performance.now() - this._askedAt;
    if (passed < this._limits.acknowledged || this._isAnswered(application)) {
      return null;
    }
    return {
      code: 'argocd-silent',
      message: `Argo CD was asked to look at ${this.name} and has not done so for ${duration(passed)}.`,
      cause:
        'Its controller does not run, has much to do, or does not serve this Application.',
      action: 'Ask who keeps Argo CD to look at its application controller.'
    };
  }

  /** From when it was first waited for that: back and forth gives no more time. */
  private _checkTime({ until }: Waiting, trouble: ApiError | null): void {
    const now = performance.now();
    const since = this._since.get(until) ?? now;
    this._since.set(until, since);
    if (now - since > this._limits[until]) {
      throw notInTime(this.name, until, this._limits[until], trouble);
    }
  }

  private _asked: Asked | null = null;
  private _askedAt = 0;
  private _differsSince: number | null = null;
  private readonly _since = new Map<Waiting['until'], number>();
}

/** Argo CD has taken longer than it may. */
export function notInTime(
  name: string,
  until: Waiting['until'],
  limit: number,
  trouble: ApiError | null
): MlopsError {
  return new MlopsError('failed', {
    code: 'argocd-not-in-time',
    message: `Argo CD has not ${NOT_DONE[until]} for ${name} within ${duration(limit)}.`,
    cause: [trouble?.message, trouble?.cause].filter(Boolean).join(' ') || undefined,
    action:
      trouble?.action ??
      'Look at the Application in Argo CD. The commit stays: it may still be applied.',
    details: { until, trouble }
  });
}

/** Resource versions grow; where they are no numbers, any other one counts as newer. */
function isNewer(version: string, than: string): boolean {
  return /^\d+$/.test(version) && /^\d+$/.test(than)
    ? BigInt(version) > BigInt(than)
    : version !== than;
}

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}
