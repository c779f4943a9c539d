import type { GatewayEvent } from '../../contract/event';
import type { RunSummary } from '../../contract/run';
import { Resource } from '../gateway/resource';
import type { IRuns } from '../tokens';

/** As many as the section lists. */
const LIMIT = 50;

/** The newest runs, kept up to date by events. */
export class RunsModel extends Resource implements IRuns {
  get runs(): readonly RunSummary[] {
    return this._runs;
  }

  protected async fetch(): Promise<void> {
    const { runs } = await this.gateway.client.call('listRuns', {
      query: { limit: LIMIT }
    });
    this._runs = runs;
  }

  protected apply(event: GatewayEvent): boolean {
    if (event.type !== 'run') {
      return false;
    }
    this._runs = [event.data, ...this._runs.filter(({ id }) => id !== event.data.id)]
      .sort((one, other) => other.number - one.number)
      .slice(0, LIMIT);
    return true;
  }

  private _runs: RunSummary[] = [];
}
