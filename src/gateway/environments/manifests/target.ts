import { z } from 'zod';

import { Name } from '../../../contract/identifier';
import type { TargetSettings } from '../../../contract/target';

/** Where the embedded environments run. Nobody may take a laptop's prod for production. */
export const THIS_COMPUTER = 'this computer';

/** Where an environment runs, as its `environment.yaml` says. */
export const Target = z.union(
  [
    z.strictObject({ name: z.literal(THIS_COMPUTER) }),
    z.strictObject({ name: Name, namespace: Name })
  ],
  { error: `It must be ‘name: ${THIS_COMPUTER}’, or a cluster's name and namespace.` }
);
export type Target = z.infer<typeof Target>;

/** A cluster, and the namespace that serves the environment's models there. */
export type ClusterTarget = Extract<Target, { namespace: string }>;

export const HERE: Target = { name: THIS_COMPUTER };

export function isCluster(target: Target): target is ClusterTarget {
  return 'namespace' in target;
}

/** What `mlops.yaml` asks for. */
export function targetOf(
  environment: string,
  { cluster, namespace = environment }: TargetSettings
): ClusterTarget {
  return { name: cluster, namespace };
}
