import type { IFoundProject } from '../project/read-project';
import { projectRegistry } from './project-registry';
import { registryState, type RegistryState } from './registry/registry-state';

const ANSWERS_WITHIN = 4000;
/** Somebody waits: what fails is tried again at once. */
const PAUSE = 20;

/** Whether a project's registry takes what is pushed; the project must name one. Changes nothing. */
export async function askRegistry(
  found: IFoundProject,
  environment: NodeJS.ProcessEnv
): Promise<RegistryState> {
  const signal = AbortSignal.timeout(ANSWERS_WITHIN);
  const client = projectRegistry({ found, environment, signal, pause: PAUSE });
  if (!client) {
    throw new Error('Only projects with a registry are asked about.');
  }
  try {
    return await registryState(client);
  } catch (error) {
    if (signal.aborted) {
      const detail = `${client.name}: no answer within ${ANSWERS_WITHIN / 1000} s`;
      return { state: 'failed', detail };
    }
    throw error;
  } finally {
    await client.close();
  }
}
