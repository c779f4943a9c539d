import { z } from 'zod';

import { SecretKey } from './compiled';
import { Name } from './identifier';
import { Quantity } from './quantity';

/** How pipelines run with Tekton: `tekton` in `mlops.yaml`. */
export const TektonSettings = z.strictObject({
  image: z
    .string()
    .regex(/@sha256:[0-9a-f]{64}$/, 'An image is named by its digest: NAME@sha256:….')
    .describe(
      "Image of the steps, by digest: Python and the notebook's packages. A step's own image comes before it."
    ),
  serviceAccount: Name.optional().describe(
    "Service account of the pods; the namespace's default one where absent."
  ),
  claim: Name.optional().describe(
    'PersistentVolumeClaim that all runs share, with the files that are too large to be carried; a claim for each run where absent.'
  ),
  storageClass: z
    .string()
    .min(1)
    .optional()
    .describe("Storage class of each run's claim; the cluster's default where absent."),
  storage: Quantity.default('5Gi').describe("Size of each run's claim."),
  runAsUser: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe(
      "User id of the pods; the image's own, or the one that OpenShift gives, where absent."
    ),
  fsGroup: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Group that may write to the claim, where the cluster sets none.'),
  secrets: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), SecretKey)
    .default({})
    .describe(
      'Environment variable → `{secret, key}` of a Kubernetes Secret, for the steps that read the variable.'
    ),
  files: z
    .array(z.string())
    .default([])
    .describe('Files to carry that the code does not name.')
});
export type TektonSettings = z.infer<typeof TektonSettings>;
