import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { stepBefore } from '../../compile/step-request';
import type { Step } from '../../contract/pipeline';
import { arrivingValues, keptValues } from './arriving-values';
import { fileDigest } from './file-digest';
import type { RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import { readResult, type StepResult } from './step-files';

/**
 * What a step's result depends on, as far as it is known before it runs: its code, its parameters,
 * the values that come in, the local modules, the files it names, the variables of the environment
 * it reads, and the environment itself. The files it turns out to read are compared afterwards.
 *
 * @returns null where a value that comes in has no digest.
 */
export async function stepKey(
  step: Step,
  plan: RunPlan,
  parameters: Record<string, unknown>,
  folder: RunFolder
): Promise<string | null> {
  const inputs: [string, string][] = [];
  const { steps } = plan.pipeline;
  const resultOf = (id: string): StepResult | null => readResult(folder.step(id));
  const arriving = arrivingValues(step, steps, resultOf);
  for (const { variable, from } of arriving) {
    const result = resultOf(from);
    if (!result) {
      return null;
    }
    // Absent where the earlier step did not bind it.
    inputs.push([variable, result.values[variable]?.digest ?? 'absent']);
  }
  const before = stepBefore(step, steps);
  const { code, environment, place } = folder.identity();
  const { parametersCell } = plan.pipeline;
  const holds = step.cells.some(
    cell => cell.index === parametersCell && !cell.repeated
  );
  const parts = {
    version: 2,
    id: step.id,
    cells: step.cells.map(cell => [cell.source, plan.tolerant.includes(cell.index)]),
    outputs: step.outputs,
    kept: keptValues(step, steps, arriving),
    inputs,
    ambient: before && ambientDigest(folder.values(before)),
    parameters: holds ? sorted(parameters) : {},
    files: await Promise.all(
      [...step.filesRead]
        .sort()
        .map(async file => [file, await fileDigest(join(folder.work, place, file))])
    ),
    variables: [...step.environment]
      .sort()
      .map(name => [name, process.env[name] ?? null]),
    model: [plan.modelVariable, plan.timeColumn],
    place,
    code,
    environment
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function sorted(record: Record<string, unknown>): [string, unknown][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Random states and the like travel beside the values. */
function ambientDigest(values: string): string {
  try {
    return createHash('sha256')
      .update(readFileSync(join(values, 'ambient.pkl')))
      .digest('hex');
  } catch {
    // A step that changed nothing leaves none.
    return '';
  }
}
