import { z } from 'zod';

import { Digest } from '../../contract/identifier';

export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
export const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
export const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
/** What a model artifact is, and what its configuration holds (docs/decisions/0003-model-artifact.md). */
export const MODEL_TYPE = 'application/vnd.jupyterlab-mlops.model.v1';
export const MODEL_CONFIG_TYPE =
  'application/vnd.jupyterlab-mlops.model.config.v1+json';

export const Descriptor = z.object({
  mediaType: z.string(),
  digest: Digest,
  size: z.number().int().min(0),
  annotations: z.record(z.string(), z.string()).optional()
});
export type Descriptor = z.infer<typeof Descriptor>;

/** The parts of an OCI image manifest that are read here. */
export const Manifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  artifactType: z.string().optional(),
  config: Descriptor,
  layers: z.array(Descriptor),
  annotations: z.record(z.string(), z.string()).optional()
});
export type Manifest = z.infer<typeof Manifest>;

export const Index = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.string().optional(),
  manifests: z.array(Descriptor)
});
export type Index = z.infer<typeof Index>;

/** JSON whose keys are in order, so that the same content has the same bytes and digest. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(
          Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
        )
      : inner
  );
}
