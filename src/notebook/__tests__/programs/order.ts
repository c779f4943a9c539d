import type { Pipeline, Step } from '../../../contract/pipeline';

/** The steps in any order that their waits allow. */
export function shuffled(pipeline: Pipeline, seed: number): Step[] {
  const left = [...pipeline.steps];
  const done = new Set<string>();
  const order: Step[] = [];
  let state = seed;
  while (left.length > 0) {
    const ready = left.filter(step => step.after.every(id => done.has(id)));
    state = (state * 1103515245 + 12345) % 2147483648;
    const next = ready[state % Math.max(ready.length, 1)];
    if (!next) {
      throw new Error('Steps wait for each other.');
    }
    left.splice(left.indexOf(next), 1);
    done.add(next.id);
    order.push(next);
  }
  return order;
}

/** A program and its pipeline, for people. */
export function shown(pipeline: Pipeline, cells: readonly string[]): string {
  const text = cells.map((cell, at) => `# --- cell ${at}\n${cell}`).join('\n');
  const steps = pipeline.steps.map(({ id, cells: own, inputs, outputs, after }) => {
    const taken = inputs.map(({ variable, from }) => `${variable}<-${from}`).join(' ');
    const held = own.map(cell => cell.index).join(' ');
    return `${id} [${held}]: ${taken} → ${outputs.join(' ')} after ${after.join(' ')}`;
  });
  return `${text}\n\n${steps.join('\n')}`;
}
