import { toName } from '../contract/name';
import type { Pipeline, Split, Step, StepCell } from '../contract/pipeline';
import type { ICell, INotebook } from './cells';
import { reduced, topological } from './flow/order';
import type { IStepFacts } from './flow/step-facts';
import { localFiles } from './local-files';
import { parametersOf } from './parameters';
import type { ISolution } from './solve';
import type { IPlan, IPlannedStep } from './split/plan';

/** Everything that a pipeline is put together from. */
export interface IParts {
  readonly notebook: INotebook;
  readonly input: {
    readonly fileName: string;
    readonly folderFiles?: readonly string[];
  };
  readonly plan: IPlan;
  readonly split: Split;
  readonly solution: ISolution;
}

/** Puts the pipeline together from a plan and its solved flow. */
export function assemble(given: IParts): Pipeline {
  const { notebook, input, plan, split, solution } = given;
  const stem = input.fileName.replace(/\.ipynb$/i, '');
  const live = [...new Set(solution.groups)];
  const edges = solution.edges.map((from, step) =>
    live.includes(step) ? from : new Set<number>()
  );
  const order = topological(edges).filter(step => live.includes(step));
  const ids = stepIds(order, plan, solution);
  const sources = solution.flow.steps.map(
    facts => new Set([...facts.inputs.values()].map(version => version.step))
  );
  const data = (step: number, from: number): boolean =>
    sources[step]?.has(from) ?? false;
  const after = reduced(edges, order, data);
  const parameters = plan.parameters ? parametersOf(plan.parameters) : [];
  const planned = new Map<number, IPlannedStep[]>();
  plan.steps.forEach((member, at) => into(planned, solution.groups[at] ?? at, member));
  const imported = new Map<number, Set<string>>();
  for (const { step, analysis } of solution.units) {
    const names = imported.get(step) ?? new Set();
    analysis.imports.forEach(name => names.add(name));
    imported.set(step, names);
  }
  const steps = order.map(step => {
    const facts = solution.flow.steps[step];
    const members = planned.get(step) ?? [];
    if (!facts) {
      throw new Error(`The step ${step} was not followed.`);
    }
    return {
      ...stepOf(step, ids, members, facts),
      cells: [
        ...settingCells(facts),
        ...prefixCells(plan, step === order[0]),
        ...cellsOf(plan, members)
      ],
      imports: [...(imported.get(step) ?? [])].sort(),
      after: [...(after[step] ?? [])].map(from => ids.get(from) ?? '').sort(),
      parameters: parameters
        .map(parameter => parameter.name)
        .filter(name => facts.parameters.has(name))
    };
  });
  const imports = [...new Set(steps.flatMap(step => step.imports))].sort();
  return {
    version: 1,
    name: toName(notebook.name ?? stem) || 'notebook',
    notebook: input.fileName,
    kernel: notebook.kernel,
    language: 'python',
    split,
    parameters,
    parametersCell: plan.parameters?.index ?? null,
    steps,
    joins: joinsOf(solution, plan),
    files: localFiles(steps, imports, input.folderFiles ?? []),
    imports
  };
}

function stepOf(
  step: number,
  ids: ReadonlyMap<number, string>,
  members: readonly IPlannedStep[],
  facts: IStepFacts
): Omit<Step, 'cells'> {
  const title = members.map(member => member.title).join(' + ');
  const settings = Object.assign(
    {},
    ...members.map(member => member.settings).reverse()
  ) as IPlannedStep['settings'];
  const opaque = facts.resources.some(resource => resource.kind === 'everything');
  const { cpu, memory, image, timeoutSeconds } = settings;
  return {
    id: ids.get(step) ?? '',
    title,
    inputs: [...facts.inputs]
      .map(([variable, version]) => ({ variable, from: ids.get(version.step) ?? '' }))
      .sort((a, b) => (a.variable < b.variable ? -1 : 1)),
    outputs: [...facts.outputs].sort(),
    after: [],
    parameters: [],
    filesRead: [...facts.filesRead].sort(),
    filesWritten: [...facts.filesWritten].sort(),
    imports: [],
    environment: [...facts.environment].sort(),
    ...(image === undefined ? {} : { image }),
    ...(cpu === undefined && memory === undefined
      ? {}
      : { resources: { ...(cpu ? { cpu } : {}), ...(memory ? { memory } : {}) } }),
    retries: settings.retries ?? 0,
    ...(timeoutSeconds === undefined ? {} : { timeoutSeconds }),
    cache: settings.cache ?? !(facts.volatile || opaque)
  };
}

function cellsOf(plan: IPlan, members: readonly IPlannedStep[]): StepCell[] {
  const own = members.flatMap(member => member.cells);
  const cells = plan.explicit ? own : [...own].sort((a, b) => a.index - b.index);
  return cells.map(asStepCell);
}

/** Cells that each step begins with: they belong to the first, and parameters are set in each. */
function prefixCells(plan: IPlan, first: boolean): StepCell[] {
  return plan.prefix.map(cell =>
    first || cell === plan.parameters
      ? asStepCell(cell)
      : { ...asStepCell(cell), repeated: true }
  );
}

function asStepCell(cell: ICell): StepCell {
  return { id: cell.id, index: cell.index, source: cell.source };
}

/** Options that earlier steps have set, one cell for each cell that they come from. */
function settingCells(facts: IStepFacts): StepCell[] {
  const cells = new Map<number, StepCell>();
  for (const { cell, source } of facts.settings) {
    const before = cells.get(cell.index);
    cells.set(cell.index, {
      id: cell.id,
      index: cell.index,
      source: before ? `${before.source}\n${source}` : source,
      repeated: true
    });
  }
  return [...cells.values()];
}

/** Ids from titles; a suffix tells those apart that would be the same. */
function stepIds(
  order: readonly number[],
  plan: IPlan,
  { groups }: ISolution
): Map<number, string> {
  const first = new Map<number, IPlannedStep>();
  plan.steps.forEach((member, at) => {
    const step = groups[at] ?? at;
    first.set(step, first.get(step) ?? member);
  });
  const ids = new Map<number, string>();
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  for (const step of [...order].sort((a, b) => a - b)) {
    const base = toName(first.get(step)?.title ?? '') || 'step';
    let id = base;
    while (taken.has(id)) {
      const count = (counts.get(base) ?? 1) + 1;
      counts.set(base, count);
      const suffix = `-${count}`;
      id = `${base.slice(0, 63 - suffix.length).replace(/-+$/, '')}${suffix}`;
    }
    taken.add(id);
    ids.set(step, id);
  }
  return ids;
}

function joinsOf({ joins }: ISolution, plan: IPlan): Pipeline['joins'] {
  return joins.map(({ steps, request }) => ({
    steps: steps.map(step => plan.steps[step]?.title ?? ''),
    reason: request.reason,
    ...(request.variable === undefined ? {} : { variable: request.variable })
  }));
}

function into<K, V>(lists: Map<K, V[]>, key: K, item: V): void {
  const list = lists.get(key);
  if (list) {
    list.push(item);
  } else {
    lists.set(key, [item]);
  }
}
