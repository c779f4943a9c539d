import { z } from 'zod';

import { Name } from './identifier';
import { Quantity } from './quantity';

/** The pod that collects the requests of KServe's models: `monitoring.collector` in `mlops.yaml`. */
export const CollectorSettings = z.strictObject({
  image: z
    .string()
    .regex(/@sha256:[0-9a-f]{64}$/, 'An image is named by its digest: NAME@sha256:….')
    .describe(
      'Image with jupyterlab-mlops and Node, by digest. Where it is named, promotions to a cluster declare the collector, and the requests of its models go there.'
    ),
  claim: Name.optional().describe(
    'PersistentVolumeClaim for the requests; they go with the pod where absent.'
  ),
  cpu: Quantity.default('500m').describe(
    'Processor of the pod, asked for and allowed.'
  ),
  memory: Quantity.default('512Mi').describe(
    'Memory of the pod, asked for and allowed: about 150 MiB, and 100 MiB for each gateway that reads from it.'
  ),
  runAsUser: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "User id of the pod; the image's own, or the one that OpenShift gives, where absent."
    ),
  fsGroup: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Group that may write to the claim, where the cluster sets none.')
});
export type CollectorSettings = z.infer<typeof CollectorSettings>;
