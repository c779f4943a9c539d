import { VDomModel } from '@jupyterlab/ui-components';

import type { Connection } from '../gateway/connection';
import type { IGateway } from '../tokens';

/** What the panel's head shows: where work goes, and how the gateway is doing. */
export class HeaderModel extends VDomModel {
  constructor(gateway: IGateway) {
    super();
    this._gateway = gateway;
    gateway.connectionChanged.connect(this._onConnection, this);
    this._remember(gateway.connection);
  }

  get connection(): Connection {
    return this._gateway.connection;
  }

  /** The last place that answered, such as `this computer`; null before the first answer. */
  get place(): string | null {
    return this._place;
  }

  get user(): string | null {
    return this._user;
  }

  override dispose(): void {
    this._gateway.connectionChanged.disconnect(this._onConnection, this);
    super.dispose();
  }

  private _onConnection(_: IGateway, connection: Connection): void {
    this._remember(connection);
    this.stateChanged.emit();
  }

  private _remember(connection: Connection): void {
    if (connection.kind === 'ready') {
      this._place = connection.status.place;
      this._user = connection.status.user.name;
    }
  }

  private readonly _gateway: IGateway;
  private _place: string | null = null;
  private _user: string | null = null;
}
