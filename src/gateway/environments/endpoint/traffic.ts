import type { Outcome } from '../port';

const BUCKET = 5_000;
const WINDOW = 300_000;
/** Latencies kept a bucket: enough for a 95th percentile, bounded under load. */
const KEPT = 500;

interface IBucket {
  number: number;
  requests: number;
  refused: number;
  errors: number;
  milliseconds: number[];
}

export interface ITrafficFigures {
  requestsPerMinute: number;
  /** Share of the requests that the endpoint failed, 0 to 1. */
  errorRate: number;
  /** Share of the requests that were wrong themselves, 0 to 1. */
  refusedRate: number;
  p95Milliseconds: number | null;
}

/** Requests of the last five minutes, in buckets of five seconds. */
export class Traffic {
  record(milliseconds: number, outcome: Outcome, now = Date.now()): void {
    const number = Math.floor(now / BUCKET);
    let bucket = this._buckets.at(-1);
    if (bucket?.number !== number) {
      bucket = { number, requests: 0, refused: 0, errors: 0, milliseconds: [] };
      this._buckets.push(bucket);
      this._forget(now);
    }
    bucket.requests += 1;
    bucket.refused += outcome === 'refused' ? 1 : 0;
    bucket.errors += outcome === 'failed' ? 1 : 0;
    if (outcome === 'answered' && bucket.milliseconds.length < KEPT) {
      bucket.milliseconds.push(milliseconds);
    }
  }

  figures(now = Date.now()): ITrafficFigures {
    this._forget(now);
    const requests = this._buckets.reduce((sum, bucket) => sum + bucket.requests, 0);
    const errors = this._buckets.reduce((sum, bucket) => sum + bucket.errors, 0);
    const refused = this._buckets.reduce((sum, bucket) => sum + bucket.refused, 0);
    const sorted = this._buckets
      .flatMap(({ milliseconds }) => milliseconds)
      .sort((a, b) => a - b);
    return {
      requestsPerMinute: requests / (WINDOW / 60_000),
      errorRate: requests === 0 ? 0 : errors / requests,
      refusedRate: requests === 0 ? 0 : refused / requests,
      // Nearest rank: the smallest value that 95 % of the requests do not exceed.
      p95Milliseconds: sorted.at(Math.ceil(0.95 * sorted.length) - 1) ?? null
    };
  }

  private _forget(now: number): void {
    const oldest = Math.floor((now - WINDOW) / BUCKET);
    this._buckets = this._buckets.filter(({ number }) => number > oldest);
  }

  private _buckets: IBucket[] = [];
}
