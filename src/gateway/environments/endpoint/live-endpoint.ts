import type { Logger } from 'pino';

import type { Health } from '../../../contract/environment';
import type { ApiError } from '../../../contract/error';
import { MlopsError } from '../../../contract/mlops-error';
import { toApiError } from '../../jobs/jobs';
import type { IModels } from '../../models/port';
import type { IModelServer, IServedModel } from '../../serving/port';
import { isUnknown } from '../cluster/unknown-state';
import type { IDeclaredRelease } from '../manifests/release-reader';
import { HERE, isCluster, THIS_COMPUTER, type Target } from '../manifests/target';
import type { Deployed, IDeployNews } from '../promotion/promotion-job';
import { answerGolden, readGolden } from './golden';
import { ServingSlot, type StartingPlaces } from './serving-slot';

/** What Git declares for one endpoint. */
export interface IWanted {
  /** Null where its files cannot be used: what serves goes on serving. */
  release: IDeclaredRelease | null;
  error: ApiError | null;
  revision: string;
  target: Target;
}

const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 60_000;

/** One stable address: brings the model server behind it to what Git declares, without a gap. */
export class LiveEndpoint {
  constructor(
    readonly environment: string,
    readonly model: string,
    private readonly _options: LiveEndpoint.IOptions
  ) {}

  /** Null takes the endpoint down. */
  want(wanted: IWanted | null): void {
    const isSame = identityOf(wanted?.release) === identityOf(this._wanted?.release);
    if (wanted?.revision !== this._wanted?.revision || !isSame) {
      this._failure = null;
      this._failures = 0;
    }
    if (!isSame) {
      this._starting?.abort(new Error('Something else is declared now.'));
    }
    this._wanted = wanted;
    this._advance();
    this._changed();
  }

  get wanted(): IWanted | null {
    return this._wanted;
  }

  /** The version that answers now. */
  get served(): IServedModel | null {
    return this._slot?.served ?? null;
  }

  get error(): ApiError | null {
    return this._wanted?.error ?? this._failure;
  }

  get synced(): boolean {
    const release = this._wanted?.release;
    return Boolean(release) && identityOf(release) === this._identity;
  }

  get health(): Health {
    if (this.error) {
      return 'degraded';
    }
    if (!this._wanted) {
      return 'stopped';
    }
    return this.synced ? 'healthy' : 'progressing';
  }

  /** @throws MlopsError `endpoint-unavailable` where nothing serves. */
  async use<T>(request: (served: IServedModel) => Promise<T>): Promise<T> {
    if (!this._slot) {
      throw new MlopsError('unavailable', {
        code: 'endpoint-unavailable',
        message: `${this.model} does not answer in ${this.environment} on ${this._place} at the moment.`,
        cause: this.error?.message ?? 'Its model server is being started.',
        action: this.error?.action ?? 'Try again in a few seconds.'
      });
    }
    return this._slot.use(request);
  }

  /** Resolves when the release serves, cannot serve, or is not what Git declares any more. */
  async reached(
    release: IDeclaredRelease,
    signal: AbortSignal,
    onNews?: (news: IDeployNews) => void
  ): Promise<Deployed> {
    for (;;) {
      signal.throwIfAborted();
      const decided = this._decided(release);
      if (decided) {
        return decided;
      }
      onNews?.({ message: this._detail, trouble: this._failure ?? this._trouble });
      await new Promise<void>(resolve => {
        const done = (): void => {
          this._listeners.delete(done);
          signal.removeEventListener('abort', done);
          resolve();
        };
        this._listeners.add(done);
        signal.addEventListener('abort', done);
      });
    }
  }

  async close(): Promise<void> {
    this._closed = true;
    clearTimeout(this._timer);
    this._starting?.abort(new Error('The gateway ends.'));
    await this._working;
    this._retire(5_000);
    await Promise.allSettled([...this._retiring]);
  }

  private _decided(release: IDeclaredRelease): Deployed | null {
    const declared = this._wanted?.release;
    if (identityOf(declared) !== identityOf(release) || declared?.app !== release.app) {
      return { state: 'superseded' };
    }
    if (this.synced) {
      return { state: 'served' };
    }
    return this._failure && this._isFinal
      ? { state: 'failed', error: this._failure }
      : null;
  }

  private get _place(): string {
    return this._wanted?.target.name ?? THIS_COMPUTER;
  }

  private _advance(): void {
    if (this._closed || this._working) {
      return;
    }
    if (!this._wanted) {
      this._retire();
      return;
    }
    if (this._wanted.release && !this.synced && !this._failure) {
      clearTimeout(this._timer);
      const { release, target } = this._wanted;
      this._working = this._replace(release, target).finally(() => {
        this._working = undefined;
        this._advance();
        this._changed();
      });
    }
  }

  private async _replace(release: IDeclaredRelease, target: Target): Promise<void> {
    const abort = new AbortController();
    this._starting = abort;
    this._detail = '';
    this._trouble = null;
    try {
      const slot = new ServingSlot(await this._start(release, target, abort.signal));
      const wanted = this._wanted?.release;
      if (this._closed || identityOf(wanted) !== identityOf(release)) {
        await slot.retire(0);
        return;
      }
      this._take(slot, identityOf(release));
    } catch (error) {
      if (!abort.signal.aborted) {
        this._fail(error);
      }
    } finally {
      this._starting = null;
    }
  }

