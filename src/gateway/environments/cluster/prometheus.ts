import type { Cluster } from '../../kube/cluster';
import type { IResource } from '../../kube/resource';

const KINDS: IResource[] = ['podmonitors', 'prometheusrules'].map(plural => ({
  group: 'monitoring.coreos.com',
  version: 'v1',
  plural,
  namespaced: true
}));

/** Whether a cluster takes the objects of the Prometheus operator: elsewhere Argo CD could not apply them. */
export async function prometheusServed({
  discovery
}: Pick<Cluster, 'discovery'>): Promise<boolean> {
  const served = await Promise.all(KINDS.map(kind => discovery.serves(kind)));
  return served.every(Boolean);
}
