import { MlopsError } from '../../contract/mlops-error';
import { INDEX_TYPE } from './manifest';
import { parseManifest } from './manifest-content';
import type { IImageStore } from './port';

const INDEXES = [
  INDEX_TYPE,
  'application/vnd.docker.distribution.manifest.list.v2+json'
];

/** What a copy moved. */
export interface ICopied {
  /** Blobs of the image; those that were there already are counted too. */
  blobs: number;
  /** Bytes of those blobs. */
  bytes: number;
}

/**
 * Copies an image or artifact from one store into another, under the same digest. Blobs are streamed
 * one after the other, and the manifest comes last: it never names what is not there.
 *
 * @param reference Name under which the target's index knows it.
 * @throws MlopsError `image-for-many-platforms`, and what the stores throw.
 */
export async function copyImage(
  source: IImageStore,
  target: IImageStore,
  digest: string,
  reference: string
): Promise<ICopied> {
  const manifest = await source.readManifest(digest);
  if (INDEXES.includes(manifest.mediaType)) {
    throw new MlopsError('refused', {
      code: 'image-for-many-platforms',
      message: `${digest} is a list of images for several platforms, not an image.`,
      action:
        'Name the digest of the image for the platform of the cluster, such as linux/amd64.'
    });
  }
  const { config, layers } = parseManifest(digest, manifest.content);
  const blobs = new Map([config, ...layers].map(blob => [blob.digest, blob]));
  let bytes = 0;
  for (const blob of blobs.values()) {
    await target.writeBlob(blob, start => source.openBlob(blob.digest, start));
    bytes += blob.size;
  }
  await target.writeManifest(manifest, reference);
  return { blobs: blobs.size, bytes };
}
