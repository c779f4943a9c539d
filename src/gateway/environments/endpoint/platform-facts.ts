import type { Logger } from 'pino';

import type { IServedModel, IServingFacts } from '../../serving/port';
import { toApiError } from '../../jobs/jobs';

/** Milliseconds after which they are asked for again, where somebody looks. */
const FRESH = 5_000;

/** What platforms tell of the models that they serve. Asked for only where somebody looks. */
export class PlatformFacts {
  constructor(private readonly _log: Logger) {}

  /**
   * What is known now; null before the first answer, and where only this gateway knows.
   *
   * @param onNews Called when something else is known later.
   */
  of(served: IServedModel | null, onNews: () => void): IServingFacts | null {
    if (!served?.facts) {
      return null;
    }
    const known = this._known.get(served) ?? { facts: null, askedAt: -Infinity };
    this._known.set(served, known);
    if (performance.now() - known.askedAt > FRESH) {
      known.askedAt = performance.now();
      void this._ask(served, known, onNews);
    }
    return known.facts;
  }

  private async _ask(
    served: IServedModel,
    known: IKnown,
    onNews: () => void
  ): Promise<void> {
    try {
      const before = JSON.stringify(known.facts);
      known.facts = (await served.facts?.()) ?? null;
      if (JSON.stringify(known.facts) !== before) {
        onNews();
      }
    } catch (error) {
      // The endpoint's own state tells that the platform is away.
      this._log.info({ code: toApiError(error).code }, 'a platform told no figures');
    }
  }

  private readonly _known = new WeakMap<IServedModel, IKnown>();
}

interface IKnown {
  facts: IServingFacts | null;
  askedAt: number;
}
