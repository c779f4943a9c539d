import { setImmediate as otherWork } from 'node:timers/promises';

import type { Steps } from '../../statistics/steps';

/** Does the work while requests have their turn at each pause. */
export async function beside<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) {
      return step.value;
    }
    await otherWork();
  }
}

/** Gives a function's value for each item, with a pause after every so many. */
export async function mapBeside<T, U>(
  items: readonly T[],
  value: (item: T) => U,
  atOnce = 500
): Promise<U[]> {
  const values: U[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    values.push(...items.slice(start, start + atOnce).map(item => value(item)));
    await otherWork();
  }
  return values;
}
