import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { ModelVersion } from '../../../contract/model';
import { ANNA, buildCore, discardCore, reopenCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { OciLayout } from '../../images/oci-layout';
import { createServing, type IServing } from '../../serving/create-serving';
import { GoldenRequest } from '../golden';
import type { Models } from '../models';
import { createModelsStage } from '../stage';
import { PIPELINE, TrainedRuns, XGBOOST } from './trained-runs';

jest.setTimeout(180_000);

describe('registering the models of real runs', () => {
  let core: ICore;
  let serving: IServing;
  let models: Models;
  let runs: TrainedRuns;
  let store: OciLayout;

  beforeAll(() => {
    core = buildCore();
    store = new OciLayout(core.home.oci);
    serving = createServing(core, store);
    runs = new TrainedRuns(core);
    ({ models } = createModelsStage(core, {
      runs: runs.port(),
      modelServer: serving.modelServer,
      store
    }));
    runs.train(PIPELINE, 'pipeline');
  });
  afterAll(async () => {
    await models.close();
    await serving.close();
    discardCore(core);
  });

  async function register(run: string, name?: string): Promise<ModelVersion> {
    const { id } = models.register({ run, name }, ANNA);
    const { state, version, model, error } = await models.registrationEnded(id);
    expect({ state, error }).toEqual({ state: 'succeeded', error: null });
    return models.version(model, version ?? 0);
  }

  it('makes a tested version with everything found by itself', async () => {
    const version = await register('pipeline');
    expect(version).toMatchObject({
      model: 'purchases-of-march',
      version: 1,
      state: 'ready',
      kind: 'sklearn',
      metrics: { accuracy: expect.any(Number) },
      trainedRows: 300,
      reproducible: true,
      missing: ['The commit: the notebook is not in a Git repository.'],
      signature: {
        task: 'classification',
        target: 'bought',
        outputs: [{ name: 'bought', datatype: 'BYTES', categories: ['no', 'yes'] }]
      },
      lineage: { run: 'pipeline', parameters: { api_token: '[not kept]' } }
    });
    const [evidence] = version.evidence;
    expect(evidence).toMatchObject({
      kind: 'model-test',
      result: 'passed',
      digest: version.digest,
      figures: { requests: 50, bytes: version.bytes }
    });
    expect(Number(evidence.figures.p95Milliseconds)).toBeGreaterThan(0);
    const golden = GoldenRequest.parse(models.json(version.golden ?? ''));
    expect(golden.rows.length).toBeGreaterThan(0);
    const profile = z
      .object({ features: z.array(z.object({ name: z.string() })) })
      .parse(models.json(version.baseline ?? ''));
    expect(profile.features.map(({ name }) => name)).toEqual([
      'age',
      'visits',
      'city',
      'member',
      'kind'
    ]);
    expect(models.trainingRows(version.model, 1)?.size).toBeGreaterThan(290);
    expect(models.byDigest(version.digest)?.version).toBe(1);
  });

  it('gives the version that exists when it is registered again', async () => {
    const first = await register('pipeline');
    expect((await register('pipeline')).version).toBe(first.version);
    expect(models.list()[0].versions).toHaveLength(1);
  });

  it('writes the same artifact for the same model and facts', async () => {
    const { digest } = await register('pipeline');
    const again = runs.train(PIPELINE, 'pipeline-again');
    const second = await register(again);
    expect(second.digest).toBe(digest);
    expect(second.version).toBe(2);
  });

  it('keeps secrets and times out of the artifact', async () => {
    const { digest } = await register('pipeline');
    const manifest = await store.manifest(digest);
    const text = JSON.stringify(manifest);
    expect(text).not.toContain('not for the registry');
    expect(text).not.toMatch(/20\d\d-\d\d-\d\dT/);
    expect(text).not.toContain(core.home.path);
    expect(manifest.annotations?.['org.jupyterlab-mlops.notebook']).toBe(
      'Purchases of March.ipynb'
    );
  });

  it('serves what it registered, with missing values and classes', async () => {
    const version = await register('pipeline');
    const served = await serving.modelServer.serve(version);
    try {
      const row = { age: null, visits: 8, city: null, member: true, kind: 'x' };
      const answer = await served.predict([row, { ...row, visits: 0, age: 50.5 }]);
      expect(answer.predictions).toEqual(['yes', 'no']);
      expect(answer.classes).toEqual(['no', 'yes']);
      expect(answer.probabilities?.map(([a, b]) => Math.round(a + b))).toEqual([1, 1]);
      await expect(served.predict([{ ...row, visits: 'many' }])).rejects.toMatchObject({
        body: {
          code: 'input-invalid',
          message: 'Row 1, column "visits": expected a whole number, given text.'
        }
      });
      const failed = await served.infer('{"inputs": []}');
      expect([failed.status, await failed.text()]).toEqual([
        400,
        expect.stringContaining("'age' is missing")
      ]);
    } finally {
      await served.stop();
    }
    expect(await served.ready()).toBe(false);
    expect(readdirSync(join(core.home.serving, 'instances'))).toEqual([]);
  });

  it('serves an XGBoost classifier', async () => {
    const version = await register(runs.train(XGBOOST), 'signs');
    expect(version).toMatchObject({ kind: 'xgboost', state: 'ready' });
    const requirements = JSON.stringify(
      (await store.manifest(version.digest)).annotations
    );
    expect(requirements).toContain('signs');
  });

  it('fails a version that answers differently than in training, and keeps it', async () => {
    const run = runs.train(XGBOOST, 'changed');
    const path = join(runs.folder(run), 'steps/train/models/model/describe.json');
    const description: { example: { predictions: number[] } } = JSON.parse(
      readFileSync(path, 'utf8')
    );
    description.example.predictions[0] = 1 - description.example.predictions[0];
    writeFileSync(path, JSON.stringify(description));
    const { id } = models.register({ run, name: 'changed' }, ANNA);
    const ended = await models.registrationEnded(id);
    expect(ended).toMatchObject({
      state: 'failed',
      version: 1,
      error: {
        code: 'golden-mismatch',
        cause: expect.stringMatching(/^1 of \d+ predictions differ .* by 1\.00\.$/)
      }
    });
    const version = models.version('changed', 1);
    expect(version.state).toBe('failed');
    expect(version.evidence.map(({ result }) => result)).toEqual(['failed']);
  });

  it('says why a model could not be loaded', async () => {
    const run = runs.train(XGBOOST, 'broken');
    writeFileSync(
      join(runs.folder(run), 'steps/train/models/model/model.ubj'),
      'not a model'
    );
    const { id } = models.register({ run, name: 'broken' }, ANNA);
    const { error } = await models.registrationEnded(id);
    expect(error).toMatchObject({
      code: 'model-not-loaded',
      cause: expect.stringContaining('XGBoostError')
    });
  });

  it('goes on with a registration that the last gateway left', async () => {
    const { id } = models.register({ run: 'pipeline', name: 'resumed' }, ANNA);
    await models.close();
    const again = reopenCore(core);
    const next = createModelsStage(again, {
      runs: runs.port(),
      modelServer: serving.modelServer,
      store
    });
    expect(next.models.registration(id).state).not.toBe('failed');
    await next.stage.start();
    expect(await next.models.registrationEnded(id)).toMatchObject({
      state: 'succeeded',
      version: 1
    });
    expect(next.models.version('resumed', 1).evidence).toHaveLength(1);
    await next.stage.close();
    again.database.close();
  });
});
