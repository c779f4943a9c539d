import { VDomModel } from '@jupyterlab/ui-components';

import type { ClusterStatus } from '../../contract/cluster';
import type { ApiError } from '../../contract/error';
import type { Connection } from '../gateway/connection';
import type { IGateway, IProjectCluster } from '../tokens';

/** What the panel's head shows: where work goes, and how the gateway is doing. */
export class HeaderModel extends VDomModel {
  constructor(gateway: IGateway, cluster: IProjectCluster | null) {
    super();
    this._gateway = gateway;
    this._cluster = cluster;
    cluster?.stateChanged.connect(this._onCluster, this);
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

  /** Of the project in front; null where it names no cluster. */
  get cluster(): ClusterStatus | null {
    return this._cluster?.status ?? null;
  }

  /** Nothing while the gateway itself cannot be asked: that has its own note. */
  get clusterError(): ApiError | null {
    return this.connection.kind === 'ready' ? (this._cluster?.error ?? null) : null;
  }

  /** Whether the panel is seen. */
  set isVisible(isVisible: boolean) {
    if (this._cluster) {
      this._cluster.isActive = isVisible;
    }
  }

  override dispose(): void {
    this._cluster?.stateChanged.disconnect(this._onCluster, this);
    this._gateway.connectionChanged.disconnect(this._onConnection, this);
    super.dispose();
  }

  private _onConnection(_: IGateway, connection: Connection): void {
    this._remember(connection);
    this.stateChanged.emit();
  }

  private _onCluster(): void {
    this.stateChanged.emit();
  }

  private _remember(connection: Connection): void {
    if (connection.kind === 'ready') {
      this._place = connection.status.place;
      this._user = connection.status.user.name;
    }
  }

  private readonly _gateway: IGateway;
  private readonly _cluster: IProjectCluster | null;
  private _place: string | null = null;
  private _user: string | null = null;
}
