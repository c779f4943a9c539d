import type { IStepFacts } from './step-facts';

/**
 * Lets each step wait for those before it that may have changed something that it takes in, by
 * whatever name: what a call changes, and who shares an object with whom, shows only when it runs.
 * All that a step takes in and leaves is held to share objects.
 *
 * @param edges - For each step the steps that it waits for; added to.
 */
export function addChanges(
  steps: readonly IStepFacts[],
  edges: readonly Set<number>[]
): void {
  const groups = new Groups();
  steps.forEach((facts, step) => {
    const came = [...facts.inputs]
      .filter(([name]) => facts.mutable.has(name))
      .map(([name, version]) => `${name} ${version.step}`);
    const left = [...facts.outputs]
      .filter(name => facts.mutable.has(name))
      .map(name => `${name} ${step}`);
    for (const state of came) {
      groups.changers(state).forEach(other => edges[step]?.add(other));
    }
    groups.join([...came, ...left]);
    const [any] = came;
    if (any !== undefined && (facts.runsOwnCode || mayChange(facts))) {
      groups.changed(any, step);
    }
  });
}

function mayChange({ inputs, changes }: IStepFacts): boolean {
  return [...inputs.keys()].some(name => changes.has(name));
}

/** States of names that may share objects, and the steps that may have changed one of them last. */
class Groups {
  changers(state: string): ReadonlySet<number> {
    return this._changers.get(this._leader(state)) ?? new Set();
  }

  /** Whoever changes it now has waited for all that have changed it before. */
  changed(state: string, step: number): void {
    this._changers.set(this._leader(state), new Set([step]));
  }

  join(states: readonly string[]): void {
    const [first, ...others] = states.map(state => this._leader(state));
    for (const other of others) {
      if (first !== undefined && this._leader(other) !== this._leader(first)) {
        const all = new Set([...this.changers(first), ...this.changers(other)]);
        const leader = this._leader(first);
        this._leaders.set(this._leader(other), leader);
        this._changers.set(leader, all);
      }
    }
  }

  private _leader(state: string): string {
    let leader = state;
    for (
      let next = this._leaders.get(leader);
      next !== undefined;
      next = this._leaders.get(leader)
    ) {
      leader = next;
    }
    if (leader !== state) {
      this._leaders.set(state, leader);
    }
    return leader;
  }

  private readonly _leaders = new Map<string, string>();
  private readonly _changers = new Map<string, ReadonlySet<number>>();
}
