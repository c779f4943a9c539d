import type { GatewayEvent } from '../../contract/event';
import type { RunSummary } from '../../contract/run';
import { Resource } from '../gateway/resource';
import type { IRuns } from '../tokens';

/** How many are fetched at once, and how many the gateway gives at most. */
const PAGE = 50;
const MOST = 999;

/** The newest runs, kept up to date by events. */
export class RunsModel extends Resource implements IRuns {
  get runs(): readonly RunSummary[] {
    return this._runs;
  }

  /** Whether there are runs before the last of these. */
  get hasOlder(): boolean {
    return this._hasOlder && this._limit < MOST;
  }

  loadOlder(): Promise<void> {
    this._limit = Math.min(MOST, this._limit + PAGE);
    return this.refresh();
  }

  protected async fetch(): Promise<void> {
    const { runs } = await this.gateway.client.call('listRuns', {
      query: { limit: this._limit + 1 }
    });
    this._take(runs);
  }

  protected apply(event: GatewayEvent): boolean {
    if (event.type !== 'run') {
      return false;
    }
    this._take(
      [event.data, ...this._runs.filter(({ id }) => id !== event.data.id)].sort(
        (one, other) => other.number - one.number
      ),
      this._hasOlder
    );
    return true;
  }

  private _take(runs: RunSummary[], hasOlder = false): void {
    this._hasOlder = hasOlder || runs.length > this._limit;
    this._runs = runs.slice(0, this._limit);
  }

  private _limit = PAGE;
  private _hasOlder = false;
  private _runs: RunSummary[] = [];
}
