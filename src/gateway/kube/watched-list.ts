import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import type { ApiError } from '../../contract/error';
import { MlopsError } from '../../contract/mlops-error';
import { toApiError } from '../jobs/jobs';
import { Backoff } from './backoff';
import { ChangeBatch } from './change-batch';
import type { KubeClient } from './kube-client';
import type { KubeObject } from './kube-object';
import { watchStream, type IWatched, type WatchEvent } from './watch-stream';
import {
  emptyWatchState,
  reduceWatch,
  type Change,
  type IWatchEntry,
  type IWatchState,
  type WatchInput
} from './watch-state';

/** After so many failures in a row the version is not trusted any more, and a list is read. */
const FAILURES_UNTIL_LIST = 3;
/** What a first failure by these needs no pause for. */
const IMMEDIATELY = new Set(['cluster-list-expired', 'cluster-silent']);
/** A watch that ended sooner than this was turned away. */
const LIVED = 1000;

const DEFAULT_TIMING: WatchedList.ITiming = {
  batch: 100,
  lasts: 240,
  silence: 90_000,
  resync: 30 * 60_000,
  retryFirst: 500,
  retryLongest: 30_000
};

/** How a watched list is doing. */
export interface IWatchHealth {
  /** `retrying`: what is shown may be old; `problem` says why. */
  state: 'starting' | 'live' | 'retrying' | 'closed';
  problem: ApiError | null;
}

/**
 * The objects of one kind as they are now, kept by list and watch. It outlives dropped and silent
 * connections, versions that are too old, and restarts of the API server; nothing is missed and
 * nothing told twice. Only what `read` takes of an object is kept.
 */
export class WatchedList<T> {
  constructor(options: WatchedList.IOptions<T>) {
    this._options = options;
    this._timing = { ...DEFAULT_TIMING, ...options.timing };
    this._backoff = new Backoff(this._timing.retryFirst, this._timing.retryLongest);
    this._batch = new ChangeBatch(this._timing.batch, changes => this._tell(changes));
    this._loop = this._run();
  }

  /** Resolves when the first list was read; until then nothing is known. */
  get ready(): Promise<void> {
    return this._ready.promise;
  }

  get health(): IWatchHealth {
    return this._health;
  }

  get items(): T[] {
    return [...this._state.entries.values()].map(({ item }) => item);
  }

  get(name: string, namespace = this._options.watched.namespace): T | undefined {
    return this._state.entries.get(keyOf(name, namespace))?.item;
  }

  /** Tries at once instead of waiting: the user has logged in, say. */
  retry(): void {
    this._wake.abort();
  }

  /** Ends the watch; what had changed until then is still told. */
  async close(): Promise<void> {
    this._closed.abort();
    this._wake.abort();
    await this._loop;
    this._batch.flush();
    this._setHealth({ state: 'closed', problem: null });
  }

  private async _run(): Promise<void> {
    while (!this._closed.signal.aborted) {
      try {
        await this._once();
      } catch (error) {
        if (!this._closed.signal.aborted) {
          await this._recover(error);
        }
      }
    }
    // Who waits for a list that will never be read must not wait for ever.
    this._ready.resolve();
  }

  private async _once(): Promise<void> {
    const now = performance.now();
    const { resourceVersion } = this._state;
    if (resourceVersion === null || now - this._listedAt > this._timing.resync) {
      await this._list();
      this._listedAt = now;
    }
    await this._watch();
  }

  private async _list(): Promise<void> {
    const { client, watched } = this._options;
    const { resource, namespace, ...selectors } = watched;
    const entries: IWatchEntry<T>[] = [];
    const resourceVersion = await client.list(
      resource,
      namespace,
      object => entries.push(this._entry(object)),
      { ...selectors, pageSize: this._pageSize, signal: this._closed.signal }
    );
    this._pageSize = undefined;
    this._apply({ type: 'listed', entries, resourceVersion });
    this._setHealth({ state: 'live', problem: null });
    this._ready.resolve();
  }

  private async _watch(): Promise<void> {
    const { client, watched } = this._options;
    const { lasts, silence } = this._timing;
    const started = performance.now();
    const events = watchStream(client, watched, this._state.resourceVersion ?? '', {
      // Spread, so that many watches do not all begin anew at once.
      lasts: Math.ceil(lasts * (1 + Math.random())),
      silence,
      signal: this._closed.signal
    });
    try {
      for await (const event of events) {
        this._setHealth({ state: 'live', problem: null });
        if (event.type !== 'opened') {
          this._backoff.reset();
          this._apply(this._input(event));
        }
      }
    } finally {
      if (performance.now() - started > LIVED) {
        this._backoff.reset();
      }
    }
    // It ended in peace. One that ends at once would else be opened again and again.
    if (performance.now() - started <= LIVED) {
      await this._wait(this._backoff.next());
    }
  }

