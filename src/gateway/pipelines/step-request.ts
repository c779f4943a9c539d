import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Step } from '../../contract/pipeline';
import type { RunFolder } from './run-folder';
import type { RunPlan } from './run-plan';
import { REQUEST } from './step-files';

/** Rows of the training frame that are kept for baseline and comparison. */
const TRAINING_ROWS = 20_000;

/** Sets and dicts of strings iterate in the same order in each step, as in one kernel. */
export const INTERPRETER = { PYTHONHASHSEED: '0' };

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
  const { pipeline } = plan;
  const output = folder.step(step.id);
  const holds = step.cells.some(
    cell => cell.index === pipeline.parametersCell && !cell.repeated
  );
  const request = {
    version: 1,
    run,
    step: step.id,
    title: step.title,
    cells: step.cells.map(({ id, index, source }) => ({
      id,
      index,
      source,
      raisesException: plan.tolerant.includes(index)
    })),
    inputs: step.inputs,
    outputs: step.outputs,
    ambientFrom: stepBefore(step, pipeline.steps),
    ambientKept: pipeline.steps.some(
      later => stepBefore(later, pipeline.steps) === step.id
    ),
    parameters: holds ? parameters : {},
    parametersCell: holds ? pipeline.parametersCell : null,
    work: folder.work,
    folder: folder.identity().place,
    values: folder.allValues,
    output,
    firstExecutionCount: firstExecutionCount(step, pipeline.steps),
    timeoutSeconds: step.timeoutSeconds ?? null,
    environment: INTERPRETER,
    modelVariable: plan.modelVariable,
    timeColumn: plan.timeColumn,
    trainingRowsKept: TRAINING_ROWS
  };
  await rm(output, { recursive: true, force: true });
  await mkdir(output, { recursive: true, mode: 0o700 });
  await writeFile(join(output, REQUEST), JSON.stringify(request), { mode: 0o600 });
}

/**
 * The step whose random states, working folder and the like a step goes on with: the last of those
 * that it waits for, in the notebook's order. Null where it waits for none.
 */
export function stepBefore(step: Step, steps: Step[]): string | null {
  return steps.findLast(other => step.after.includes(other.id))?.id ?? null;
}

/** Counts go on from step to step, as if one kernel had run the cells in their order, each once. */
function firstExecutionCount(step: Step, steps: Step[]): number {
  const earlier = steps.slice(0, steps.indexOf(step)).flatMap(({ cells }) => cells);
  const repeated = step.cells.filter(cell => cell.repeated).length;
  return 1 + earlier.filter(cell => !cell.repeated).length - repeated;
}
