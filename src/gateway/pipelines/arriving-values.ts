import type { Step, StepInput } from '../../contract/pipeline';
import type { StepResult } from './step-files';

/** What of a step's result tells where values are. */
export type Handed = Pick<StepResult, 'values' | 'groups' | 'removed'>;

/**
 * Where the values come from that a step goes on with. The plan says who binds a variable; which
 * step has changed it last, perhaps through another name, shows only when steps have run.
 *
 * @param steps All steps, in the order of the notebook.
 * @param resultOf The result of a step that has ended; null for others.
 * @returns In the order in which the values were written. A variable that shares an object with one
 *   that is read comes too, so that both stay one.
 */
export function arrivingValues(
  step: Step,
  steps: readonly Step[],
  resultOf: (id: string) => Handed | null
): StepInput[] {
  const before = ancestors(step, steps);
  const provider = new Map<string, string>();
  const groups = new Map<string, string[][]>();
  for (const { id } of steps.filter(other => before.has(other.id))) {
    const result = resultOf(id);
    if (result) {
      Object.keys(result.values).forEach(name => provider.set(name, id));
      result.removed.forEach(name => provider.delete(name));
      groups.set(id, result.groups);
    }
  }
  const found = new Map<string, string>();
  for (const { variable, from } of step.inputs) {
    // Where nobody has written it, the runner finds that it is absent, as in one kernel.
    found.set(variable, provider.get(variable) ?? from);
  }
  for (const [variable, from] of [...found]) {
    const group = groups.get(from)?.find(names => names.includes(variable)) ?? [];
    group
      .filter(name => provider.get(name) === from)
      .forEach(name => found.set(name, from));
  }
  const order = new Map(steps.map(({ id }, index) => [id, index]));
  return [...found]
    .map(([variable, from]) => ({ variable, from }))
    .sort((a, b) => (order.get(a.from) ?? 0) - (order.get(b.from) ?? 0));
}

/**
 * Variables that a step hands on if it has made or changed them: those that later steps read.
 *
 * @param arriving What {@link arrivingValues} gives for it.
 */
export function keptValues(
  step: Step,
  steps: readonly Step[],
  arriving: readonly StepInput[]
): string[] {
  const later = steps.slice(steps.indexOf(step) + 1);
  const read = new Set(
    later.flatMap(({ inputs }) => inputs.map(({ variable }) => variable))
  );
  const came = arriving.map(({ variable }) => variable).filter(name => read.has(name));
  return [...new Set([...step.outputs, ...came])].sort();
}

/** Ids of all steps that have ended before a step begins. */
function ancestors(step: Step, steps: readonly Step[]): Set<string> {
  const byId = new Map(steps.map(each => [each.id, each]));
  const found = new Set<string>();
  const waiting = [...step.after];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (!found.has(id)) {
      found.add(id);
      waiting.push(...(byId.get(id)?.after ?? []));
    }
  }
  return found;
}
