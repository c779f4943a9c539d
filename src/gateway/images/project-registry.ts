import { dirname, resolve } from 'node:path';

import type { IFoundProject } from '../project/read-project';
import { parseRepository, type IRepository } from '../../contract/image-reference';
import { RegistryClient } from './registry/registry-client';

/** What a project's `mlops.yaml` says about its registry, and whose logins are used. */
export interface IRegistryContext {
  found: IFoundProject;
  environment: NodeJS.ProcessEnv;
  signal?: AbortSignal;
  /** Milliseconds before a failed request is sent again; 500 where absent. */
  pause?: number;
}

/**
 * The repository that a project pushes to; null where `mlops.yaml` names none.
 *
 * @throws MlopsError `repository-invalid`
 */
export function projectRegistry(context: IRegistryContext): RegistryClient | null {
  const { repository } = context.found.project.image;
  return repository === undefined
    ? null
    : registryClient(parseRepository(repository), context);
}

/** Any repository; the project's authority and its word on encryption are for its own registry. */
export function registryClient(
  repository: IRepository,
  { found, environment, signal, pause }: IRegistryContext
): RegistryClient {
  const { ca, plainHttp, repository: own } = found.project.image;
  const ours = own !== undefined && parseRepository(own).host === repository.host;
  return new RegistryClient({
    repository,
    ca: ours && ca !== undefined ? resolve(dirname(found.path ?? ''), ca) : null,
    plainHttp: ours ? (plainHttp ?? null) : null,
    environment,
    pause,
    signal
  });
}
