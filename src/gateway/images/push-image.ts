import { MlopsError } from '../../contract/mlops-error';
import { copyImage } from './copy-image';
import type { OciLayout } from './oci-layout';
import { projectRegistry, type IRegistryContext } from './project-registry';
import { RegistryStore } from './registry/registry-store';

/**
 * Pushes a model artifact or a derived image of the model store into the project's repository. What
 * is there already is not sent again, so an interrupted push is simply repeated.
 *
 * @param digest Digest of the manifest.
 * @returns The reference by which a cluster pulls it: `registry.example.com/team/models@sha256:…`.
 * @throws MlopsError `repository-missing`, and what the registry and the store throw
 */
export async function pushImage(
  store: OciLayout,
  digest: string,
  context: IRegistryContext
): Promise<string> {
  const client = projectRegistry(context);
  if (!client) {
    throw new MlopsError('refused', {
      code: 'repository-missing',
      message: 'The project names no repository to push to.',
      action:
        'Set image.repository in mlops.yaml, such as registry.example.com/team/models.'
    });
  }
  const registry = new RegistryStore(client);
  try {
    const reference = (await store.referenceOf(digest)) ?? 'image';
    await copyImage(store, registry, digest, reference);
    return `${registry.name}@${digest}`;
  } finally {
    await registry.close();
  }
}
