import type { Cluster } from '../../kube/cluster';

/** A namespace with a collector, and whose requests are expected from it. */
export interface ICollectorPlace {
  cluster: Cluster;
  namespace: string;
  /** Environments whose models are served there. */
  environments: string[];
}
