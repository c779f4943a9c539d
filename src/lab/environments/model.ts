import type { Environment } from '../../contract/environment';
import type { GatewayEvent } from '../../contract/event';
import type { Promotion } from '../../contract/promotion';
import { Resource } from '../gateway/resource';
import type { IEnvironments } from '../tokens';

/** Environments with what is released and served in each, and promotions. */
export class EnvironmentsModel extends Resource implements IEnvironments {
  get environments(): readonly Environment[] {
    return this._environments;
  }

  get promotions(): readonly Promotion[] {
    return this._promotions;
  }

  protected async fetch(): Promise<void> {
    const { client } = this.gateway;
    const [{ environments }, { promotions }] = await Promise.all([
      client.call('listEnvironments'),
      client.call('listPromotions')
    ]);
    this._environments = environments;
    this._promotions = promotions.sort(newestFirst);
  }

  protected apply(event: GatewayEvent): boolean {
    switch (event.type) {
      case 'environment':
        this.refreshSoon();
        return false;
      case 'promotion':
        this._promotions = [
          event.data,
          ...this._promotions.filter(({ id }) => id !== event.data.id)
        ].sort(newestFirst);
        void this.refresh();
        return true;
      default:
        return false;
    }
  }

  private _environments: Environment[] = [];
  private _promotions: Promotion[] = [];
}

function newestFirst(one: Promotion, other: Promotion): number {
  return Date.parse(other.createdAt) - Date.parse(one.createdAt);
}
