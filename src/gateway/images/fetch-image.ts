import { Digest } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import { copyImage } from './copy-image';
import type { IImageStore } from './port';
import { registryClient, type IRegistryContext } from './project-registry';
import { parseImageReference } from '../../contract/image-reference';
import { RegistryStore } from './registry/registry-store';

/**
 * Brings an image that a registry holds into the model store; does nothing where it is there.
 *
 * @param text `host/path@sha256:…`. A tag is looked up and refused with the digest to write instead:
 * what a tag names changes.
 * @returns The digest.
 * @throws MlopsError `reference-invalid`, `image-by-tag`, `image-tag-unknown`, and what the registry throws
 */
export async function fetchImage(
  store: IImageStore,
  text: string,
  context: IRegistryContext
): Promise<string> {
  const reference = parseImageReference(text);
  const { digest, tag, path } = reference;
  if (digest !== null && (await store.hasManifest(digest))) {
    return digest;
  }
  const registry = new RegistryStore(registryClient(reference, context));
  try {
    if (digest === null) {
      throw new MlopsError('refused', {
        code: 'image-by-tag',
        message: `${text} names an image by its tag, and what a tag names changes.`,
        action: `Name it by digest: ${registry.name}@${await registry.resolve(tag ?? 'latest')}`
      });
    }
    await copyImage(registry, store, digest, path.split('/').at(-1) ?? 'image');
    return digest;
  } finally {
    await registry.close();
  }
}

/** The base image that `image.base` names, by digest in the model store or in a registry. */
export function baseImage(
  store: IImageStore,
  text: string,
  context: IRegistryContext
): Promise<string> {
  return Digest.safeParse(text).success
    ? Promise.resolve(text)
    : fetchImage(store, text, context);
}
