import type { Diagnostic, Parameter, Step } from '../contract/pipeline';
import { makeBundle } from './bundle';
import { check } from './checks';
import type { ICompileInput, ISecretKey, ITarget } from './compile-input';
import { chunks, encodeJson } from './encode';
import { problem, size } from './problem';
import { holdsParameters, stepRequest } from './step-request';

/** A step with everything that its container is told. */
export interface IPreparedStep {
  step: Step;
  image: string;
  /** The request, as arguments. */
  request: string[];
  /** Parameters that are set in this step. */
  parameters: Parameter[];
  /** All steps that have ended before, in the pipeline's order. */
  ancestors: string[];
  /** Those of which values are read. */
  from: string[];
  secrets: [variable: string, key: ISecretKey][];
}

/** What both targets write down, each in its own words. */
export interface IPreparedPipeline {
  input: ICompileInput;
  steps: IPreparedStep[];
  /** The archive, as arguments. */
  bundle: string[];
  required: string[];
  /** Ids of the tasks before and after the steps, which no step has. */
  prepare: string;
  notebook: string;
  /** Image of those two: the pipeline's, or the first step's. */
  image: string;
  diagnostics: Diagnostic[];
}

/** Checks everything and encodes what is carried; the result is of use only without errors. */
export function preparePipeline(
  input: ICompileInput,
  target: ITarget
): IPreparedPipeline {
  const { pipeline } = input;
  const bundle = makeBundle(input, target);
  const steps = pipeline.steps.map(step => prepareStep(step, input));
  return {
    input,
    steps,
    bundle: chunks(bundle.text),
    required: bundle.required,
    prepare: freeId('prepare', pipeline.steps),
    notebook: freeId('executed-notebook', pipeline.steps),
    image: input.image ?? steps[0]?.image ?? '',
    diagnostics: [
      ...check(input),
      ...bundle.diagnostics,
      ...steps.flatMap(step => tooLarge(step, target))
    ]
  };
}

function prepareStep(step: Step, input: ICompileInput): IPreparedStep {
  const { pipeline, secrets } = input;
  const parameters = holdsParameters(step, pipeline) ? pipeline.parameters : [];
  const ancestors = ancestorsOf(step, pipeline.steps);
  const sources = new Set(step.inputs.map(({ from }) => from));
  const carried = {
    request: {
      ...stepRequest(step, input),
      // Their outputs are shown where the cell has its own step.
      repeated: step.cells.filter(cell => cell.repeated).map(({ index }) => index)
    },
    parameters: parameters.map(({ name, type, default: value }) => ({
      name,
      type,
      default: value
    }))
  };
  return {
    step,
    image: step.image ?? input.image ?? '',
    request: chunks(encodeJson(carried)),
    parameters,
    ancestors,
    from: ancestors.filter(id => sources.has(id)),
    secrets: Object.entries(secrets).filter(([name]) => step.environment.includes(name))
  };
}

function ancestorsOf(step: Step, steps: Step[]): string[] {
  const byId = new Map(steps.map(other => [other.id, other]));
  const found = new Set<string>();
  const waiting = [step];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    for (const id of [...next.after, ...next.inputs.map(({ from }) => from)]) {
      const before = byId.get(id);
      if (before && !found.has(id)) {
        found.add(id);
        waiting.push(before);
      }
    }
  }
  return steps.map(({ id }) => id).filter(id => found.has(id));
}

function freeId(wanted: string, steps: Step[]): string {
  const taken = new Set(steps.map(({ id }) => id));
  let id = wanted;
  while (taken.has(id)) {
    id = `${id}-0`;
  }
  return id;
}

function tooLarge({ step, request }: IPreparedStep, target: ITarget): Diagnostic[] {
  const bytes = request.join('').length;
  if (bytes <= target.requestBytes) {
    return [];
  }
  const largest = [...step.cells].sort((a, b) => b.source.length - a.source.length)[0];
  return [
    problem(step, {
      code: 'step-too-large',
      message: `The cells of the step “${step.title}” are ${size(bytes)} once compressed; ${target.name} takes ${size(target.requestBytes)} a step. The largest is cell ${(largest?.index ?? 0) + 1} with ${size(largest?.source.length ?? 0)}.`,
      fix: 'Move what it holds into a file or a module beside the notebook.'
    })
  ];
}
