import { join } from 'node:path';

import { ANNA, buildCore, discardCore, REPOSITORY } from '../../__tests__/core-builder';
import { createPipelinesStage } from '../pipelines-stage';
import { states } from './run-tester';

test('the example runs as the notebook says, and a repetition takes it over', async () => {
  const core = buildCore();
  const { runs, stage } = createPipelinesStage(core);
  const notebook = join(REPOSITORY, 'examples/bike-demand/demand.ipynb');
  const start = async () =>
    runs.ended((await runs.start({ notebook }, ANNA, { kind: 'user' })).id);
  const run = await start();
  expect(run.error).toBeNull();
  expect(run.steps.length).toBeGreaterThan(1);
  expect(run.models.filter(({ kind }) => kind === 'sklearn')).not.toEqual([]);
  expect(run.metrics.map(({ name }) => name)).toContain('mae');
  expect(Object.keys(run.dataDigests).length).toBeGreaterThan(0);
  expect(run.packages).toHaveProperty('scikit-learn');
  const again = await start();
  expect(states(again)).toEqual(
    Object.fromEntries(
      run.pipeline.steps.map(({ id, cache }) => [id, cache ? 'cached' : 'succeeded'])
    )
  );
  expect(again.metrics).toEqual(run.metrics);
  expect(again.models).toEqual(run.models);
  await stage.close();
  discardCore(core);
}, 240_000);
