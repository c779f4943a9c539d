import type { Cluster } from '../../kube/cluster';
import { openCollectorPod, type OpenCollector } from './collector-pod';

/** A collector that is read, and whose requests are expected from it. */
export interface ICollectorPlace {
  /** The same where the same collector is meant. */
  name: string;
  /** Environments whose models it collects from. */
  environments: string[];
  open: OpenCollector;
}

/**
 * The collector in a namespace of a cluster.
 *
 * @throws MlopsError where nobody can act on the cluster
 */
export async function collectorPlace(
  cluster: Cluster,
  namespace: string,
  environments: string[]
): Promise<ICollectorPlace> {
  const { cluster: name } = await cluster.identity();
  return {
    name: `${namespace} on ${name}`,
    environments,
    open: () => openCollectorPod(cluster, namespace)
  };
}
