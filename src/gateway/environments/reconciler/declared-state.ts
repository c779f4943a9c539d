import type { Release } from '../../../contract/environment';
import type { ApiError } from '../../../contract/error';
import type { Actor } from '../../../contract/identifier';
import { toApiError } from '../../jobs/jobs';
import type { IGitCommit, IGitRepository } from '../git/port';
import {
  assumed,
  inOrder,
  readEnvironment,
  declared,
  type IDeclaredEnvironment
} from '../manifests/environment-manifest';
import {
  below,
  ENVIRONMENTS,
  isEnvironmentFile,
  releaseFolder,
  releaseOf
} from '../manifests/layout';
import { readRelease, type IDeclaredRelease } from '../manifests/release-reader';

/** One release's folder: what it declares, or why that cannot be told. */
export interface IDeclaredFolder {
  environment: string;
  model: string;
  release: IDeclaredRelease | null;
  error: ApiError | null;
  /** The newest commit that touched the folder. */
  commit: IGitCommit;
}

/** Everything that one commit declares. */
export interface IDeclaredState {
  revision: string;
  environments: IDeclaredEnvironment[];
  /** By folder. */
  releases: Map<string, IDeclaredFolder>;
  /** Newest commit by folder, also of folders that are gone. */
  commits: Map<string, IGitCommit>;
}

/**
 * Reads what a commit declares. A file that cannot be used harms only its own release or environment.
 *
 * @param previous What an older commit declared: only the history after it is read.
 */
export async function readDeclaredState(
  repository: IGitRepository,
  revision: string,
  previous: IDeclaredState | null
): Promise<IDeclaredState> {
  const files = await repository.read(revision, ENVIRONMENTS);
  const commits = await newestCommits(repository, revision, previous);
  const folders = new Map(
    [...files.keys()].flatMap(path => {
      const found = releaseOf(path);
      return found ? [[releaseFolder(found.environment, found.model), found]] : [];
    })
  );
  const environments = inOrder(readEnvironments(files, previous));
  const known = new Set(environments.map(({ name }) => name));
  const releases = new Map<string, IDeclaredFolder>();
  for (const [folder, { environment, model }] of folders) {
    const commit = commits.get(folder);
    if (known.has(environment) && commit) {
      releases.set(folder, {
        environment,
        model,
        commit,
        ...attempt(() => readRelease(environment, model, below(files, folder)))
      });
    }
  }
  return { revision, environments, releases, commits };
}

async function newestCommits(
  repository: IGitRepository,
  revision: string,
  previous: IDeclaredState | null
): Promise<Map<string, IGitCommit>> {
  const grows =
    previous !== null && (await repository.isAncestor(previous.revision, revision));
  const commits = new Map(grows ? previous.commits : []);
  const newest = await repository.log(revision, {
    folder: ENVIRONMENTS,
    after: grows ? previous.revision : undefined
  });
  for (const commit of newest.reverse()) {
    for (const path of commit.paths) {
      const found = releaseOf(path);
      if (found) {
        commits.set(releaseFolder(found.environment, found.model), commit);
      }
    }
  }
  return commits;
}

function readEnvironments(
  files: ReadonlyMap<string, string>,
  previous: IDeclaredState | null
): IDeclaredEnvironment[] {
  const written = [...files].flatMap(([path, text]) => {
    if (!isEnvironmentFile(path)) {
      return [];
    }
    const [, name] = path.split('/');
    const read = attempt(() => readEnvironment(name, text)).release;
    // Broken rules do not take endpoints down; a promotion into it says what is wrong.
    const before = previous?.environments.find(known => known.name === name);
    return [read ?? before ?? declared(name, {})];
  });
  return [...assumed(files), ...written];
}

function attempt<T>(read: () => T): { release: T | null; error: ApiError | null } {
  try {
    return { release: read(), error: null };
  } catch (error) {
    return { release: null, error: toApiError(error) };
  }
}

/** The release as the contract shows it. */
export function toRelease(
  { commit, model }: IDeclaredFolder,
  release: IDeclaredRelease,
  version: number
): Release {
  return {
    model,
    version,
    digest: release.digest,
    app: release.app,
    baseline: release.baseline,
    revision: commit.id,
    promotion: commit.trailers.Promotion ?? '',
    at: commit.at,
    actor: authorOf(commit)
  };
}

/** Git proves nobody: an author counts as asserted unless we wrote down that the platform proved it. */
function authorOf({ author, trailers }: IGitCommit): Actor {
  return { name: author, asserted: trailers.Identity !== 'proven' };
}
