import { MlopsError } from '../../contract/mlops-error';
import type { ICore } from '../core';
import type { IFoundProject } from '../project/read-project';
import { isBranchMoved } from './git/branch-moved';
import { MAIN, type IGitRepository } from './git/port';
import {
  declared,
  DEFAULT_ENVIRONMENTS,
  renderEnvironment,
  type IDeclaredEnvironment
} from './manifests/environment-manifest';
import { environmentFile } from './manifests/layout';
import { targetOf } from './manifests/target';

/**
 * Makes the first commit of an empty repository: the environments that the project names, else dev and prod.
 *
 * @throws MlopsError `git-repository-empty` where only others bring commits there
 */
export async function createEnvironments(
  { context, audit }: ICore,
  repository: IGitRepository,
  { project }: IFoundProject
): Promise<void> {
  if (repository.mode === 'branch') {
    throw emptyRepository(repository.place);
  }
  const actor = { name: context.user, asserted: true };
  const wanted = environmentsOf(project);
  const names = wanted.map(({ name }) => name);
  const places = [...new Set(wanted.map(({ target }) => target.name))];
  const landed = await repository
    .commit({
      branch: MAIN,
      expected: null,
      parent: null,
      files: new Map(
        wanted.map(environment => [
          environmentFile(environment.name),
          renderEnvironment(environment)
        ])
      ),
      author: actor,
      subject: `Create the environments ${names.join(' and ')}`,
      body: `They run on ${places.join(' and ')}.`,
      trailers: { Identity: 'asserted' }
    })
    .catch((error: unknown) => {
      // Whoever was faster made the same ones.
      if (isBranchMoved(error)) {
        return null;
      }
      throw error;
    });
  if (landed) {
    audit.add({
      actor,
      action: 'environments.create',
      object: names.join(', '),
      result: 'done',
      details: { revision: landed.id }
    });
  }
}

function environmentsOf({
  environments
}: IFoundProject['project']): IDeclaredEnvironment[] {
  return (
    environments?.map(({ name, target, ...rules }) =>
      declared(name, rules, target && targetOf(name, target))
    ) ?? DEFAULT_ENVIRONMENTS
  );
}

function emptyRepository(place: string): MlopsError {
  return new MlopsError('unavailable', {
    code: 'git-repository-empty',
    message: `There is no commit on ${place} yet, and mlops.yaml says that changes are merged there by others.`,
    action:
      'Make its first commit, such as a README, on the branch that `gitops.branch` names; then try again.'
  });
}
