import type { OciLayout } from '../../images/oci-layout';
import { pushImage } from '../../images/push-image';
import type { IRegistryContext } from '../../images/project-registry';

/**
 * Pushes what a release names to the project's registry. What is there already is not sent again.
 *
 * @throws MlopsError as {@link pushImage} does
 */
export async function publishImages(
  store: OciLayout,
  digests: string[],
  context: IRegistryContext
): Promise<void> {
  for (const digest of digests) {
    await pushImage(store, digest, context);
  }
}
