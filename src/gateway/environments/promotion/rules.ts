import { isAbsolute, join } from 'node:path';

import type { EnvironmentRules } from '../../../contract/environment';
import { readProject, type IFoundProject } from '../../project/read-project';

/** Finds the `mlops.yaml` of a notebook by the path that a model's lineage names. */
export type FindProject = (notebook: string) => IFoundProject;

/** @param rootDir Against which relative paths stand; those of other tools' notebooks name none. */
export function projectFinder(rootDir: string | null): FindProject {
  return notebook =>
    readProject(isAbsolute(notebook) ? notebook : join(rootDir ?? '/', notebook));
}

/** What both sets of rules allow: whoever loosens a rule must first pass the one that holds. */
export function strictest(
  holds: EnvironmentRules,
  proposed: EnvironmentRules
): EnvironmentRules {
  return {
    after: holds.after ?? proposed.after,
    approvals: Math.max(holds.approvals, proposed.approvals),
    maxP95Milliseconds: Math.min(holds.maxP95Milliseconds, proposed.maxP95Milliseconds),
    maxBytes: Math.min(holds.maxBytes, proposed.maxBytes)
  };
}
