import type { Logger } from 'pino';

import type { ApiError } from '../../../contract/error';
import type { AdapterStatus } from '../../../contract/status';
import type { IPayload } from '../../environments/port';
import { toApiError } from '../../jobs/jobs';
import type { IModels } from '../../models/port';
import type { Exchange } from '../collector/exchange';
import type { IPayloadPart } from '../capture';
import { collectedPayload } from './collected-payload';
import { CollectorFollower, type IFollowing } from './collector-follower';
import type { ICollectorPlace } from './collector-place';
import type { Cursors } from './cursors';

/** Reads every collector that there is to read. */
export class Collectors {
  constructor(private readonly _options: Collectors.IOptions) {}

  /** Collectors come and go with what the environments declare: follows those that are there now. */
  look(): void {
    const { places, log } = this._options;
    if (!places || this._looking || this._closed) {
      return;
    }
    this._looking = places()
      .then(found => this._follow(found))
      .then(() => (this._problem = null))
      .catch((error: unknown) => {
        const problem = toApiError(error);
        if (problem.code !== this._problem?.code) {
          log.warn({ err: error }, 'the collectors could not be found');
        }
        // Those that are followed already go on.
        this._problem = problem;
      })
      .finally(() => (this._looking = undefined))
      .then(() => undefined);
  }

  /** Whether requests of an environment come from a collector. */
  collects(environment: string): boolean {
    return [...this._followed.values()].some(({ place }) =>
      place.environments.includes(environment)
    );
  }

  status(): AdapterStatus[] {
    const states = [...this._followed].map(([name, { follower }]) =>
      statusOf(name, follower.following)
    );
    if (this._problem) {
      states.push(failed(this._problem, this._problem.message));
    }
    return states.map(state => ({
      stage: 'monitoring',
      adapter: 'collector',
      ...state
    }));
  }

  async close(): Promise<void> {
    this._closed = true;
    await this._looking;
    const followed = [...this._followed.values()];
    this._followed.clear();
    await Promise.all(followed.map(({ follower }) => follower.close()));
  }

  private async _follow(places: ICollectorPlace[]): Promise<void> {
    const wanted = new Map(places.map(place => [place.name, place]));
    for (const [name, { follower }] of this._followed) {
      if (!wanted.has(name)) {
        this._followed.delete(name);
        await follower.close();
      }
    }
    for (const [name, place] of wanted) {
      const known = this._followed.get(name);
      if (known) {
        known.place = place;
      } else {
        this._followed.set(name, this._start(place));
      }
    }
  }

  private _start(place: ICollectorPlace): IFollowed {
    const { cursors, log, timing, write } = this._options;
    const { name } = place;
    return {
      place,
      follower: new CollectorFollower({
        name,
        open: () => (this._followed.get(name)?.place ?? place).open(),
        cursors,
        log,
        timing,
        store: (exchanges, also) => {
          const { environments } = this._followed.get(name)?.place ?? place;
          const payloads = exchanges.flatMap(one => this._payloadOf(one, environments));
          write(
            payloads.map(payload => ({ payload, from: 0, to: payload.rows.length })),
            also
          );
        }
      })
    };
  }

  /** Nothing for a version that is registered elsewhere, or an environment that is not ours. */
  private _payloadOf(exchange: Exchange, environments: string[]): IPayload[] {
    const version = this._options.models.byDigest(exchange.digest);
    return version && environments.includes(exchange.environment)
      ? [collectedPayload(exchange, version)]
      : [];
  }

  private readonly _followed = new Map<string, IFollowed>();
  private _problem: ApiError | null = null;
  private _looking: Promise<void> | undefined;
  private _closed = false;
}

interface IFollowed {
  follower: CollectorFollower;
  place: ICollectorPlace;
}

export namespace Collectors {
  export interface IOptions {
    models: Pick<IModels, 'byDigest'>;
    /** Those that there are now; none where absent. */
    places?(this: void): Promise<ICollectorPlace[]>;
    cursors: Cursors;
    /** Writes payloads, and calls `also` in the same transaction. */
    write(this: void, payloads: IPayloadPart[], also: () => void): void;
    log: Logger;
    timing?: Partial<CollectorFollower.ITiming>;
  }
}

type State = Pick<AdapterStatus, 'state' | 'detail'>;

function failed({ code, cause, action }: ApiError, message: string): State {
  return {
    state: code === 'cluster-not-allowed' ? 'not-allowed' : 'failed',
    detail: [message, cause, action].filter(Boolean).join(' ')
  };
}

function statusOf(name: string, { problem, counts }: IFollowing): State {
  if (problem) {
    return failed(problem, `${name}: ${problem.message}`);
  }
  if (counts === null) {
    return { state: 'failed', detail: `${name}: The collector was not reached yet.` };
  }
  const { joined = 0, ...others } = counts;
  const words = Object.entries(others)
    .filter(([what, count]) => count > 0 && !UNREMARKABLE.has(what))
    .map(([what, count]) => `${count} ${what}`);
  return {
    state: 'ready',
    detail: [`${name}: ${joined} requests collected`, ...words].join(', ')
  };
}

/** Every exchange waits for its answer, and our own questions are no traffic. */
const UNREMARKABLE = new Set(['waiting', 'ignored', 'expired']);
