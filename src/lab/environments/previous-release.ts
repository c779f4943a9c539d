import type { Release } from '../../contract/environment';
import type { Promotion } from '../../contract/promotion';

/**
 * The version that a revert would put back: null where there is none, undefined where the promotions
 * do not tell, such as after a commit by hand. A revert takes the last release back, as in Git.
 */
export function previousVersion(
  release: Release,
  environment: string,
  promotions: readonly Promotion[]
): number | null | undefined {
  const done = promotions
    .filter(
      promotion =>
        promotion.environment === environment &&
        promotion.model === release.model &&
        promotion.state === 'succeeded'
    )
    .sort((one, other) => Date.parse(one.createdAt) - Date.parse(other.createdAt));
  const versions: number[] = [];
  for (const { kind, version } of done) {
    if (kind === 'promote') {
      versions.push(version);
    } else {
      versions.pop();
    }
  }
  if (versions.at(-1) !== release.version) {
    return undefined;
  }
  return versions.at(-2) ?? null;
}
