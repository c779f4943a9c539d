import { z } from 'zod';

/** Any object of the API: its metadata is checked here, the rest by whoever reads it. */
export const KubeObject = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z
    .looseObject({
      name: z.string(),
      namespace: z.string().optional(),
      uid: z.string().default(''),
      resourceVersion: z.string().default(''),
      creationTimestamp: z.string().nullish(),
      deletionTimestamp: z.string().nullish(),
      labels: z.record(z.string(), z.string()).nullish(),
      annotations: z.record(z.string(), z.string()).nullish(),
      // Who wrote which field is half of an object, and nobody reads it.
      managedFields: z.unknown().optional()
    })
    .transform(({ managedFields: _, ...metadata }) => metadata)
});
export type KubeObject = z.infer<typeof KubeObject>;

/** An object that is yet to be made. */
export interface IManifest {
  apiVersion: string;
  kind: string;
  metadata: {
    name?: string;
    generateName?: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [key: string]: unknown;
  };
  [key: string]: unknown;
}

/** One page of a list. */
export const KubeList = z.looseObject({
  metadata: z.looseObject({
    resourceVersion: z.string().default(''),
    continue: z.string().optional()
  }),
  // `null` where an aggregated API has none
  items: z.array(z.unknown()).nullable()
});
export type KubeList = z.infer<typeof KubeList>;
