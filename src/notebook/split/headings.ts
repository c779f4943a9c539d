import type { ICell } from '../cells';
import type { IPlan, IPlannedStep } from './plan';
import { plannedStep } from './plan';
import { isParametersCell, isStepCode } from './roles';

/** The last level-1 or level-2 heading of a Markdown cell; code fences are skipped. */
export function headingOf(source: string): string | null {
  let found: string | null = null;
  let fence = '';
  let before = '';
  for (const line of source.split('\n')) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (mark && (fence === '' || mark.startsWith(fence))) {
      fence = fence === '' ? mark : '';
    } else if (fence === '') {
      const heading = /^ {0,3}#{1,2}\s+(.*?)\s*#*\s*$/.exec(line)?.[1];
      const underlined =
        /^ {0,3}(=+|-{2,})\s*$/.test(line) && /^[^\s#>|-]/.test(before);
      if (heading) {
        found = plain(heading);
      } else if (underlined) {
        found = plain(before.trim());
      }
    }
    before = line;
  }
  return found === '' ? null : found;
}

function plain(text: string): string {
  return text
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/<[^>]+>/g, '')
    .replace(/[*_`~]{1,3}(\S(?:.*?\S)?)[*_`~]{1,3}/g, '$1')
    .trim();
}

/** Each level-1 or level-2 heading that code follows starts a step; code before it is `Setup`. */
export function splitByHeadings(cells: readonly ICell[]): IPlan {
  const steps: IPlannedStep[] = [];
  let parameters: ICell | null = null;
  let heading: string | null = null;
  let step: IPlannedStep | null = null;
  const waiting: ICell[] = [];
  for (const cell of cells) {
    if (cell.type === 'markdown') {
      heading = headingOf(cell.source) ?? heading;
    } else if (isParametersCell(cell) && !parameters) {
      parameters = cell;
      (step?.cells ?? waiting).push(cell);
    } else if (isStepCode(cell)) {
      if (heading !== null || !step) {
        step = plannedStep(heading ?? 'Setup');
        step.cells.push(...waiting.splice(0));
        steps.push(step);
        heading = null;
      }
      step.cells.push(cell);
    }
  }
  if (waiting.length > 0) {
    const only = plannedStep('Setup');
    only.cells.push(...waiting);
    steps.push(only);
  }
  return { steps, prefix: [], explicit: false, parameters, problems: [] };
}

/** True where a heading starts a step. */
export function hasHeadings(cells: readonly ICell[]): boolean {
  let heading = false;
  return cells.some(cell => {
    if (cell.type === 'markdown') {
      heading = heading || headingOf(cell.source) !== null;
      return false;
    }
    return heading && isStepCode(cell) && !isParametersCell(cell);
  });
}
