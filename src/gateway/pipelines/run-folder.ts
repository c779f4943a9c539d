import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { Step } from '../../contract/pipeline';
import { MlopsError } from '../../contract/mlops-error';
import { isOutside } from '../notebooks/notebook-path';

/** What a run's steps have in common, found when its private folder was made. */
const Identity = z.object({
  /** The notebook's folder inside the private one. */
  place: z.string(),
  /** Digest of the local modules. */
  code: z.string(),
  /** Digest of the kernel's environment and the step runner. */
  environment: z.string()
});
export type Identity = z.infer<typeof Identity>;

/** The part of a step's values that the engine has to know. */
const Graph = z.looseObject({
  blobs: z.array(z.string().regex(/^[0-9a-f]{64}$/)).default([])
});

/** Where the files of one run lie; see `docs/step-runner.md`. */
export class RunFolder {
  constructor(readonly path: string) {}

  get notebook(): string {
    return join(this.path, 'notebook.ipynb');
  }
  get pipeline(): string {
    return join(this.path, 'pipeline.json');
  }
  get work(): string {
    return join(this.path, 'work');
  }
  get allValues(): string {
    return join(this.path, 'values');
  }
  /** Values of secret parameters; gone once the run has succeeded. */
  get secrets(): string {
    return join(this.path, 'secrets.json');
  }
  get identityFile(): string {
    return join(this.path, 'identity.json');
  }

  /** @param step A step's id: checked, since it becomes part of a path. */
  step(step: Step['id']): string {
    return join(this.path, 'steps', safe(step));
  }

  values(step: Step['id']): string {
    return join(this.allValues, safe(step));
  }

  /** Large contents of arrays that a step's values refer to: named by their digests. */
  blobsOf(step: Step['id']): string[] {
    const path = join(this.values(step), 'graph.json');
    return existsSync(path)
      ? Graph.parse(JSON.parse(readFileSync(path, 'utf8'))).blobs
      : [];
  }

  blob(digest: string): string {
    return join(this.allValues, '.blobs', digest);
  }

  /** Whether a file that a cell may have replaced by a link is still one of this run's. */
  holds(path: string): boolean {
    try {
      return !isOutside(realpathSync(this.path), realpathSync(path));
    } catch {
      // It does not exist (yet): nothing is read.
      return true;
    }
  }

  identity(): Identity {
    return Identity.parse(JSON.parse(readFileSync(this.identityFile, 'utf8')));
  }
}

function safe(step: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(step)) {
    throw new MlopsError('refused', {
      code: 'step-name',
      message: `${JSON.stringify(step)} cannot be the name of a step.`
    });
  }
  return step;
}
