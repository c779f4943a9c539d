import type { ICell } from '../cells';
import type { IPlan, IPlannedStep, IPlanProblem } from './plan';
import { plannedStep, takeSettings } from './plan';
import { isParametersCell, isStepCode, stepTag } from './roles';

/** Steps by our own cell metadata, else by Kale's tags; untagged code goes with the cell before it. */
export function splitByTags(cells: readonly ICell[]): IPlan {
  const steps: IPlannedStep[] = [];
  const prefix: ICell[] = [];
  const problems: IPlanProblem[] = [];
  const waiting: ICell[] = [];
  let parameters: ICell | null = null;
  let into: ICell[] | null = null;
  let step: IPlannedStep | null = null;
  for (const cell of cells.filter(isStepCode)) {
    const name = cell.settings.step ?? stepTag(cell);
    const has = (tag: string): boolean => cell.tags.includes(tag);
    if (isParametersCell(cell) && !parameters) {
      parameters = cell;
    }
    if (name !== undefined) {
      problems.push(...nameProblems(cell, name));
      step = stepOf(steps, name, cell, problems);
      step.cells.push(...waiting.splice(0));
      into = step.cells;
      problems.push(...readTags(cell, step));
      into.push(cell);
    } else if (has('skip')) {
      into = [];
    } else if (has('imports') || has('functions')) {
      into = prefix;
      into.push(cell);
    } else if (cell === parameters) {
      into = steps[0]?.cells ?? waiting;
      into.push(cell);
    } else if (has('pipeline-metrics')) {
      into = step?.cells ?? waiting;
      into.push(cell);
    } else {
      (into ?? waiting).push(cell);
    }
  }
  if (waiting.length > 0) {
    const [first] = steps;
    const setup = first ?? plannedStep('Setup');
    setup.cells.unshift(...waiting);
    if (!first) {
      steps.push(setup);
    }
  }
  problems.push(...orderProblems(steps));
  return { steps: ordered(steps), prefix, explicit: true, parameters, problems };
}

function stepOf(
  steps: IPlannedStep[],
  name: string,
  cell: ICell,
  problems: IPlanProblem[]
): IPlannedStep {
  const last = steps[steps.length - 1];
  const known = steps.find(step => step.title === name);
  if (known && known !== last) {
    problems.push({
      cell,
      code: 'duplicate-step',
      severity: 'error',
      message: `The step “${name}” is here a second time, after other steps.`,
      fix: 'Give this one another name, or move its cells to the first.'
    });
  }
  if (known) {
    return known;
  }
  const made = plannedStep(name);
  steps.push(made);
  return made;
}

function nameProblems(cell: ICell, name: string): IPlanProblem[] {
  if (cell.settings.step !== undefined || /^[_a-z][_a-z0-9]*$/.test(name)) {
    return [];
  }
  return [
    {
      cell,
      code: 'step-name',
      severity: name === '' ? 'error' : 'warning',
      message:
        name === ''
          ? 'The step has no name.'
          : `“${name}” is no name that Kale accepts.`,
      fix: 'Use small letters, digits and underscores, beginning with a letter.'
    }
  ];
}

const NOT_CARRIED = /^(annotation|label|limit|notebook|report|secret):/;

function readTags(cell: ICell, step: IPlannedStep): IPlanProblem[] {
  const problems: IPlanProblem[] = [];
  takeSettings(step, cell);
  for (const tag of cell.tags) {
    const [key, ...rest] = tag.split(':');
    const value = rest.join(':').trim();
    if (key === 'prev' && value) {
      step.previous.push({ title: value, cell });
    } else if (key === 'image' && value) {
      step.settings = { ...step.settings, image: value };
    } else if (key === 'cache') {
      step.settings = { ...step.settings, cache: value !== 'disabled' };
    } else if (key === 'limit' && /^(cpu|memory):/.test(value)) {
      const [resource = '', ...amount] = value.split(':');
      step.settings = { ...step.settings, [resource]: amount.join(':') };
    } else if (NOT_CARRIED.test(tag)) {
      problems.push({
        cell,
        code: 'tag-not-carried',
        severity: 'warning',
        message: `The pipeline does not carry what \`${tag}\` says.`,
        fix: 'Remove the tag, or set it in the compiled YAML.'
      });
    }
  }
  return problems;
}

function orderProblems(steps: IPlannedStep[]): IPlanProblem[] {
  const problems: IPlanProblem[] = [];
  const titles = new Map(steps.map(step => [step.title, step]));
  for (const step of steps) {
    for (const { title, cell } of step.previous) {
      if (!titles.has(title)) {
        problems.push({
          cell,
          code: 'unknown-step',
          severity: 'error',
          message: `\`prev:${title}\` names a step that does not exist.`,
          fix: `Use one of: ${[...titles.keys()].join(', ')}.`
        });
      } else if (leadsTo(title, step.title, titles, new Set())) {
        problems.push({
          cell,
          code: 'cyclic-steps',
          severity: 'error',
          message: `“${step.title}” comes after “${title}”, which comes after “${step.title}”.`,
          fix: `Remove one of the \`prev:\` tags of this circle.`
        });
      }
    }
  }
  return problems;
}

function leadsTo(
  from: string,
  to: string,
  titles: Map<string, IPlannedStep>,
  seen: Set<string>
): boolean {
  if (from === to) {
    return true;
  }
  if (seen.has(from)) {
    return false;
  }
  seen.add(from);
  return (titles.get(from)?.previous ?? []).some(({ title }) =>
    leadsTo(title, to, titles, seen)
  );
}

/** The order of the notebook, except where `prev:` asks for another. */
function ordered(steps: IPlannedStep[]): IPlannedStep[] {
  const done = new Set<string>();
  const left = [...steps];
  const result: IPlannedStep[] = [];
  while (left.length > 0) {
    const titles = new Set(left.map(step => step.title));
    const at = left.findIndex(step =>
      step.previous.every(
        ({ title }) => done.has(title) || !titles.has(title) || title === step.title
      )
    );
    const [next] = left.splice(Math.max(at, 0), 1);
    if (next) {
      done.add(next.title);
      result.push(next);
    }
  }
  return result;
}
