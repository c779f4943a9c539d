import type { Pipeline, Step, StepCell, StepInput } from '../../contract/pipeline';

/**
 * The variables that cross into a step. A parameter that a step reads as the parameters cell has left
 * it comes in from there too, but is set for a run, not made by a step.
 */
export function dataInputs(step: Step): StepInput[] {
  return step.inputs.filter(({ variable }) => !step.parameters.includes(variable));
}

/** What a step leaves for others, without the parameters that only pass through it. */
export function dataOutputs(step: Step, { steps, parameters }: Pipeline): string[] {
  const names = new Set(parameters.map(({ name }) => name));
  const taken = new Set(
    steps.flatMap(other =>
      dataInputs(other)
        .filter(({ from }) => from === step.id)
        .map(({ variable }) => variable)
    )
  );
  return step.outputs.filter(name => !names.has(name) || taken.has(name));
}

/** Ids of the steps that give data or go before, but not those that only pass parameters on. */
export function predecessors(step: Step): string[] {
  const data = dataInputs(step).map(({ from }) => from);
  const passing = step.inputs
    .filter(({ variable }) => step.parameters.includes(variable))
    .map(({ from }) => from);
  // The order repeats where inputs come from.
  const order = step.after.filter(id => !passing.includes(id));
  return [...new Set([...data, ...order])];
}

/** The cells of a step; the parameters cell belongs to none, unless a step has no other. */
export function ownCells(step: Step, { parametersCell }: Pipeline): StepCell[] {
  const own = step.cells.filter(({ index }) => index !== parametersCell);
  return own.length > 0 ? own : step.cells;
}
