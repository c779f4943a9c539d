import type { Pipeline, Step, StepInput } from '../contract/pipeline';
import { analyseCell } from './cell-analysis';

const known = new WeakMap<Pipeline, Set<string>>();

/** Names that the notebook binds only to modules, functions and classes. */
export function definitionNames(pipeline: Pipeline): Set<string> {
  const found = known.get(pipeline);
  if (found) {
    return found;
  }
  const definitions = new Set<string>();
  const data = new Set<string>();
  const sources = new Set(
    pipeline.steps.flatMap(step => step.cells.map(cell => cell.source))
  );
  for (const source of sources) {
    for (const event of analyseCell(source).events) {
      if (event.t === 'write') {
        const definition = event.value.t === 'module' || event.value.t === 'code';
        (definition ? definitions : data).add(event.name);
      }
    }
  }
  data.forEach(name => definitions.delete(name));
  known.set(pipeline, definitions);
  return definitions;
}

/** The inputs of a step that are data: what a person wants to see on an arrow. */
export function dataInputs(step: Step, pipeline: Pipeline): StepInput[] {
  const definitions = definitionNames(pipeline);
  return step.inputs.filter(({ variable }) => !definitions.has(variable));
}

/** The step that a cell belongs to; other steps may repeat the settings that it holds. */
export function ownerOf(pipeline: Pipeline, cell: number): Step | undefined {
  let owner: Step | undefined;
  let longest = -1;
  for (const step of pipeline.steps) {
    const length = step.cells.find(item => item.index === cell)?.source.length ?? -1;
    if (length > longest) {
      owner = step;
      longest = length;
    }
  }
  return owner;
}
