import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { messageOf } from '../thrown';

const run = promisify(execFile);
const Description = z.object({
  version: z.string(),
  executable: z.string(),
  packages: z.array(z.string())
});
type Description = z.infer<typeof Description>;

const DESCRIBE = `
import json, sys
print(json.dumps({"version": sys.version, "executable": sys.executable,
  "packages": [p for p in sys.path if p.endswith("-packages")]}))`;

/**
 * Tells environments apart: interpreter, and what is installed in it. The interpreter is asked once;
 * its folders of packages are looked at each time, since cells and terminals install things.
 */
export class EnvironmentDigest {
  /** @param runner Folder of the step runner, whose version counts, too. */
  constructor(runner: string) {
    this._runner = runner;
  }

  /** @throws MlopsError `kernel-not-usable` where the interpreter cannot be run. */
  async of(python: string): Promise<string> {
    const known = this._known.get(python) ?? describe(python);
    this._known.set(python, known);
    try {
      const { version, executable, packages } = await known;
      const hash = createHash('sha256').update(`${executable}\0${version}\0`);
      packages.forEach(folder => hash.update(listing(folder)));
      return hash.update(this._runnerDigest()).digest('hex');
    } catch (error) {
      // It may be repaired before the next run.
      this._known.delete(python);
      throw error;
    }
  }

  private _runnerDigest(): string {
    const hash = createHash('sha256');
    for (const name of readdirSync(this._runner).sort()) {
      if (name.endsWith('.py')) {
        hash.update(`${name}\0`).update(readFileSync(join(this._runner, name)));
      }
    }
    return hash.digest('hex');
  }

  private readonly _runner: string;
  private readonly _known = new Map<string, Promise<Description>>();
}

async function describe(python: string): Promise<Description> {
  try {
    const { stdout } = await run(python, ['-c', DESCRIBE], {
      cwd: '/',
      timeout: 60_000
    });
    return Description.parse(JSON.parse(stdout));
  } catch (error) {
    throw new MlopsError('failed', {
      code: 'kernel-not-usable',
      message: `The interpreter of the notebook's kernel, ${python}, cannot be run.`,
      cause: messageOf(error),
      action: 'Choose another kernel, or install this one again.'
    });
  }
}

/** Names carry versions (`pandas-3.0.1.dist-info`); times tell of a reinstallation. */
function listing(folder: string): string {
  try {
    return readdirSync(folder)
      .filter(name => /\.(dist-info|egg-info|egg-link|pth)$/.test(name))
      .sort()
      .map(name => `${name}\0${statSync(join(folder, name)).mtimeMs}\n`)
      .join('');
  } catch {
    // A folder on the import path need not exist.
    return '';
  }
}
