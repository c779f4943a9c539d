import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { RunPlace, RunStep } from '../../../contract/run';
import { codeOf } from '../../thrown';
import type { RunFolder } from '../run-folder';
import { readTektonPlan } from './tekton-plan';

/** Names the pod whose words a step's log holds; beside the log. */
export const POD_FILE = 'pod.json';

const Pod = z.object({ pod: z.string() });

/**
 * Where a run's pods are, or were: told without asking the cluster, which may be gone. Null where
 * nothing of the run is left.
 */
export function tektonPlace(
  folder: RunFolder,
  steps: readonly RunStep[]
): RunPlace | null {
  const plan = ifThere(() => readTektonPlan(folder));
  const pods = steps.flatMap(({ id }) => {
    const path = join(folder.step(id), POD_FILE);
    const found = ifThere(() => Pod.parse(JSON.parse(readFileSync(path, 'utf8'))));
    return found ? [[id, found.pod] as const] : [];
  });
  return (
    plan && {
      cluster: plan.clusterName,
      namespace: plan.namespace,
      name: plan.name,
      pods: Object.fromEntries(pods)
    }
  );
}

function ifThere<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}
