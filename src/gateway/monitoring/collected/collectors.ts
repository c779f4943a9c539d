import type { Logger } from 'pino';

import type { AdapterStatus } from '../../../contract/status';
import type { IPayload } from '../../environments/port';
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

  /** Follows these from now on, and no others. */
  async follow(places: ICollectorPlace[]): Promise<void> {
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

  /** Whether requests of an environment come from a collector. */
  collects(environment: string): boolean {
    return [...this._followed.values()].some(({ place }) =>
      place.environments.includes(environment)
    );
  }

  status(): AdapterStatus[] {
    return [...this._followed].map(([name, { follower }]) => ({
      stage: 'monitoring',
      adapter: 'collector',
      ...statusOf(name, follower.following)
    }));
  }

  async close(): Promise<void> {
    const followed = [...this._followed.values()];
    this._followed.clear();
    await Promise.all(followed.map(({ follower }) => follower.close()));
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
}

interface IFollowed {
  follower: CollectorFollower;
  place: ICollectorPlace;
}

export namespace Collectors {
  export interface IOptions {
    models: Pick<IModels, 'byDigest'>;
    cursors: Cursors;
    /** Writes payloads, and calls `also` in the same transaction. */
    write(this: void, payloads: IPayloadPart[], also: () => void): void;
    log: Logger;
    timing?: Partial<CollectorFollower.ITiming>;
  }
}

function statusOf(
  name: string,
  { problem, counts }: IFollowing
): Pick<AdapterStatus, 'state' | 'detail'> {
  if (problem) {
    const { message, cause, action } = problem;
    return {
      state: problem.code === 'cluster-not-allowed' ? 'not-allowed' : 'failed',
      detail: [`${name}: ${message}`, cause, action].filter(Boolean).join(' ')
    };
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
