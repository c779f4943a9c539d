import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';

import { fileDigest } from './file-digest';
import type { EnvironmentDigest } from './environment-digest';
import type { Identity, RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import { makeWorkFolder } from './work-folder';
import { type IWorkPlan, planWork } from './work-plan';

/** Makes what a run's steps need before the first one starts. Each part is whole or not there. */
export class RunPreparation {
  /** @param never Paths that no run may copy: the data home. */
  constructor(
    private readonly _environments: EnvironmentDigest,
    private readonly _never: string[]
  ) {}

  /** @param notebook Absolute path of the notebook. */
  async prepare(notebook: string, plan: RunPlan, folder: RunFolder): Promise<void> {
    const work = planRunWork(notebook, plan, this._never);
    await mkdir(folder.allValues, { recursive: true, mode: 0o700 });
    await mkdir(join(folder.path, 'steps'), { recursive: true, mode: 0o700 });
    const [environment, code] = await Promise.all([
      this._environments.of(plan.python),
      codeDigest(work, plan.files),
      makeWorkFolder(work, plan.files, folder.work)
    ]);
    const identity: Identity = { place: work.folder, code, environment };
    const partial = `${folder.identityFile}.partial`;
    await writeFile(partial, JSON.stringify(identity));
    await rename(partial, folder.identityFile);
  }
}

/** What a run's private folder will hold. */
export function planRunWork(
  notebook: string,
  plan: Pick<RunPlan, 'pipeline'>,
  never: string[]
): IWorkPlan {
  return planWork({ folder: dirname(notebook), named: plan.pipeline.files, never });
}

/** Any local module may be imported by any other: all count. */
async function codeDigest(
  work: IWorkPlan,
  replaced: Record<string, string>
): Promise<string> {
  const hash = createHash('sha256');
  const substitutes = new Map(
    Object.entries(replaced).map(([to, from]) => [
      normalize(join(work.folder, to)),
      from
    ])
  );
  const modules = work.files.filter(({ to }) => to.endsWith('.py'));
  for (const { from, to } of modules.sort((a, b) => (a.to < b.to ? -1 : 1))) {
    hash.update(`${to}\0${(await fileDigest(substitutes.get(to) ?? from)) ?? ''}\n`);
  }
  return hash.digest('hex');
}
