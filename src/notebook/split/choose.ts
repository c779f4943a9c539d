import type { Split } from '../../contract/pipeline';
import type { INotebook } from '../cells';
import { hasHeadings, splitByHeadings } from './headings';
import { takeSettings, type IPlan } from './plan';
import { hasExplicitSteps } from './roles';
import { splitAsOne, splitByCells } from './simple';
import { splitByTags } from './tags';

/** Cuts a notebook as asked, else as it asks itself, else by what it shows: tags, headings, one. */
export function splitNotebook(
  notebook: INotebook,
  asked: Split | undefined,
  fileName: string
): { plan: IPlan; split: Split } {
  const { cells } = notebook;
  const split = asked ?? ownSplit(notebook.split) ?? suggested(notebook);
  switch (split) {
    case 'tags':
      return { plan: splitByTags(cells), split };
    case 'headings':
      return { plan: withSettings(splitByHeadings(cells)), split };
    case 'cells':
      return { plan: withSettings(splitByCells(cells)), split };
    case 'one': {
      const title = fileName.replace(/\.ipynb$/i, '');
      return { plan: withSettings(splitAsOne(cells, title)), split };
    }
  }
}

/** A step that nobody has named takes the settings of its cells, too. */
function withSettings(plan: IPlan): IPlan {
  for (const step of plan.steps) {
    step.cells.forEach(cell => takeSettings(step, cell));
  }
  return plan;
}

/** What the notebook's cells suggest where nobody has said anything. */
export function suggested(notebook: INotebook): Split {
  if (hasExplicitSteps(notebook.cells)) {
    return 'tags';
  }
  return hasHeadings(notebook.cells) ? 'headings' : 'one';
}

function ownSplit(value: string | undefined): Split | undefined {
  return value === 'tags' ||
    value === 'headings' ||
    value === 'one' ||
    value === 'cells'
    ? value
    : undefined;
}
