import { createHash } from 'node:crypto';
import { join } from 'node:path';

import { isGitAddress, readGitAddress } from '../../../contract/git-address';
import { MlopsError } from '../../../contract/mlops-error';
import type { GitopsSettings } from '../../../contract/project';
import type { ICore } from '../../core';
import {
  PROJECT_FILE,
  readProject,
  rootProject,
  type IFoundProject
} from '../../project/read-project';
import { EmbeddedRepository } from './embedded-repository';
import type { IGitRepository } from './port';
import { RemoteRepository } from './remote/remote-repository';
import { UnusableRepository } from './unusable-repository';

/**
 * The repository that `mlops.yaml` names, in the folder where Jupyter or the command line was started or above
 * it; the one in the data home where it names none. A file that cannot be used is said with every call.
 */
export function chooseRepository(core: ICore): IGitRepository {
  const { home, context, log } = core;
  try {
    const { project } = readProject(rootProject(context.rootDir));
    const { gitops: settings } = project;
    return settings
      ? new RemoteRepository({
          folder: join(home.remotes, `${shortDigest(settings.repository)}.git`),
          address: addressOf(settings),
          settings,
          user: context.user,
          warn: (error, message) => log.warn({ err: error }, message)
        })
      : new EmbeddedRepository(home.gitops);
  } catch (error) {
    if (error instanceof MlopsError) {
      return new UnusableRepository(error);
    }
    throw error;
  }
}

/** @throws MlopsError `gitops-elsewhere` where a project names another repository than the one that is used. */
export function assertChosen(
  { source }: IGitRepository,
  { project: { gitops }, path }: IFoundProject
): void {
  if (!gitops || sameSource(gitops, source)) {
    return;
  }
  throw new MlopsError('refused', {
    code: 'gitops-elsewhere',
    message: `${path ?? PROJECT_FILE} names the repository ${gitops.repository} (${gitops.branch}), but this gateway works with ${source ? `${source.repository} (${source.branch})` : "this computer's own"}.`,
    cause: `What is under \`gitops\` is read once, from the ${PROJECT_FILE} in the folder where Jupyter was started, or above it.`,
    action: `Start Jupyter (or the command) in the project's folder, or put \`gitops\` into the ${PROJECT_FILE} where it was started, and start it again.`
  });
}

function sameSource(wanted: GitopsSettings, source: IGitRepository['source']): boolean {
  return (
    source !== null &&
    wanted.repository === source.repository &&
    wanted.branch === source.branch &&
    wanted.mode === source.mode
  );
}

function addressOf({
  repository
}: GitopsSettings): RemoteRepository.IOptions['address'] {
  const address = readGitAddress(repository);
  if (!isGitAddress(address)) {
    throw new MlopsError('refused', {
      code: 'project-invalid',
      message: address.message
    });
  }
  return address;
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
