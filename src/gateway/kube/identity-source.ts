import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { ClusterSettings } from '../../contract/cluster';
import { MlopsError } from '../../contract/mlops-error';
import { ContextAccess } from './access';
import { chooseContext, type IChosenContext } from './chosen-context';
import { DispatcherPool } from './dispatcher-pool';
import { kubeconfigFiles, readKubeconfig } from './kubeconfig-file';
import { serviceAccountContext } from './service-account';

/** A file that is just being written is read again after this time. */
const REREAD_AFTER = 200;

/**
 * The identity that a project has chosen. Files that change are read again, so that work goes on
 * after a login; which context holds does not depend on them.
 */
export class IdentitySource {
  constructor(options: IdentitySource.IOptions) {
    this._options = options;
  }

  /** @throws MlopsError where the kubeconfig is missing or broken, or the context is not there. */
  async access(): Promise<ContextAccess> {
    const state = this._state();
    if (this._opened === null || this._openedState !== state) {
      this._openedState = state;
      this._opened = this._open();
      this._opened.catch(() => {
        this._openedState = null;
      });
    }
    return this._opened;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    await this._pool.close();
  }

  private async _open(): Promise<ContextAccess> {
    const { environment } = this._options;
    let chosen: IChosenContext;
    try {
      chosen = this._choose();
    } catch (error) {
      if (!(error instanceof MlopsError && /broken|empty/.test(error.body.code))) {
        throw error;
      }
      await sleep(REREAD_AFTER);
      chosen = this._choose();
    }
    return ContextAccess.open(chosen, { environment, pool: this._pool });
  }

  private _choose(): IChosenContext {
    const { settings, environment, serviceAccountMount } = this._options;
    return settings.context === undefined
      ? serviceAccountContext(environment, serviceAccountMount)
      : chooseContext(readKubeconfig(this._files()), settings.context);
  }

  private _files(): string[] {
    const { settings, environment, project } = this._options;
    return kubeconfigFiles(settings.kubeconfig, { environment, project });
  }

  /** What tells that a kubeconfig was written anew. */
  private _state(): string {
    if (this._options.settings.context === undefined) {
      return '';
    }
    return JSON.stringify(
      this._files().map(file => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return stat ? [file, stat.ino, stat.size, stat.mtimeMs] : [file];
      })
    );
  }

  private readonly _options: IdentitySource.IOptions;
  private readonly _pool = new DispatcherPool();
  private _opened: Promise<ContextAccess> | null = null;
  private _openedState: string | null = null;
}

export namespace IdentitySource {
  export interface IOptions {
    settings: ClusterSettings;
    environment: NodeJS.ProcessEnv;
    /** Folder of `mlops.yaml`; null where there is none. */
    project: string | null;
    /** Where the service account's credential is mounted; Kubernetes' own place where absent. */
    serviceAccountMount?: string;
  }
}
