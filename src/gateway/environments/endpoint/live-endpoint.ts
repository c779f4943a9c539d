import type { Logger } from 'pino';

import type { Health } from '../../../contract/environment';
import type { ApiError } from '../../../contract/error';
import { MlopsError } from '../../../contract/mlops-error';
import { toApiError } from '../../jobs/jobs';
import type { IModels } from '../../models/port';
import type { IModelServer, IServedModel } from '../../serving/port';
import type { IDeclaredRelease } from '../manifests/release-reader';
import { answerGolden, readGolden } from './golden';
import { ServingSlot, type StartingPlaces } from './serving-slot';

/** What Git declares for one endpoint. */
export interface IWanted {
  /** Null where its files cannot be used: what serves goes on serving. */
  release: IDeclaredRelease | null;
  error: ApiError | null;
  revision: string;
}

/** How far an endpoint has come with what Git declares. */
export type Progress =
  { state: 'pending' | 'served' | 'superseded' } | { state: 'failed'; error: ApiError };

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
    const sameDigest = wanted?.release?.digest === this._wanted?.release?.digest;
    if (wanted?.revision !== this._wanted?.revision || !sameDigest) {
      this._failure = null;
      this._failures = 0;
    }
    if (!sameDigest) {
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
    return release !== undefined && release?.digest === this.served?.digest;
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
        message: `${this.model} does not answer in ${this.environment} on this computer at the moment.`,
        cause: this.error?.message ?? 'Its model server is being started.',
        action: this.error?.action ?? 'Try again in a few seconds.'
      });
    }
    return this._slot.use(request);
  }

  /** Resolves when the release serves, cannot serve, or is not what Git declares any more. */
  async reached(release: IDeclaredRelease, signal: AbortSignal): Promise<Progress> {
    for (;;) {
      signal.throwIfAborted();
      const progress = this._progress(release);
      if (progress.state !== 'pending') {
        return progress;
      }
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

  private _progress(release: IDeclaredRelease): Progress {
    const declared = this._wanted?.release;
    if (declared?.digest !== release.digest || declared.app !== release.app) {
      return { state: 'superseded' };
    }
    if (this.synced) {
      return { state: 'served' };
    }
    return this._failure
      ? { state: 'failed', error: this._failure }
      : { state: 'pending' };
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
      this._working = this._replace(this._wanted.release).finally(() => {
        this._working = undefined;
        this._advance();
        this._changed();
      });
    }
  }

  private async _replace(release: IDeclaredRelease): Promise<void> {
    const abort = new AbortController();
    this._starting = abort;
    try {
      const slot = new ServingSlot(await this._start(release, abort.signal));
      if (this._closed || this._wanted?.release?.digest !== release.digest) {
        await slot.retire(0);
        return;
      }
      this._take(slot);
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
    signal: AbortSignal
  ): Promise<IServedModel> {
    const { models, modelServer, places, log } = this._options;
    const version = models.byDigest(release.digest);
    if (!version || version.model !== this.model) {
      throw new MlopsError('not-found', {
        code: 'digest-unknown',
        message: `${this.environment} declares a digest for ${this.model} that is none of its registered versions.`,
        cause: release.digest,
        action: 'Correct or revert the commit, or register the model first.'
      });
    }
    return places.use(async () => {
      signal.throwIfAborted();
      const served = await modelServer.serve(version, {
        signal,
        progress: detail => log.info({ model: this.model }, detail)
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
    });
  }

  /** Traffic moves here at once; the old server stops after its last request. */
  private _take(slot: ServingSlot): void {
    this._retire();
    this._slot = slot;
    this._since = Date.now();
    void slot.served.ended.then(({ reason }) => this._ended(slot, reason));
    this._options.onServing(this);
  }

  private _ended(slot: ServingSlot, reason: string): void {
    if (slot.retired || this._slot !== slot || this._closed) {
      return;
    }
    this._slot = null;
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
    modelServer: IModelServer;
    /** Shared by all endpoints. */
    places: StartingPlaces;
    log: Logger;
    /** Called when a version has begun to answer. */
    onServing(endpoint: LiveEndpoint): void;
    /** Called after each change of health, version or error. */
    onChanged(endpoint: LiveEndpoint): void;
  }
}
