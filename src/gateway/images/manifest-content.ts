import { mkdir } from 'node:fs/promises';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { canonicalJson, LAYER_TYPE, Manifest, MANIFEST_TYPE } from './manifest';
import { unpackModelLayer } from './model-layer';
import type { IImageStore, IManifestContent } from './port';

/** The type of those that do not say theirs. */
const Typed = z.object({ mediaType: z.string().default(MANIFEST_TYPE) });

/** The bytes under which a manifest of ours is stored everywhere. */
export function manifestContent(manifest: object): IManifestContent {
  return {
    content: Buffer.from(canonicalJson(Manifest.loose().parse(manifest))),
    mediaType: MANIFEST_TYPE
  };
}

/** What type a manifest says it is of. */
export function mediaTypeOf(content: Uint8Array): string {
  const parsed = Typed.safeParse(parseJson(content));
  return parsed.success ? parsed.data.mediaType : MANIFEST_TYPE;
}

/** @throws MlopsError `manifest-invalid` where the content is no image manifest. */
export function parseManifest(digest: string, content: Uint8Array): Manifest {
  const parsed = Manifest.safeParse(parseJson(content));
  if (!parsed.success) {
    throw new MlopsError('refused', {
      code: 'manifest-invalid',
      message: `${digest} is not an OCI image manifest.`,
      cause: parsed.error.issues[0]?.message
    });
  }
  return parsed.data;
}

/**
 * Unpacks the files of a model from any store.
 *
 * @throws MlopsError `manifest-without-model`, and what the store and the layer throw.
 */
export async function unpackModel(
  store: Pick<IImageStore, 'manifest' | 'readBlob'>,
  manifestDigest: string,
  folder: string
): Promise<void> {
  const manifest = await store.manifest(manifestDigest);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // In a derived image the model's layer is the last one.
  const layer = manifest.layers.findLast(({ mediaType }) => mediaType === LAYER_TYPE);
  if (!layer) {
    throw new MlopsError('refused', {
      code: 'manifest-without-model',
      message: `${manifestDigest} holds no model layer.`
    });
  }
  await unpackModelLayer(await store.readBlob(layer.digest), folder);
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return null;
  }
}
