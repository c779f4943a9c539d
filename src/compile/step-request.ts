import type { Pipeline, Step } from '../contract/pipeline';

/** Rows of the training frame that are kept for baseline and comparison. */
const TRAINING_ROWS = 20_000;

/** Sets and dicts of strings iterate in the same order in each step, as in one kernel. */
export const INTERPRETER = { PYTHONHASHSEED: '0' };

/** What a step's request says in every engine; folders and parameters are added where it runs. */
export type StepRequest = ReturnType<typeof stepRequest>;

export interface IRequestContext {
  pipeline: Pipeline;
  /** Cells tagged `raises-exception`. */
  tolerant: number[];
  modelVariable: string | null;
  timeColumn: string | null;
  /** The notebook's folder inside the run's private one. */
  place: string;
}

/** See `docs/step-runner.md`. */
export function stepRequest(step: Step, context: IRequestContext) {
  const { pipeline, tolerant, modelVariable, timeColumn, place } = context;
  const counts = executionCounts(pipeline.steps);
  return {
    version: 1,
    step: step.id,
    title: step.title,
    cells: step.cells.map(({ id, index, source, repeated }) => ({
      id,
      index,
      source,
      raisesException: tolerant.includes(index),
      ...(repeated ? { repeated } : { count: counts.get(index) })
    })),
    inputs: step.inputs,
    outputs: step.outputs,
    ambientFrom: stepBefore(step, pipeline.steps),
    ambientKept: pipeline.steps.some(
      later => stepBefore(later, pipeline.steps) === step.id
    ),
    parametersCell: holdsParameters(step, pipeline) ? pipeline.parametersCell : null,
    folder: place,
    timeoutSeconds: step.timeoutSeconds ?? null,
    environment: INTERPRETER,
    modelVariable,
    timeColumn,
    trainingRowsKept: TRAINING_ROWS
  };
}

/** Whether parameters are set in this step; other steps get them as its values. */
export function holdsParameters(step: Step, pipeline: Pipeline): boolean {
  return step.cells.some(
    cell => cell.index === pipeline.parametersCell && !cell.repeated
  );
}

/**
 * The step whose random states, working folder and the like a step goes on with: the last of those
 * that it waits for, in the notebook's order. Null where it waits for none.
 */
export function stepBefore(step: Step, steps: Step[]): string | null {
  return steps.findLast(other => step.after.includes(other.id))?.id ?? null;
}

/**
 * The number that one kernel gives to each cell, by its index: as if it had run them in their order,
 * each once. Blank cells have none.
 */
function executionCounts(steps: Step[]): Map<number, number> {
  const own = steps
    .flatMap(({ cells }) => cells)
    .filter(({ repeated, source }) => !repeated && source.trim() !== '')
    .map(({ index }) => index);
  return new Map(own.sort((a, b) => a - b).map((index, at) => [index, at + 1]));
}
