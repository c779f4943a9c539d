import type { IStepFacts } from './step-facts';

/**
 * Lets each step wait for the last one before it that may have changed the ambient state: options,
 * random states, working folder, environment. The step goes on with what that one has left.
 *
 * @param edges - For each step the steps that it waits for; added to.
 */
export function addAmbient(
  steps: readonly IStepFacts[],
  edges: readonly Set<number>[]
): void {
  const changes = steps
    .flatMap((facts, step) => facts.ambient.map(at => ({ step, at })))
    .sort((a, b) => a.at - b.at);
  steps.forEach((facts, step) => {
    const [first = 0] = facts.cells;
    for (const at of facts.cells) {
      const last = changes.findLast(change => change.at < at);
      if (!last || last.step === step) {
        continue;
      }
      edges[step]?.add(last.step);
      if (first < last.at) {
        // A step has one beginning: what was set between two of its cells cannot reach the second
        edges[last.step]?.add(step);
      }
    }
  });
}
