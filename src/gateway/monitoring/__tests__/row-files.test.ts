import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import {
  buildCore,
  discardCore,
  REPOSITORY,
  temporaryFolder
} from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { MonitoringStage } from '../monitoring-stage';
import { RowFiles } from '../row-files';
import {
  askStage,
  buildVersion,
  FormulaServer,
  KnownModels,
  noRuns,
  OneEndpoint
} from './monitoring-builder';

const DAY = 86_400_000;

let core: ICore;
beforeEach(() => {
  core = buildCore();
});
afterEach(() => discardCore(core));

function write(path: string, daysAgo: number): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{}');
  const time = new Date(Date.now() - daysAgo * DAY);
  utimesSync(path, time, time);
  utimesSync(dirname(path), time, time);
  return path;
}

const ofRun = (run: string, name = 'training.json'): string =>
  join(core.home.runs, run, 'steps/train/models/model', name);
const ofLive = (id: string): string =>
  join(core.home.path, 'live', id, 'describe.json');

test('training rows and live exports are deleted when they are too old, and nothing else is', async () => {
  const old = [write(ofRun('a'), 40), write(ofLive('a'), 40)];
  const kept = [
    write(ofRun('a', 'rows.bin'), 40),
    write(ofRun('b'), 20),
    write(ofLive('b'), 20),
    write(join(core.home.runs, 'a/work/training.json'), 40)
  ];
  const files = new RowFiles(core.home);
  expect(await files.expire(new Date(Date.now() - 30 * DAY))).toBe(2);
  expect(old.filter(existsSync)).toEqual([]);
  expect(kept.filter(existsSync)).toEqual(kept);
});

test('what lies outside of the data home is never reached', async () => {
  const outside = temporaryFolder();
  const theirs = write(join(outside, 'models/model/training.json'), 40);
  mkdirSync(join(core.home.runs, 'a/steps'), { recursive: true });
  symlinkSync(outside, join(core.home.runs, 'a/steps/train'));
  const files = new RowFiles(core.home);
  await files.expire(new Date());
  await files.deleteOf(['a'], [outside, join(core.home.path, 'live/../runs')]);
  expect([theirs, core.home.runs].every(existsSync)).toBe(true);
});

test('deleting what was captured of a model takes the copies of its data with it', async () => {
  const registered = [write(ofRun('r'), 1), write(ofLive('one'), 1)];
  const others = [write(ofRun('another'), 1), write(ofLive('another'), 1)];
  const live = [dirname(ofLive('one'))];
  const version = buildVersion(1);
  const notebook = join(REPOSITORY, 'examples/bike-demand/demand.ipynb');
  const models = new KnownModels(
    [{ ...version, lineage: { ...version.lineage, run: 'r', notebook } }],
    null,
    {},
    null,
    live
  );
  const folder = (id: string): string =>
    write(join(core.home.path, 'retrainings', id, 'rides.csv'), 1);
  for (const [id, environment, status] of [
    ['ended', 'prod', 'succeeded'],
    ['under-way', 'prod', 'running'],
    ['of-dev', 'dev', 'succeeded']
  ]) {
    const state = {
      environment,
      model: 'bike-demand',
      champion: 1,
      alert: null,
      notebook,
      parameters: {},
      files: {},
      cutOff: null,
      actor: { name: 'anna', asserted: true },
      phase: 'succeeded',
      run: null,
      challenger: null,
      comparison: null,
      note: null
    };
    core.database.run(
      "INSERT INTO jobs (id, kind, status, state, done, created_at, updated_at) VALUES (?, 'retraining', ?, ?, '[]', ?, ?)",
      id,
      status,
      JSON.stringify(state),
      '2026-01-01T00:00:00.000Z',
      '2026-01-01T00:00:00.000Z'
    );
  }
  const copies = ['ended', 'under-way', 'of-dev'].map(folder);
  const stage = new MonitoringStage(core, {
    runs: noRuns(),
    models: models.asModels(),
    environments: new OneEndpoint(),
    modelServer: new FormulaServer({})
  });
  expect(await askStage(stage, 'deletePayloads')).toEqual({ deleted: 0, files: 3 });
  expect(registered.filter(existsSync)).toEqual([]);
  expect(others.filter(existsSync)).toEqual(others);
  expect(copies.map(existsSync)).toEqual([false, true, true]);
  expect(core.audit.list(1)).toMatchObject([
    { action: 'payloads.delete', details: { deleted: 0, files: 3 } }
  ]);
  await stage.close();
});

test('the copies of a retraining go when they are as old as their model allows', async () => {
  const old = write(join(core.home.path, 'retrainings', 'unknown', 'rides.csv'), 31);
  const young = write(join(core.home.path, 'retrainings', 'young', 'rides.csv'), 29);
  const stage = new MonitoringStage(core, {
    runs: noRuns(),
    models: new KnownModels([buildVersion(1)], null).asModels(),
    environments: new OneEndpoint(),
    modelServer: new FormulaServer({})
  });
  await stage.start();
  while (existsSync(old)) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect(existsSync(young)).toBe(true);
  await stage.close();
});
