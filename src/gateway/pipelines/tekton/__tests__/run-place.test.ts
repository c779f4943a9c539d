import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { RunStep } from '../../../../contract/run';
import { RunFolder } from '../../run-folder';
import { POD_FILE, tektonPlace } from '../run-place';
import { writeTektonPlan, type TektonPlan } from '../tekton-plan';

const MANIFEST = { apiVersion: 'tekton.dev/v1', kind: 'X', metadata: { name: 'bike' } };
const PLAN: TektonPlan = {
  cluster: { context: 'dev' },
  clusterName: 'dev-cluster',
  project: null,
  namespace: 'ml-team',
  name: 'bike-1f2e',
  image: 'python@sha256:0',
  serviceAccount: null,
  runAsUser: null,
  fsGroup: null,
  prepare: 'prepare',
  notebook: 'notebook',
  pipeline: MANIFEST,
  pipelineRun: MANIFEST
};

const step = (id: string): RunStep => ({
  id,
  title: id,
  state: 'waiting',
  cellsDone: 0,
  cells: 1,
  startedAt: null,
  endedAt: null,
  attempt: 0,
  error: null
});

describe('the place of a run in pods', () => {
  let path: string;
  let folder: RunFolder;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'mlops-place-'));
    folder = new RunFolder(path);
  });
  afterEach(() => rmSync(path, { recursive: true }));

  it('names the cluster, the namespace, and the pod of each step that had one', async () => {
    await writeTektonPlan(folder, PLAN);
    mkdirSync(folder.step('load'), { recursive: true });
    writeFileSync(
      join(folder.step('load'), POD_FILE),
      JSON.stringify({ pod: 'load-pod' })
    );
    expect(tektonPlace(folder, [step('load'), step('train')])).toEqual({
      cluster: 'dev-cluster',
      namespace: 'ml-team',
      name: 'bike-1f2e',
      pods: { load: 'load-pod' }
    });
  });

  it('leaves the cluster open where an earlier version has not written it down', () => {
    const { clusterName: _, ...earlier } = PLAN;
    writeFileSync(join(path, 'tekton.json'), JSON.stringify(earlier));
    expect(tektonPlace(folder, [])).toMatchObject({
      cluster: null,
      namespace: 'ml-team'
    });
  });

  it('is unknown where nothing of the run is left', () => {
    expect(tektonPlace(folder, [step('load')])).toBeNull();
  });
});
