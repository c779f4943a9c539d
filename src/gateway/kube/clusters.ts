import { dirname } from 'node:path';

import type { ClusterSettings } from '../../contract/cluster';
import { readProject } from '../project/read-project';
import type { Cluster } from './cluster';
import type { IIdentityPins } from './identity-guard';

/** The clusters that projects have named; those who name the same one share its connections. */
export class Clusters {
  constructor(options: Clusters.IOptions) {
    this._options = options;
  }

  /**
   * The cluster of the project that holds this notebook; null where `mlops.yaml` names none.
   *
   * @param notebook Absolute path; the notebook itself need not exist.
   * @throws MlopsError where `mlops.yaml` is not valid
   */
  async of(notebook: string): Promise<Cluster | null> {
    const { project, path } = readProject(notebook);
    return project.cluster ? this.get(project.cluster, path && dirname(path)) : null;
  }

  /**
   * The cluster that these settings name, wherever `mlops.yaml` points now.
   *
   * @param project Folder of the project that names it.
   */
  get(settings: ClusterSettings, project: string | null): Promise<Cluster> {
    const { context, kubeconfig, namespace, serviceAccount } = settings;
    // Only a kubeconfig that the project names depends on where the project is.
    const key = JSON.stringify([
      context,
      serviceAccount,
      namespace,
      kubeconfig,
      kubeconfig === undefined ? null : project
    ]);
    const known = this._clusters.get(key) ?? this._open(settings, project);
    this._clusters.set(key, known);
    return known;
  }

  async close(): Promise<void> {
    const clusters = [...this._clusters.values()];
    this._clusters.clear();
    await Promise.all(clusters.map(async cluster => (await cluster).close()));
  }

  /** What it is made of is loaded only where there is a cluster. */
  private async _open(
    settings: ClusterSettings,
    project: string | null
  ): Promise<Cluster> {
    const loaded = await import('./cluster');
    return new loaded.Cluster({ settings, project, ...this._options });
  }

  private readonly _options: Clusters.IOptions;
  private readonly _clusters = new Map<string, Promise<Cluster>>();
}

export namespace Clusters {
  export interface IOptions {
    pins: IIdentityPins;
    environment: NodeJS.ProcessEnv;
  }
}
