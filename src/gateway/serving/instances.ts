import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { isAlive } from '../lease/process-identity';

const Identity = z.object({ pid: z.number().int().min(2), startTime: z.string() });

/**
 * Removes the folders of model servers whose gateway has died, and ends a server that outlived it.
 * Called while no server of this gateway runs.
 */
export async function removeInstances(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const text = await readFile(join(path, 'process.json'), 'utf8').catch(() => null);
    const identity = text === null ? null : parse(text);
    if (identity?.startTime && isAlive(identity.pid, identity.startTime)) {
      process.kill(-identity.pid, 'SIGKILL');
    }
    await rm(path, { recursive: true, force: true });
  }
}

function parse(text: string): z.infer<typeof Identity> | null {
  try {
    return Identity.parse(JSON.parse(text));
  } catch {
    // Half written: the gateway died just then, and the server with it.
    return null;
  }
}
