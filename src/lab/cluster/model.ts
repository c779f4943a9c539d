import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { Poll } from '@lumino/polling';

import type { ClusterStatus } from '../../contract/cluster';
import { Resource } from '../gateway/resource';
import { executedNotebookOf } from '../runs/executed-path';
import type { IGateway, IProjectCluster } from '../tokens';
import type { IIdentity } from './changed-identity';

/** Milliseconds between two looks at a cluster that a project names, while the panel is seen. */
const STEADY = 60_000;

/** The cluster that the project of the notebook in front names, asked for only while somebody looks. */
export class ClusterModel extends Resource implements IProjectCluster {
  constructor(options: ClusterModel.IOptions) {
    super(options.gateway);
    this._tracker = options.tracker;
    this._files = options.files;
    this._tracker.currentChanged.connect(this._onNotebook, this);
    this._files.fileChanged.connect(this._onFile, this);
    this._poll = new Poll({
      auto: false,
      name: 'jupyterlab-mlops:cluster',
      factory: () => this._lookAgain(),
      frequency: { interval: STEADY, backoff: true, max: 5 * STEADY },
      standby: 'when-hidden'
    });
    this._onNotebook();
  }

  get status(): ClusterStatus | null {
    return this._status;
  }

  get isActive(): boolean {
    return this._isActive;
  }

  set isActive(isActive: boolean) {
    if (isActive === this._isActive) {
      return;
    }
    this._isActive = isActive;
    if (isActive) {
      void this._look();
      void this._poll.start();
    } else {
      void this._poll.stop();
    }
  }

  /**
   * From now on acts as who the context means today.
   *
   * @param seen Whom the user was shown: the gateway refuses it where it is yet another one.
   */
  async accept(seen: IIdentity): Promise<void> {
    const path = this._folder ?? './';
    const { cluster } = await this.gateway.client.call('acceptIdentity', {
      body: { path, user: seen.user, server: seen.server }
    });
    if (path === this._folder) {
      this._status = cluster;
      this.changed();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._tracker.currentChanged.disconnect(this._onNotebook, this);
    this._files.fileChanged.disconnect(this._onFile, this);
    this._poll.dispose();
    super.dispose();
  }

  protected async fetch(): Promise<void> {
    const path = this._folder;
    if (path === null || !this._isActive) {
      return;
    }
    this._askedAt = Date.now();
    const { cluster } = await this.gateway.client.call('cluster', { query: { path } });
    // Another notebook may have come to the front meanwhile: its own answer follows.
    if (path === this._folder) {
      this._status = cluster;
    }
  }

  protected apply(): boolean {
    return false;
  }

  private _onNotebook(): void {
    const context = this._tracker.currentWidget?.context;
    const isSource = context && executedNotebookOf(context.path) === null;
    const folder = isSource ? `${PathExt.dirname(context.localPath) || '.'}/` : null;
    if (folder === this._folder) {
      return;
    }
    this._folder = folder;
    this._status = null;
    this.changed();
    void this._look();
  }

  /** `mlops.yaml` says which cluster it is. */
  private _onFile(_: unknown, { newValue }: Contents.IChangedArgs): void {
    if (PathExt.basename(newValue?.path ?? '') === 'mlops.yaml') {
      void this._look();
    }
  }

  private async _look(): Promise<void> {
    if (this.gateway.isReady && this._isActive) {
      await this.refresh();
    }
  }

  /** A project without a cluster is not asked for one again and again. */
  private async _lookAgain(): Promise<void> {
    if (this._status !== null && Date.now() - this._askedAt > STEADY / 2) {
      await this._look();
    }
  }

  private readonly _tracker: INotebookTracker;
  private readonly _files: Pick<Contents.IManager, 'fileChanged'>;
  private readonly _poll: Poll;
  private _folder: string | null = null;
  private _status: ClusterStatus | null = null;
  private _isActive = false;
  private _askedAt = 0;
}

export namespace ClusterModel {
  export interface IOptions {
    gateway: IGateway;
    tracker: INotebookTracker;
    /** Tells of files that were saved. */
    files: Pick<Contents.IManager, 'fileChanged'>;
  }
}
