import { z } from 'zod';

import { Name } from './identifier';
import { Quantity } from './quantity';

/** How models are served on the cluster: `serving` in `mlops.yaml`. */
export const ServingSettings = z
  .strictObject({
    image: z
      .string()
      .regex(/@sha256:[0-9a-f]{64}$/, 'An image is named by its digest: NAME@sha256:….')
      .describe(
        "Image of the model server, by digest: MLServer and the model's packages."
      ),
    deploymentMode: z
      .enum(['Standard', 'RawDeployment'])
      .default('Standard')
      .describe(
        '`Standard`, or `RawDeployment` where the installed KServe is older and keeps that name: under the wrong one, Argo CD never agrees.'
      ),
    serviceAccount: Name.optional().describe(
      "Service account of the pods; the namespace's default one where absent."
    ),
    minReplicas: z
      .number()
      .int()
      .min(1)
      .default(1)
      .describe('Pods of a model at least.'),
    maxReplicas: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('Pods of a model at most; as many as at least where absent.'),
    cpu: Quantity.default('1').describe(
      'Processor of each pod, asked for and allowed.'
    ),
    memory: Quantity.default('2Gi').describe(
      'Memory of each pod, asked for and allowed.'
    ),
    logger: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe(
        'Where KServe sends each request and answer as CloudEvents, instead of the collector that `monitoring.collector` names. They hold rows of data; without either none are sent.'
      )
  })
  .refine(
    ({ minReplicas, maxReplicas }) => (maxReplicas ?? minReplicas) >= minReplicas,
    { message: '‘maxReplicas’ is less than ‘minReplicas’.', path: ['maxReplicas'] }
  );
export type ServingSettings = z.infer<typeof ServingSettings>;
