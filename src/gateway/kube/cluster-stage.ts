import { isAbsolute, join } from 'node:path';

import type { ClusterStatus } from '../../contract/cluster';
import { MlopsError } from '../../contract/mlops-error';
import type { ICore } from '../core';
import { notebookPath } from '../notebooks/notebook-path';
import { readProject } from '../project/read-project';
import type { IStage } from '../stage';
import type { Cluster } from './cluster';
import { Clusters } from './clusters';
import { IdentityPins } from './identity-pins';

/** What a folder's path is made into, so that its `mlops.yaml` is found. */
const ANY_NOTEBOOK = 'notebook.ipynb';

/** Which cluster a project works on, as whom, and what is possible there. */
export function createClusterStage(core: ICore): { stage: IStage; clusters: Clusters } {
  const clusters = new Clusters({
    pins: new IdentityPins(core.database),
    environment: process.env
  });
  const clusterAt = (path: string, rootDir: string): Promise<Cluster | null> =>
    clusters.of(notebookAt(path, rootDir));
  const statusAt = async (
    cluster: Cluster,
    path: string,
    rootDir: string
  ): Promise<ClusterStatus> => {
    const { gitops, engine } = readProject(notebookAt(path, rootDir)).project;
    return {
      ...(await cluster.status({ argocd: gitops?.argocd?.namespace })),
      engine
    };
  };
  const stage: IStage = {
    handlers: {
      cluster: async ({ query, rootDir }) => {
        const cluster = await clusterAt(query.path, rootDir);
        return {
          cluster: cluster && (await statusAt(cluster, query.path, rootDir))
        };
      },
      acceptIdentity: async ({ body, rootDir, actor }) => {
        const cluster = await clusterAt(body.path, rootDir);
        if (!cluster) {
          throw new MlopsError('not-found', {
            code: 'cluster-none',
            message: 'This project names no cluster.',
            action: 'Name one under ‘cluster’ in mlops.yaml.'
          });
        }
        const { user, server, context } = await cluster.acceptIdentity(body);
        core.audit.add({
          actor,
          action: 'cluster.accept-identity',
          object: context ?? 'service account',
          result: 'done',
          details: { user, server }
        });
        return { cluster: await statusAt(cluster, body.path, rootDir) };
      }
    },
    start: async () => undefined,
    close: () => clusters.close(),
    // Each project has its own: see the route.
    status: async () => []
  };
  return { stage, clusters };
}

function notebookAt(path: string, rootDir: string): string {
  const named = path.endsWith('/') ? join(path, ANY_NOTEBOOK) : path;
  return isAbsolute(named) ? named : notebookPath(named, rootDir);
}
