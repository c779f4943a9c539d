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
  return {
    version: 1,
    step: step.id,
    title: step.title,
    cells: step.cells.map(({ id, index, source }) => ({
      id,
      index,
      source,
      raisesException: tolerant.includes(index)
    })),
    inputs: step.inputs,
    outputs: step.outputs,
    ambientFrom: stepBefore(step, pipeline.steps),
    ambientKept: pipeline.steps.some(
      later => stepBefore(later, pipeline.steps) === step.id
    ),
    parametersCell: holdsParameters(step, pipeline) ? pipeline.parametersCell : null,
    folder: place,
    firstExecutionCount: firstExecutionCount(step, pipeline.steps),
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

/** Counts go on from step to step, as if one kernel had run the cells in their order, each once. */
function firstExecutionCount(step: Step, steps: Step[]): number {
  const earlier = steps.slice(0, steps.indexOf(step)).flatMap(({ cells }) => cells);
  const repeated = step.cells.filter(cell => cell.repeated).length;
  return 1 + earlier.filter(cell => !cell.repeated).length - repeated;
}
