import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { holdsParameters, stepRequest } from '../../compile/step-request';
import type { Step } from '../../contract/pipeline';
import type { RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import { arrivingValues, keptValues } from './arriving-values';
import { readResult, REQUEST } from './step-files';

export interface IStepContext {
  run: string;
  plan: RunPlan;
  parameters: Record<string, unknown>;
  folder: RunFolder;
}

/** Makes a step's folder anew, with what it is asked to do. What an earlier attempt left is removed. */
export async function writeStepRequest(
  step: Step,
  { run, plan, parameters, folder }: IStepContext
): Promise<void> {
  const output = folder.step(step.id);
  const { steps } = plan.pipeline;
  const inputs = arrivingValues(step, steps, id => readResult(folder.step(id)));
  const request = {
    ...stepRequest(step, { ...plan, place: folder.identity().place }),
    run,
    inputs,
    kept: keptValues(step, steps, inputs),
    parameters: holdsParameters(step, plan.pipeline) ? parameters : {},
    work: folder.work,
    values: folder.allValues,
    output
  };
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true, mode: 0o700 });
  await writeFile(join(output, REQUEST), JSON.stringify(request), { mode: 0o600 });
}
