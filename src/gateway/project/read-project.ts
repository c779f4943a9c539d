import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import { Project } from '../../contract/project';
import { parseProject, PROJECT_BYTES } from './parse-project';
import { codeOf, messageOf } from '../thrown';

export const PROJECT_FILE = 'mlops.yaml';

export interface IFoundProject {
  project: Project;
  /** Absolute path of the `mlops.yaml`; null where there is none and everything is embedded. */
  path: string | null;
}

/**
 * Finds `mlops.yaml` in the notebook's folder or the nearest one above, and reads it.
 *
 * @param notebookPath Absolute path; the notebook itself need not exist.
 * @throws MlopsError `project-invalid`, `project-too-large`, `project-not-readable`
 */
export function readProject(notebookPath: string): IFoundProject {
  for (let folder = dirname(notebookPath); ; folder = dirname(folder)) {
    const path = join(folder, PROJECT_FILE);
    const text = readIfThere(path);
    if (text !== null) {
      return { project: parseProject(text, path), path };
    }
    if (folder === dirname(folder)) {
      return { project: Project.parse({}), path: null };
    }
  }
}

/** Beside the `mlops.yaml` that counts for what all projects of a gateway share. */
export function rootProject(rootDir: string | null): string {
  return join(rootDir ?? process.cwd(), PROJECT_FILE);
}

function readIfThere(path: string): string | null {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) {
      return null;
    }
    if (stat.size > PROJECT_BYTES) {
      throw new MlopsError('refused', {
        code: 'project-too-large',
        message: `${path} has ${stat.size} bytes; at most ${PROJECT_BYTES} are read.`,
        action: 'Keep only settings in it.'
      });
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof MlopsError) {
      throw error;
    }
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return null;
    }
    throw new MlopsError('refused', {
      code: 'project-not-readable',
      message: `${path} cannot be read.`,
      cause: messageOf(error),
      action: 'Make it readable, or move it away.'
    });
  }
}
