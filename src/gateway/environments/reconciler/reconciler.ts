import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from 'pino';

import { MlopsError } from '../../../contract/mlops-error';
import { toApiError } from '../../jobs/jobs';
import { MAIN, type IGitRepository } from '../git/port';
import { THIS_COMPUTER } from '../manifests/target';
import { readDeclaredState, type IDeclaredState } from './declared-state';
import type { IApplied, IReconciler, IWantedCommit } from './port';

const EVERY = 500;

/** Watches the branch, whoever commits to it, and has what it declares brought about. */
export class Reconciler implements IReconciler {
  readonly name = 'embedded';

  constructor(options: Reconciler.IOptions) {
    this._options = options;
  }

  /** What the newest commit seen declares; null before the first look. */
  get state(): IDeclaredState | null {
    return this._state;
  }

  /** Looks twice a second until it is closed. */
  start(): void {
    this._watching = this._watch();
  }

  /** Looks now. @throws MlopsError where the repository cannot be read. */
  sync(): Promise<void> {
    const next = this._last.then(() => this._sync());
    this._last = next.catch(() => undefined);
    return next;
  }

  async reached(
    { revision }: IWantedCommit,
    { signal }: Parameters<IReconciler['reached']>[1]
  ): Promise<IApplied> {
    const either = AbortSignal.any([signal, this._closing.signal]);
    for (;;) {
      either.throwIfAborted();
      await this.sync();
      const seen = this._state?.revision;
      if (
        seen !== undefined &&
        (await this._options.repository.isAncestor(revision, seen))
      ) {
        return { revision: seen, by: [THIS_COMPUTER], leftovers: [] };
      }
      await sleep(EVERY, undefined, { signal: either }).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this._closing.abort();
    await this._watching;
    await this._last;
  }

  private async _watch(): Promise<void> {
    const { signal } = this._closing;
    while (!signal.aborted) {
      await sleep(EVERY, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted) {
        await this.sync().catch((error: unknown) => this._note(error));
      }
    }
  }

  private _note(error: unknown): void {
    const { code } = toApiError(error);
    if (this._noted !== code) {
      this._options.log.error({ err: error }, 'the environments cannot be read');
    }
    this._noted = code;
  }

  private async _sync(): Promise<void> {
    const { repository, apply } = this._options;
    const head = await repository.head(MAIN);
    if (head === null) {
      throw new MlopsError('unavailable', {
        code: 'environments-missing',
        message: "The environments' repository has no branch main.",
        action: 'Restore the branch, or move the repository away: a new one is made.'
      });
    }
    if (head !== this._state?.revision) {
      const state = await readDeclaredState(repository, head, this._state);
      if (this._closing.signal.aborted) {
        return;
      }
      this._state = state;
      apply(state);
    }
    this._noted = null;
  }

  private readonly _options: Reconciler.IOptions;
  private readonly _closing = new AbortController();
  private _state: IDeclaredState | null = null;
  /** Code of the error that the log has already. */
  private _noted: string | null = null;
  private _watching: Promise<void> = Promise.resolve();
  private _last: Promise<void> = Promise.resolve();
}

export namespace Reconciler {
  export interface IOptions {
    repository: IGitRepository;
    log: Logger;
    /** Called with each new state, in order; must not fail. */
    apply(state: IDeclaredState): void;
  }
}