  /** A model server that is ready and has answered its golden request. */
  private async _start(
    release: IDeclaredRelease,
    target: Target,
    signal: AbortSignal
  ): Promise<IServedModel> {
    const { models, serverOf, places } = this._options;
    const version = models.byDigest(release.digest);
    if (!version || version.model !== this.model) {
      throw new MlopsError('not-found', {
        code: 'digest-unknown',
        message: `${this.environment} declares a digest for ${this.model} that is none of its registered versions.`,
        cause: release.digest,
        action: 'Correct or revert the commit, or register the model first.'
      });
    }
    const start = async (): Promise<IServedModel> => {
      signal.throwIfAborted();
      const served = await serverOf(release, target).serve(version, {
        signal,
        progress: (detail, trouble) => this._tell(detail, trouble ?? null)
      });
      try {
        if (version.golden) {
          await answerGolden(served, readGolden(models.json(version.golden)));
        }
        return served;
      } catch (error) {
        await served.stop();
        throw error;
      }
    };
    // A cluster finds room for what it starts by itself.
    return isCluster(target) ? start() : places.use(start);
  }

  private _tell(detail: string, trouble: ApiError | null): void {
    this._options.log.info({ model: this.model }, detail);
    this._detail = detail.replace(/\.?$/, '.');
    this._trouble = trouble;
    this._changed();
  }

  /** Traffic moves here at once; the old server stops after its last request. */
  private _take(slot: ServingSlot, identity: string | null): void {
    this._retire();
    this._slot = slot;
    this._identity = identity;
    this._since = Date.now();
    void slot.served.ended.then(({ reason }) => this._ended(slot, reason));
    this._options.onServing(this);
  }

  private _ended(slot: ServingSlot, reason: string): void {
    if (slot.retired || this._slot !== slot || this._closed) {
      return;
    }
    if (this._starting && isCluster(this._wanted?.target ?? HERE)) {
      // The next version is on its way there: until then pods of the one before answer at the same address.
      // Should it not come, this one is looked for anew.
      this._identity = null;
      return;
    }
    this._slot = null;
    this._identity = null;
    if (Date.now() - this._since > LONGEST_PAUSE) {
      this._failures = 0;
    }
    this._fail(
      new MlopsError('unavailable', {
        code: 'model-server-ended',
        message: `The model server of ${this.model} in ${this.environment} has ended; it is started again.`,
        cause: reason
      })
    );
    this._changed();
  }

  /** Tries again later, more and more rarely: what was missing may come back. */
  private _fail(error: unknown): void {
    this._failure = toApiError(error);
    this._isFinal = !isCluster(this._wanted?.target ?? HERE) || !isUnknown(error);
    this._options.log.warn(
      { environment: this.environment, model: this.model, err: error },
      'an endpoint is not where Git wants it'
    );
    const pause = Math.min(FIRST_PAUSE * 2 ** this._failures, LONGEST_PAUSE);
    this._failures += 1;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => {
      this._failure = null;
      this._advance();
    }, pause);
    this._timer.unref();
  }

  private _retire(patience?: number): void {
    const slot = this._slot;
    this._slot = null;
    this._identity = null;
    if (slot) {
      const stopping = slot
        .retire(patience)
        .catch((error: unknown) =>
          this._options.log.error({ err: error }, 'a model server did not stop')
        )
        .finally(() => this._retiring.delete(stopping));
      this._retiring.add(stopping);
    }
  }

  private _changed(): void {
    [...this._listeners].forEach(listener => listener());
    this._options.onChanged(this);
  }

  private _wanted: IWanted | null = null;
  private _slot: ServingSlot | null = null;
  /** Of the release that the slot serves. */
  private _identity: string | null = null;
  /** What is being done, for people. */
  private _detail = '';
  /** What makes it wait. */
  private _trouble: ApiError | null = null;
  private _isFinal = true;
  private _since = 0;
  private _failure: ApiError | null = null;
  private _failures = 0;
  private _starting: AbortController | null = null;
  private _working: Promise<void> | undefined;
  private _timer: NodeJS.Timeout | undefined;
  private _closed = false;
  private readonly _retiring = new Set<Promise<void>>();
  private readonly _listeners = new Set<() => void>();
}

export namespace LiveEndpoint {
  export interface IOptions {
    models: Pick<IModels, 'byDigest' | 'json'>;
    /** Where it is served. */
    serverOf(release: IDeclaredRelease, target: Target): IModelServer;
    /** Shared by all endpoints. */
    places: StartingPlaces;
    log: Logger;
    /** Called when a version has begun to answer. */
    onServing(endpoint: LiveEndpoint): void;
    /** Called after each change of health, version or error. */
    onChanged(endpoint: LiveEndpoint): void;
  }
}

/** What must be the same for a release to be served already. */
function identityOf(release: IDeclaredRelease | null | undefined): string | null {
  return release
    ? [release.digest, release.images?.model, release.images?.server].join()
    : null;
}
