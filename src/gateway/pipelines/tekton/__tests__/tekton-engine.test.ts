import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { ANNA, buildCore, discardCore } from '../../../__tests__/core-builder';
import type { ICore } from '../../../core';
import { json } from '../../../kube/__tests__/api-double';
import { TestCluster } from '../../../kube/__tests__/cluster-builder';
import { Clusters } from '../../../kube/clusters';
import { buildNotebook, type ITestNotebook } from '../../__tests__/notebook-builder';
import { createPipelinesStage } from '../../pipelines-stage';
import type { IRuns } from '../../port';

const TEKTON = { image: `quay.io/ml/python@sha256:${'a'.repeat(64)}` };

describe('a run that is to go to Tekton', () => {
  let cluster: TestCluster;
  let core: ICore;
  let notebook: ITestNotebook;
  let clusters: Clusters;
  let runs: IRuns;

  beforeEach(async () => {
    cluster = await TestCluster.start();
    core = buildCore();
    notebook = buildNotebook([{ id: 'train', cells: ['a = 1'] }], {
      parameters: { api_token: 1 }
    });
    clusters = new Clusters({ pins: cluster.pins, environment: process.env });
    ({ runs } = createPipelinesStage(core, notebook.convert, clusters));
  });
  afterEach(async () => {
    await clusters.close();
    discardCore(core);
    rmSync(notebook.folder, { recursive: true, force: true });
    await cluster.close();
  });

  const configure = (more: object = { tekton: TEKTON }): void => {
    const named = { context: 'dev', kubeconfig: cluster.file };
    writeFileSync(
      join(notebook.folder, 'mlops.yaml'),
      stringify({ engine: 'tekton', cluster: named, ...more })
    );
  };
  const start = (parameters = {}, engine?: string): Promise<unknown> =>
    runs.start({ notebook: notebook.path, parameters, engine }, ANNA, { kind: 'user' });

  const expectNothing = (): void => {
    expect(runs.list(10)).toEqual([]);
    expect(readdirSync(core.home.runs)).toEqual([]);
    const made = cluster.api.asked.filter(
      one => one.startsWith('POST') && !one.includes('/self')
    );
    expect(made).toEqual([]);
  };

  it('is told what mlops.yaml does not name', async () => {
    await expect(start({}, 'tekton')).rejects.toMatchObject({
      body: {
        code: 'engine-not-configured',
        message:
          'Runs cannot go to Tekton: mlops.yaml does not name ‘cluster’, the cluster and as whom, and ‘tekton’, the image of the steps.'
      }
    });
    configure({});
    await expect(start()).rejects.toMatchObject({
      body: { code: 'engine-not-configured' }
    });
    expectNothing();
  });

  it('must not carry a secret', async () => {
    configure();
    await expect(start({ api_token: 'sesame' })).rejects.toMatchObject({
      body: {
        code: 'parameter-secret',
        message: expect.not.stringContaining('sesame')
      }
    });
    expectNothing();
  });

  it('needs Tekton there', async () => {
    configure();
    cluster.api.answers.set('GET /api/v1/namespaces/ml-team', (_, response) => {
      json(response, 200, { metadata: { name: 'ml-team' } });
    });
    cluster.api.answers.set('GET /apis', (_, response) => {
      json(response, 200, { groups: [] });
    });
    await expect(start()).rejects.toMatchObject({
      body: {
        code: 'engine-not-installed',
        message: 'Tekton Pipelines is not installed on the cluster test-cluster.'
      }
    });
    expectNothing();
  });

  it('knows no other engine', async () => {
    await expect(start({}, 'airflow')).rejects.toMatchObject({
      body: {
        code: 'engine-unknown',
        message: 'There is no engine "airflow"; runs can go to: local, tekton.'
      }
    });
  });

  it('names its image by digest', async () => {
    configure({ tekton: { image: 'quay.io/ml/python:3.11' } });
    await expect(start()).rejects.toMatchObject({
      body: { message: expect.stringContaining('by its digest') }
    });
    expectNothing();
  });
});
