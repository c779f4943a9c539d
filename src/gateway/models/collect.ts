import { join } from 'node:path';

import { z } from 'zod';

import type { Lineage } from '../../contract/model';
import type { IRuns } from '../pipelines/port';
import { readProject } from '../project/read-project';
import { chooseCandidate } from './candidate';
import { lineageOfRun } from './lineage';
import { ModelFolder, type Description } from './model-folder';

/** Everything that there is to know about a trained model before it becomes a version. */
export interface ICollected {
  folder: ModelFolder;
  description: Description;
  lineage: Lineage;
  metrics: Record<string, number>;
  reproducible: boolean;
  /** What could not be found, in plain words. */
  missing: string[];
}

const StepResult = z.object({ python: z.string() });
/** @throws MlopsError from `chooseCandidate`, `ModelFolder` */
export async function collectFromRun(
  runs: IRuns,
  id: string,
  chosen: string | undefined
): Promise<ICollected> {
  const run = runs.get(id);
  const variable = chosen ?? readProject(run.notebook).project.model.variable;
  const candidate = chooseCandidate(run, variable);
  const step = join(runs.folder(id), 'steps', candidate.step);
  const folder = await ModelFolder.open(
    join(step, 'models', candidate.variable),
    runs.folder(id)
  );
  const description = await folder.description();
  const result = await (
    await ModelFolder.open(step, runs.folder(id))
  ).optional('result.json', StepResult);
  const lineage = lineageOfRun(run, {
    variable: candidate.variable,
    type: candidate.type,
    python: result?.python ?? '',
    imports: description.imports
  });
  const metrics = Object.fromEntries(
    run.metrics.map(({ name, value }) => [name, value])
  );
  const missing = [
    ...description.missing,
    ...(run.source ? [] : ['The commit: the notebook is not in a Git repository.']),
    ...(run.metrics.length
      ? []
      : ['Metrics: the notebook computes none that were found.'])
  ];
  return { folder, description, lineage, metrics, reproducible: true, missing };
}
