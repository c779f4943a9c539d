import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { digestOf } from './digest';
import {
  canonicalJson,
  CONFIG_TYPE,
  type Descriptor,
  LAYER_TYPE,
  MANIFEST_TYPE,
  type Manifest
} from './manifest';
import type { IImageStore } from './port';

/** The parts of an OCI image configuration that are changed; all others are kept. */
const ImageConfig = z.looseObject({
  architecture: z.string(),
  os: z.string(),
  config: z.looseObject({}).optional(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(z.string()) }),
  history: z.array(z.looseObject({})).optional()
});

const OCI_LAYERS: Record<string, string> = {
  'application/vnd.docker.image.rootfs.diff.tar': LAYER_TYPE,
  'application/vnd.docker.image.rootfs.diff.tar.gzip': `${LAYER_TYPE}+gzip`,
  'application/vnd.docker.image.rootfs.diff.tar.zstd': `${LAYER_TYPE}+zstd`
};

/**
 * Makes the runnable image of a model: the base image's layers, then the model's layer. Depends on
 * the two digests only.
 *
 * @param base Digest of the base image's manifest, which must be in the store.
 * @param artifact The model artifact's digest and its uncompressed layer.
 * @returns The image's digest.
 * @throws MlopsError `base-image-missing`, `base-image-invalid`
 */
export async function deriveImage(
  store: IImageStore,
  base: string,
  artifact: { name: string; digest: string; layer: Descriptor }
): Promise<string> {
  if (!(await store.hasManifest(base))) {
    throw new MlopsError('refused', {
      code: 'base-image-missing',
      message: `The base image ${base} is not in the model store.`,
      action:
        'Name it with its registry, host/path@sha256:…, copy it into the OCI layout, or remove image.base from mlops.yaml.'
    });
  }
  const manifest = await store.manifest(base);
  const config = await readConfig(store, base, manifest);
  const content = Buffer.from(
    canonicalJson({
      ...config,
      rootfs: {
        type: 'layers',
        // The layer is not compressed: its digest is its diff id.
        diff_ids: [...config.rootfs.diff_ids, artifact.layer.digest]
      },
      history: [
        ...(config.history ?? []),
        { created_by: 'jupyterlab-mlops', comment: `model ${artifact.digest}` }
      ]
    })
  );
  await store.putBlob(content);
  return await store.putManifest(
    {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: {
        mediaType: CONFIG_TYPE,
        digest: digestOf(content),
        size: content.length
      },
      layers: [...manifest.layers.map(asOci), artifact.layer],
      annotations: {
        'org.opencontainers.image.base.digest': base,
        'org.jupyterlab-mlops.model.digest': artifact.digest
      }
    },
    `${artifact.name}-image`
  );
}

/** An OCI manifest names OCI layers: Docker's are the same bytes under another type. */
function asOci(layer: Descriptor): Descriptor {
  return { ...layer, mediaType: OCI_LAYERS[layer.mediaType] ?? layer.mediaType };
}

async function readConfig(
  store: IImageStore,
  base: string,
  manifest: Manifest
): Promise<z.infer<typeof ImageConfig>> {
  const content = Buffer.from(await store.readBlob(manifest.config.digest));
  try {
    return ImageConfig.parse(JSON.parse(content.toString('utf8')));
  } catch (error) {
    throw new MlopsError('refused', {
      code: 'base-image-invalid',
      message: `The base image ${base} has no readable OCI configuration.`,
      cause: error instanceof Error ? error.message : String(error)
    });
  }
}
