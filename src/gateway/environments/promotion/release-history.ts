import type { IGitCommit, IGitRepository } from '../git/port';
import { releaseFolder } from '../manifests/layout';

/**
 * The commits that made an environment's releases of one model, oldest first, without those that
 * were taken back: the last is what is declared now, the one before it is where a revert leads.
 */
export async function releaseHistory(
  repository: IGitRepository,
  revision: string,
  environment: string,
  model: string
): Promise<IGitCommit[]> {
  const folder = releaseFolder(environment, model);
  const commits = await repository.log(revision, { folder });
  const stack: IGitCommit[] = [];
  for (const commit of commits.reverse()) {
    const reverted = commit.trailers.Reverts;
    const at = stack.findIndex(({ id }) => id === reverted);
    if (at >= 0) {
      stack.length = at;
    } else {
      stack.push(commit);
    }
  }
  return stack;
}
