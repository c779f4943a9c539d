import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import type { RunDetail } from '../../../contract/run';
import { ANNA, REPOSITORY } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import type { IRuns } from '../../pipelines/port';

/** Serving environments are kept between tests: making one takes a minute where nothing is cached. */
process.env.MLOPS_SERVING_ENVIRONMENTS =
  process.env.MLOPS_TEST_SERVING_CACHE ?? join(REPOSITORY, '.cache/serving');

/** A pipeline with numbers, whole numbers, text and a category, some of them missing. */
export const PIPELINE = `
import numpy as np, pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.compose import make_column_transformer
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
r = np.random.default_rng(0)
n = 300
X = pd.DataFrame({"age": np.where(r.random(n) < .1, np.nan, r.normal(40, 9, n)),
                  "visits": r.integers(0, 9, n), "city": r.choice(["A", "B", None], n)})
X["member"] = r.random(n) < .5
X["kind"] = pd.Categorical(r.choice(["x", "y"], n))
y = pd.Series(np.where(X.visits > 4, "yes", "no"), name="bought")
numbers = make_pipeline(SimpleImputer(), StandardScaler())
texts = OneHotEncoder(handle_unknown="ignore")
model = make_pipeline(make_column_transformer((numbers, ["age", "visits", "member"]), (texts, ["city", "kind"])),
                      LogisticRegression())
model.fit(X, y)
metrics = {"accuracy": float((model.predict(X) == y).mean())}
`;

export const XGBOOST = `
import numpy as np, pandas as pd
from xgboost import XGBClassifier
r = np.random.default_rng(1)
X = pd.DataFrame(r.normal(size=(200, 3)), columns=["a", "b", "c"])
y = (X.a > 0).astype(int).rename("positive")
model = XGBClassifier(n_estimators=5, max_depth=2)
model.fit(X, y)
`;

const Result = z.object({
  state: z.string(),
  metrics: z.record(z.string(), z.number()),
  packages: z.record(z.string(), z.string()),
  models: z.array(
    z.object({
      variable: z.string(),
      type: z.string(),
      kind: z.string().nullable(),
      fitCaptured: z.boolean()
    })
  )
});

/** Runs that consist of one step, computed by the real step runner. */
export class TrainedRuns implements Pick<IRuns, 'get' | 'folder'> {
  constructor(private readonly _core: ICore) {}

  /** Runs the code as a step; gives the run's id. */
  train(source: string, id = `run-${this._runs.size + 1}`): string {
    const folder = this.folder(id);
    const step = join(folder, 'steps/train');
    for (const path of [step, join(folder, 'work'), join(folder, 'values')]) {
      mkdirSync(path, { recursive: true });
    }
    const request = {
      version: 1,
      run: id,
      step: 'train',
      title: 'Train',
      cells: [{ id: 'c', index: 0, source }],
      inputs: [],
      outputs: [],
      parameters: {},
      parametersCell: null,
      work: join(folder, 'work'),
      folder: '.',
      values: join(folder, 'values'),
      output: step,
      timeoutSeconds: null,
      environment: { PYTHONHASHSEED: '0' },
      modelVariable: null,
      timeColumn: null,
      trainingRowsKept: 20000
    };
    writeFileSync(join(step, 'request.json'), JSON.stringify(request));
    const { python, runner } = this._core.context;
    spawnSync(python, ['-I', join(runner, 'supervise.py'), join(step, 'request.json')]);
    const result = Result.parse(
      JSON.parse(readFileSync(join(step, 'result.json'), 'utf8'))
    );
    this._runs.set(id, this._detail(id, result));
    return id;
  }

  get(id: string): RunDetail {
    const run = this._runs.get(id);
    if (!run) {
      throw new Error(`There is no run ${id}.`);
    }
    return run;
  }

  folder(id: string): string {
    return join(this._core.home.runs, id);
  }

  /** As the port that the models stage is given; it uses these two only. */
  port(): IRuns {
    const refuse = () => {
      throw new Error('The models stage does not start or stop runs.');
    };
    return {
      get: id => this.get(id),
      folder: id => this.folder(id),
      convert: refuse,
      start: refuse,
      list: refuse,
      stop: refuse,
      retry: refuse,
      ended: refuse
    };
  }

  private _detail(id: string, result: z.infer<typeof Result>): RunDetail {
    const { metrics, models, packages, state } = result;
    const now = new Date().toISOString();
    return {
      place: null,
      id,
      number: this._runs.size + 1,
      name: 'purchases',
      notebook: join(this._core.home.path, 'Purchases of March.ipynb'),
      engine: 'local',
      state: state === 'succeeded' ? 'succeeded' : 'failed',
      cause: { kind: 'user' },
      actor: ANNA,
      parameters: { months: ['Mar'], api_token: 'not for the registry' },
      split: 'one',
      steps: [],
      source: null,
      createdAt: now,
      startedAt: now,
      endedAt: now,
      error: null,
      pipeline: {
        version: 1,
        name: 'purchases',
        notebook: 'Purchases of March.ipynb',
        kernel: 'python3',
        language: 'python',
        split: 'one',
        parameters: [],
        parametersCell: null,
        steps: [],
        joins: [],
        files: [],
        imports: []
      },
      diagnostics: [],
      metrics: Object.entries(metrics).map(([name, value]) => ({
        name,
        value,
        step: 'train'
      })),
      artifacts: [],
      models: models.map(model => ({ ...model, step: 'train' })),
      dataDigests: { 'data/march.csv': `sha256:${'1'.repeat(64)}` },
      packages
    };
  }

  private readonly _runs = new Map<string, RunDetail>();
}
