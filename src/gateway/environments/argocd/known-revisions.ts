import type { ApiError } from '../../../contract/error';
import { toApiError } from '../../jobs/jobs';
import type { IGitRepository } from '../git/port';

/** How soon a commit that is not known here is looked for again, in milliseconds. */
const AGAIN = 5000;

/** Tells which revisions build upon the wanted commit, by asking Git once for each. */
export class KnownRevisions {
  constructor(
    private readonly _repository: Pick<
      IGitRepository,
      'has' | 'isAncestor' | 'refresh'
    >,
    private readonly _wanted: string
  ) {}

  /** Why Git could not be asked the last time; null where it could. */
  get problem(): ApiError | null {
    return this._problem;
  }

  /** Undefined where that is not known. */
  readonly holds = (revision: string): boolean | undefined =>
    this._verdicts.get(revision);

  /** Learns about those that are new. */
  async learn(revisions: string[]): Promise<void> {
    for (const revision of new Set(revisions)) {
      if (!this._verdicts.has(revision)) {
        await this._learn(revision);
      }
    }
  }

  private async _learn(revision: string): Promise<void> {
    try {
      if (!(await this._hasBoth(revision))) {
        await this._lookForNew();
        if (!(await this._hasBoth(revision))) {
          return;
        }
      }
      const verdict = await this._repository.isAncestor(this._wanted, revision);
      this._verdicts.set(revision, verdict);
      this._problem = null;
    } catch (error) {
      this._problem = toApiError(error);
    }
  }

  private async _hasBoth(revision: string): Promise<boolean> {
    const { _repository: repository, _wanted: wanted } = this;
    return (await repository.has(wanted)) && repository.has(revision);
  }

  /** Others may have committed on top. */
  private async _lookForNew(): Promise<void> {
    const now = performance.now();
    if (now - this._lookedAt > AGAIN) {
      this._lookedAt = now;
      await this._repository.refresh();
      this._problem = null;
    }
  }

  private readonly _verdicts = new Map<string, boolean>();
  private _lookedAt = -Infinity;
  private _problem: ApiError | null = null;
}