  private async _recover(error: unknown): Promise<void> {
    const problem = toApiError(error);
    const first = this._backoff.failures === 0;
    const milliseconds = this._backoff.next();
    if (problem.code === 'cluster-list-expired') {
      // While pages were read: then all at once, which cannot expire.
      this._pageSize = this._state.resourceVersion === null ? 0 : undefined;
      this._apply({ type: 'expired' });
    }
    // An old version needs no pause, and silence was one.
    if (first && IMMEDIATELY.has(problem.code)) {
      return;
    }
    const { log, watched } = this._options;
    if (error instanceof MlopsError) {
      log.info({ code: problem.code, watched: watched.resource }, 'watch is retried');
    } else {
      log.error({ err: error, watched: watched.resource }, 'watch failed');
    }
    this._setHealth({ state: 'retrying', problem });
    await this._wait(milliseconds);
    if (this._backoff.failures >= FAILURES_UNTIL_LIST) {
      this._apply({ type: 'expired' });
    }
  }

  private async _wait(milliseconds: number): Promise<void> {
    this._wake = new AbortController();
    if (!this._closed.signal.aborted) {
      const { signal } = this._wake;
      await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
    }
  }

  private _apply(input: WatchInput<T>): void {
    const { state, changes } = reduceWatch(this._state, input);
    this._state = state;
    this._batch.add(changes);
  }

  private _input(event: Exclude<WatchEvent, { type: 'opened' }>): WatchInput<T> {
    if (event.type === 'bookmark') {
      return event;
    }
    const { resourceVersion, object } = event;
    const entry = this._entry(object);
    return event.type === 'changed'
      ? { type: 'changed', entry, resourceVersion }
      : { type: 'deleted', key: entry.key, uid: entry.uid, resourceVersion };
  }

  private _entry(object: KubeObject): IWatchEntry<T> {
    const { name, namespace, uid, resourceVersion } = object.metadata;
    return {
      key: keyOf(name, namespace),
      uid,
      version: resourceVersion,
      item: this._options.read(object)
    };
  }

  private _tell(changes: Change<T>[]): void {
    try {
      this._options.onChanges?.(changes);
    } catch (error) {
      this._options.log.error({ err: error }, 'changes could not be taken');
    }
  }

  private _setHealth(health: IWatchHealth): void {
    const { state, problem } = this._health;
    if (state !== health.state || problem?.code !== health.problem?.code) {
      this._health = health;
      this._options.onHealth?.(health);
    }
  }

  private readonly _options: WatchedList.IOptions<T>;
  private readonly _timing: WatchedList.ITiming;
  private readonly _backoff: Backoff;
  private readonly _batch: ChangeBatch<T>;
  private readonly _loop: Promise<void>;
  private readonly _ready = Promise.withResolvers<void>();
  private readonly _closed = new AbortController();
  private _wake = new AbortController();
  private _state: IWatchState<T> = emptyWatchState();
  private _health: IWatchHealth = { state: 'starting', problem: null };
  private _listedAt = 0;
  private _pageSize: number | undefined;
}

function keyOf(name: string, namespace: string | undefined): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export namespace WatchedList {
  export interface IOptions<T> {
    client: KubeClient;
    watched: IWatched;
    /** What is kept of an object; must not throw, also where the object is not as expected. */
    read(object: KubeObject): T;
    /** Called with at most one change for each object, at most every `batch` milliseconds. */
    onChanges?(changes: Change<T>[]): void;
    onHealth?(health: IWatchHealth): void;
    log: Logger;
    timing?: Partial<ITiming>;
  }

  export interface ITiming {
    /** Milliseconds that changes are collected. */
    batch: number;
    /** Seconds that one connection lasts at least; at most twice of it. */
    lasts: number;
    /** Milliseconds without a byte after which a connection counts as dead; bookmarks come each minute. */
    silence: number;
    /** Milliseconds after which a list is read again, whatever the watch says. */
    resync: number;
    retryFirst: number;
    retryLongest: number;
  }
}
