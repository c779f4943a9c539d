import { join } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import type { AdapterStatus } from '../../contract/status';
import { PROJECT_FILE, readProject, type IFoundProject } from '../project/read-project';
import type { IStage } from '../stage';
import { askRegistry } from './ask-registry';
import { sentence, type RegistryState } from './registry/registry-state';

/** A registry is asked again after this; panels ask for the status often. */
const FRESH_FOR = 30_000;

/** Where images go beside the model store: tells whether the project's registry takes them. */
export function createImagesStage(environment: NodeJS.ProcessEnv): IStage {
  const asked = new Map<string, { state: Promise<RegistryState>; at: number }>();
  const stateOf = (found: IFoundProject): Promise<RegistryState> => {
    const key = JSON.stringify([found.path, found.project.image]);
    const last = asked.get(key);
    if (last && Date.now() - last.at < FRESH_FOR) {
      return last.state;
    }
    const state = askRegistry(found, environment);
    asked.clear();
    asked.set(key, { state, at: Date.now() });
    return state;
  };
  return {
    handlers: {},
    start: async () => {},
    close: async () => {},
    status: async rootDir => {
      const state = await lookAt(rootDir, stateOf);
      return state ? [{ stage: 'images', adapter: 'OCI registry', ...state }] : [];
    }
  };
}

/** Null where the folder's project names no registry. */
async function lookAt(
  rootDir: string,
  stateOf: (found: IFoundProject) => Promise<RegistryState>
): Promise<Pick<AdapterStatus, 'state' | 'detail'> | null> {
  try {
    const found = readProject(join(rootDir, PROJECT_FILE));
    return found.project.image.repository === undefined ? null : await stateOf(found);
  } catch (error) {
    if (error instanceof MlopsError) {
      return { state: 'failed', detail: sentence(error) };
    }
    throw error;
  }
}
