import { z } from 'zod';

import { Name } from './identifier';

/** Where an environment runs, under `environments[].target` in `mlops.yaml`. */
export const TargetSettings = z.strictObject({
  cluster: Name.describe(
    'Name of the cluster, for people: it stands in Git and in sentences. It is the one that `cluster` names.'
  ),
  namespace: Name.optional().describe(
    "Namespace that serves the environment's models; named as the environment where absent."
  )
});
export type TargetSettings = z.infer<typeof TargetSettings>;
