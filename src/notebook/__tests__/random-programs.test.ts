import * as fc from 'fast-check';

import { converted } from './a-notebook';
import { Driver, difference } from './programs/driver';
import { shown, shuffled } from './programs/order';
import { cellsOf, choices } from './programs/program';

/** `SEED=… RUNS=… jest random-programs` goes further. */
const SEED = Number(process.env.SEED ?? 1);
const RUNS = Number(process.env.RUNS ?? 100);

describe('random programs', () => {
  const driver = new Driver();
  afterAll(() => driver.end());

  it('print as a pipeline what they print in one process', async () => {
    const seen = { programs: 0, refused: 0, borders: 0, kept: 0, failing: 0 };
    const reasons = new Map<string, number>();
    const count = (reason: string): void => {
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    };
    await fc.assert(
      fc.asyncProperty(choices, fc.nat(), async (given, order) => {
        const cells = cellsOf(given);
        const { pipeline, diagnostics } = converted(cells);
        seen.programs += 1;
        if (!pipeline) {
          seen.refused += 1;
          const error = diagnostics.find(item => item.severity === 'error');
          count(`refused: ${error?.code} ${error?.message}`);
          return;
        }
        seen.borders += cells.length - 1;
        seen.kept += pipeline.steps.length - 1;
        pipeline.joins.forEach(join => count(`joined: ${join.reason}`));
        const outcome = await driver.run(cells, pipeline, shuffled(pipeline, order));
        const last = Object.values(outcome.direct).pop();
        if (last?.[1]) {
          seen.failing += 1;
          count(`fails itself: ${last[1]}`);
        }
        const found = difference(pipeline, outcome);
        if (found !== null) {
          throw new Error(`${shown(pipeline, cells)}\n\n${found}`);
        }
      }),
      { seed: SEED, numRuns: RUNS }
    );
    if (process.env.RUNS) {
      console.log(seen, [...reasons].sort((a, b) => b[1] - a[1]).slice(0, 40));
    }
    expect(seen.refused / seen.programs).toBeLessThan(0.02);
  }, 3_600_000);
});
