import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { digestOf } from './digest';
import {
  canonicalJson,
  CONFIG_TYPE,
  type Descriptor,
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

interface IManifestReader extends IImageStore {
  manifest(digest: string): Promise<Manifest>;
}

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
  store: IManifestReader,
  base: string,
  artifact: { name: string; digest: string; layer: Descriptor }
): Promise<string> {
  if (!(await store.hasBlob(base))) {
    throw new MlopsError('refused', {
      code: 'base-image-missing',
      message: `The base image ${base} is not in the model store.`,
      action:
        'Copy it into the OCI layout, for example with skopeo, or remove image.base from mlops.yaml.'
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
      layers: [...manifest.layers, artifact.layer],
      annotations: {
        'org.opencontainers.image.base.digest': base,
        'org.jupyterlab-mlops.model.digest': artifact.digest
      }
    },
    `${artifact.name}-image`
  );
}

async function readConfig(
  store: IManifestReader,
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
