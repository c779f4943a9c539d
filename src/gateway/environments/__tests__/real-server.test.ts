import { ANNA, buildCore, discardCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { OciLayout } from '../../images/oci-layout';
import { PIPELINE, TrainedRuns } from '../../models/__tests__/trained-runs';
import type { Models } from '../../models/models';
import { createModelsStage } from '../../models/stage';
import { createServing, type IServing } from '../../serving/create-serving';
import { NO_CLUSTERS } from './stage-builder';
import { ClusterTargets } from '../cluster/cluster-targets';
import { Environments } from '../environments';
import { EmbeddedRepository } from '../git/embedded-repository';
import { PlanCluster } from '../promotion/cluster-plan';
import { Planner } from '../promotion/planner';
import { PromotionCommits } from '../promotion/promotion-commits';
import { Promotions } from '../promotion/promotions';
import { projectFinder } from '../promotion/rules';
import { until } from './stage-builder';

jest.setTimeout(300_000);

let core: ICore;
let serving: IServing;
let models: Models;
let environments: Environments;
let promotions: Promotions;

beforeAll(async () => {
  core = buildCore();
  const store = new OciLayout(core.home.oci);
  serving = createServing(core, store);
  const runs = new TrainedRuns(core);
  const { modelServer } = serving;
  ({ models } = createModelsStage(core, { runs: runs.port(), modelServer, store }));
  for (const [id, source] of [
    ['first', PIPELINE],
    ['second', PIPELINE.replace('X.visits > 4', 'X.visits > 6')]
  ]) {
    runs.train(source, id);
    await models.registrationEnded(models.register({ run: id }, ANNA).id);
  }
  const repository = new EmbeddedRepository(core.home.gitops);
  const findProject = projectFinder(null);
  const targets = new ClusterTargets({
    clusters: NO_CLUSTERS,
    rootDir: null,
    repository,
    log: core.log
  });
  environments = new Environments({
    core,
    models,
    modelServer,
    imageStore: store,
    repository,
    targets,
    findProject,
    rootProject: () => findProject('/nowhere/mlops.yaml')
  });
  const { deployments } = environments;
  promotions = new Promotions({
    core,
    commits: new PromotionCommits(repository),
    deployer: environments.deployer,
    planner: new Planner({
      repository,
      models,
      imageStore: store,
      deployments,
      findProject,
      planCluster: new PlanCluster(targets, process.env)
    })
  });
  await environments.start();
});
afterAll(async () => {
  await promotions.shutdown();
  await environments.close();
  await models.close();
  await serving.close();
  discardCore(core);
});

async function promote(version: number, environment: string): Promise<string> {
  const [{ name: model }] = models.list();
  const request = { model, version, environment };
  const { base } = await promotions.plan(request);
  const { id } = await promotions.confirm({ ...request, base }, ANNA);
  return (await promotions.ended(id)).state;
}

test('models served by MLServer go to dev, to prod, are replaced without a gap, and come back', async () => {
  const [{ name: model }] = models.list();
  const row = { age: 40, visits: 6, city: 'A', member: true, kind: 'x' };
  const ask = async (environment: string): Promise<unknown[]> => {
    const reply = await environments.predict(environment, model, { rows: [row] });
    return [reply.version, ...reply.predictions];
  };
  expect(await promote(1, 'dev')).toBe('succeeded');
  expect(await promote(1, 'prod')).toBe('succeeded');
  expect(await ask('prod')).toEqual([1, 'yes']);
  expect(await promote(2, 'dev')).toBe('succeeded');

  let go = true;
  const versions: unknown[] = [];
  const client = (async () => {
    while (go) {
      versions.push((await ask('prod'))[0]);
    }
  })();
  expect(await promote(2, 'prod')).toBe('succeeded');
  expect((await ask('prod'))[0]).toBe(2);
  await until(() => versions.at(-1) === 2);
  go = false;
  await client;
  expect([...new Set(versions)]).toEqual([1, 2]);

  const { base } = await promotions.planRevert({ model, environment: 'prod' });
  const { id } = await promotions.revert(
    { model, environment: 'prod', reason: 'It asks for too few.', base },
    ANNA
  );
  expect((await promotions.ended(id)).state).toBe('succeeded');
  expect(await ask('prod')).toEqual([1, 'yes']);
  expect(models.version(model, 1).environments).toEqual(['prod']);
  expect(models.version(model, 2).environments).toEqual(['dev']);
});
