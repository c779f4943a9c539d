import { z } from 'zod';

import type { KubeClient } from '../../kube/kube-client';
import { MlopsError } from '../../../contract/mlops-error';
import { sameRepository } from './covered-place';
import { mayFollow } from './readable-places';
import { APPLICATION_SETS } from './resources';

const ApplicationSet = z.looseObject({
  spec: z.looseObject({ generators: z.array(z.unknown()).nullish() })
});
const GitGenerator = z.looseObject({ repoURL: z.string() });

/** Whether a generator, or one nested in it, reads this repository. */
export function readsRepository(generator: unknown, repository: string): boolean {
  if (typeof generator !== 'object' || generator === null) {
    return false;
  }
  return Object.entries(generator).some(([key, value]) => {
    const git = key === 'git' ? GitGenerator.safeParse(value) : null;
    return git?.success
      ? sameRepository(git.data.repoURL, repository)
      : readsRepository(value, repository);
  });
}

/**
 * The first ApplicationSet that makes Applications from what lies in the repository, as
 * `namespace/name`: it may make the one that is missing. Null where none may be read.
 */
export async function findApplicationSet(
  client: KubeClient,
  places: (string | undefined)[],
  repository: string
): Promise<string | null> {
  const found: string[] = [];
  for (const namespace of places) {
    if (await mayFollow(client, APPLICATION_SETS, namespace)) {
      await client
        .list(APPLICATION_SETS, namespace, ({ metadata, ...rest }) => {
          const set = ApplicationSet.safeParse(rest);
          if (readsRepository(set.data?.spec.generators, repository)) {
            found.push(`${metadata.namespace}/${metadata.name}`);
          }
        })
        .catch(ifUnknown);
    }
  }
  return found.at(0) ?? null;
}

/** Argo CD without ApplicationSets. */
function ifUnknown(error: unknown): void {
  const code = error instanceof MlopsError ? error.body.code : '';
  if (code !== 'cluster-resource-unknown') {
    throw error;
  }
}
