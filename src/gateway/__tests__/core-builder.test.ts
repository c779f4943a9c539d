import { ANNA, buildCore, discardCore, reopenCore } from './core-builder';

test('a reopened core sees what the first one wrote', () => {
  const core = buildCore();
  core.audit.add({ actor: ANNA, action: 'run.start', object: 'r-1', result: 'done' });
  core.database.close();
  const again = reopenCore(core);
  expect(again.audit.list(10).map(entry => entry.object)).toEqual(['r-1']);
  discardCore(again);
});
