import type { Pipeline } from '../../contract/pipeline';

/** What stands beside a cell: the step that it belongs to, or that it holds the parameters. */
export type CellMark =
  | {
      kind: 'step';
      /** Place among the steps. */
      index: number;
      title: string;
      /** Where a step begins in the notebook, again where another stood between. */
      begins: 'first' | 'again' | null;
    }
  | { kind: 'parameters' };

/**
 * The mark of each cell; `texts` holds the text of Markdown cells and null for code. Text belongs to
 * the step of the code that follows it, since headings stand before what they name; text at the end
 * belongs to the last step. A title before the first step's heading names no step.
 */
export function cellSteps(
  pipeline: Pipeline,
  texts: readonly (string | null)[]
): readonly (CellMark | null)[] {
  const owners = stepOfEach(pipeline, texts);
  const seen = new Set<number>();
  let before: number | null = null;
  return owners.map((owner, cell) => {
    if (cell === pipeline.parametersCell) {
      return { kind: 'parameters' };
    }
    if (owner === null) {
      return null;
    }
    const begins = seen.has(owner) ? (owner === before ? null : 'again') : 'first';
    seen.add(owner);
    before = owner;
    return { kind: 'step', index: owner, title: pipeline.steps[owner].title, begins };
  });
}

function stepOfEach(
  { steps, parametersCell }: Pipeline,
  texts: readonly (string | null)[]
): (number | null)[] {
  const own = new Map<number, number>();
  steps.forEach((step, index) =>
    step.cells
      .map(cell => cell.index)
      // A cell that several steps repeat is shown with the first.
      .filter(cell => cell !== parametersCell && !own.has(cell))
      .forEach(cell => own.set(cell, index))
  );
  const first = Math.min(...own.keys());
  const last = Math.max(-1, ...own.keys());
  const start = beginOf(
    first,
    parametersCell,
    texts,
    steps[own.get(first) ?? 0]?.title
  );
  let following: number | null = null;
  const found = texts.map(() => null as number | null);
  for (let cell = texts.length - 1; cell >= start; cell -= 1) {
    following = own.get(cell) ?? (cell > last ? (own.get(last) ?? null) : following);
    found[cell] = following;
  }
  return found;
}

/** Index of the cell where the first step begins: its heading, else what follows the parameters. */
function beginOf(
  first: number,
  parametersCell: number | null,
  texts: readonly (string | null)[],
  title: string | undefined
): number {
  const heading = texts.findIndex(
    (text, cell) =>
      cell < first && text !== null && headings(text).includes(title ?? '')
  );
  if (heading >= 0) {
    return heading;
  }
  return parametersCell !== null && parametersCell < first ? parametersCell + 1 : 0;
}

function headings(text: string): string[] {
  return [...text.matchAll(/^#{1,2}\s+(.+?)\s*#*$/gm)].map(([, heading]) => heading);
}
