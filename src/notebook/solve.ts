import type { CellAnalyses } from './cell-analysis';
import { follow } from './flow/follow';
import type { IPlace } from './flow/place';
import { circles, orderOf } from './flow/order';
import type { IFlowResult, IJoinRequest, IUnit } from './flow/step-facts';
import { Groups } from './joins';
import type { IMadeJoin } from './joins';
import type { IPlan } from './split/plan';

/** The flow of a plan after steps that cannot be apart were joined. */
export interface ISolution {
  readonly flow: IFlowResult;
  readonly units: IUnit[];
  /** For each step the steps that it waits for. */
  readonly edges: Set<number>[];
  /** For each planned step the step that it ended in. */
  readonly groups: number[];
  readonly joins: IMadeJoin[];
  /** What would have to be joined although the user has tied the cells to their steps. */
  readonly refused: IJoinRequest[];
}

/**
 * Follows a plan's data and joins steps until nothing has to be joined any more.
 *
 * @param guess - Where each name's object changed last in an earlier version of the notebook:
 * where it still holds, the notebook is followed once instead of twice.
 */
export function solve(
  plan: IPlan,
  analyses: CellAnalyses,
  place: IPlace,
  guess: ReadonlyMap<string, number> = new Map()
): ISolution {
  const groups = new Groups(plan.steps.length);
  const joins: IMadeJoin[] = [];
  let changed = guess;
  for (;;) {
    const units = unitsOf(plan, analyses, groups);
    const count = plan.steps.length;
    let flow = follow(units, count, changed, place);
    if (!same(flow.changed, changed)) {
      changed = flow.changed;
      flow = follow(units, count, changed, place);
    }
    const edges = orderOf(flow.steps);
    addPrevious(plan, groups, edges);
    const requests = plan.explicit ? [] : flow.joins;
    let joined = false;
    for (const request of requests) {
      if (groups.join(request.first, request.second)) {
        joined = true;
        joins.push({ steps: [request.first, request.second], request });
      }
    }
    if (!joined && !plan.explicit) {
      for (const circle of circles(edges)) {
        joined = joinCircle(circle, groups, units, joins) || joined;
      }
    }
    if (!joined) {
      return {
        flow,
        units,
        edges,
        groups: plan.steps.map((_, at) => groups.of(at)),
        joins,
        refused: plan.explicit ? flow.joins : []
      };
    }
  }
}

function same(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): boolean {
  return a.size === b.size && [...a].every(([name, step]) => b.get(name) === step);
}

function joinCircle(
  circle: number[],
  groups: Groups,
  units: readonly IUnit[],
  joins: IMadeJoin[]
): boolean {
  const steps = [...circle].sort((a, b) => a - b);
  let joined = false;
  steps.forEach((step, at) => {
    const before = steps[at - 1];
    const unit = units.find(item => item.step === step);
    if (before !== undefined && unit && groups.join(before, step)) {
      joined = true;
      const span = { from: 0, to: 0 };
      const request: IJoinRequest = {
        first: before,
        second: step,
        reason: 'interleaved',
        unit,
        span
      };
      joins.push({ steps: [before, step], request });
    }
  });
  return joined;
}

/** The cells in the order of execution: the notebook's, or that of the explicit steps. */
function unitsOf(plan: IPlan, analyses: CellAnalyses, groups: Groups): IUnit[] {
  const units = plan.steps.flatMap((planned, at) => {
    const step = groups.of(at);
    const cells = planned.cells.map(cell => ({ cell, prefix: false }));
    const before = plan.prefix.map(cell => ({ cell, prefix: true }));
    return [...before, ...cells].map(({ cell, prefix }) => ({
      step,
      cell,
      prefix,
      analysis: analyses.of(cell.source),
      mayStop: cell.tags.includes('raises-exception')
    }));
  });
  return plan.explicit ? units : units.sort((a, b) => a.cell.index - b.cell.index);
}

function addPrevious(plan: IPlan, groups: Groups, edges: Set<number>[]): void {
  plan.steps.forEach((step, at) => {
    for (const { title } of step.previous) {
      const from = plan.steps.findIndex(other => other.title === title);
      if (from >= 0 && from !== at) {
        edges[groups.of(at)]?.add(groups.of(from));
      }
    }
  });
}
