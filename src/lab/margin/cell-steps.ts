import type { Pipeline } from '../../contract/pipeline';

/** The step that a cell stands in: its place among the steps, and its title. */
export interface ICellStep {
  index: number;
  title: string;
}

/**
 * The step of each cell. Text belongs to the step of the code that follows it, since headings stand
 * before what they name; text at the end belongs to the last step.
 */
export function cellSteps(
  pipeline: Pipeline,
  count: number
): readonly (ICellStep | null)[] {
  const own = new Map<number, ICellStep>();
  pipeline.steps.forEach((step, index) =>
    step.cells.forEach(cell => own.set(cell.index, { index, title: step.title }))
  );
  const steps: (ICellStep | null)[] = [];
  let following: ICellStep | null = null;
  for (let cell = count - 1; cell >= 0; cell -= 1) {
    following = own.get(cell) ?? following;
    steps[cell] = following;
  }
  const last = Math.max(-1, ...own.keys());
  const end = own.get(last) ?? null;
  return Array.from({ length: count }, (_, cell) => (cell > last ? end : steps[cell]));
}
