import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { Pipeline } from '../../contract/pipeline';
import type { RunFolder } from './run-folder';
import { writeSecrets } from './secret-file';

/** Makes a run's folder with the notebook as it is now. Leaves nothing where it fails. */
export async function writeRunFiles(
  folder: RunFolder,
  content: unknown,
  pipeline: Pipeline,
  secrets: Record<string, unknown>
): Promise<void> {
  try {
    await mkdir(dirname(folder.notebook), { recursive: true, mode: 0o700 });
    await writeFile(folder.notebook, JSON.stringify(content), { mode: 0o600 });
    await writeFile(folder.pipeline, JSON.stringify(pipeline), { mode: 0o600 });
    await writeSecrets(folder.secrets, secrets);
  } catch (error) {
    await rm(folder.path, { recursive: true, force: true });
    throw error;
  }
}
