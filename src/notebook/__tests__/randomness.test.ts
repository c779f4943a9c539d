import { readFileSync } from 'node:fs';
import { convert } from '../convert';
import { pipelineOf, step } from './a-notebook';

/** Whether the result of a single cell may be taken from the cache. */
function cached(source: string): boolean | undefined {
  return pipelineOf([source], 'one').steps[0]?.cache;
}

const FIT = 'X, y = [[0], [1]], [0, 1]\n';
const NUMPY = 'import numpy as np\n';

describe('what gives the same again may be cached', () => {
  it.each([
    ['plain values', 'x = [1, 2]\nprint(sum(x))'],
    [
      'a forest with a seed',
      `${FIT}from sklearn.ensemble import RandomForestRegressor\nRandomForestRegressor(random_state=0).fit(X, y)`
    ],
    [
      'a seed from a name',
      `${FIT}from sklearn.ensemble import RandomForestRegressor\nseed = 3\nRandomForestRegressor(80, random_state=seed).fit(X, y)`
    ],
    [
      'a seeded forest inside a pipeline',
      `${FIT}from sklearn.pipeline import make_pipeline\nfrom sklearn.preprocessing import OneHotEncoder\nfrom sklearn.ensemble import RandomForestRegressor\nm = make_pipeline(OneHotEncoder(), RandomForestRegressor(10, random_state=0))\nm.fit(X, y)`
    ],
    [
      'a seeded forest in a grid search',
      `${FIT}from sklearn.model_selection import GridSearchCV\nfrom sklearn.ensemble import RandomForestClassifier\nGridSearchCV(RandomForestClassifier(random_state=1), {"max_depth": [1, 2]}).fit(X, y)`
    ],
    [
      'a seeded split',
      `${FIT}from sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y, random_state=1)`
    ],
    [
      'a split without shuffling',
      `${FIT}from sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y, shuffle=False)`
    ],
    [
      'folds in order',
      `${FIT}from sklearn.model_selection import KFold\nfor a, b in KFold(2).split(X):\n    pass`
    ],
    [
      'scores of a model without chance',
      `${FIT}from sklearn.model_selection import cross_val_score\nfrom sklearn.linear_model import Ridge\ncross_val_score(Ridge(), X, y)`
    ],
    [
      'a linear model',
      `${FIT}from sklearn.linear_model import LinearRegression, LogisticRegression, Lasso\nLinearRegression().fit(X, y)\nLogisticRegression().fit(X, y)\nLasso().fit(X, y)`
    ],
    [
      'XGBoost, whose default seed is fixed',
      `${FIT}from xgboost import XGBClassifier\nXGBClassifier(n_estimators=5).fit(X, y)`
    ],
    [
      'a generator with a seed',
      `${NUMPY}rng = np.random.default_rng(7)\nx = rng.normal(size=3)`
    ],
    [
      'a random object with a seed',
      'import random\nr = random.Random(4)\nx = r.sample([1, 2, 3], 2)'
    ],
    [
      'a global state that the cell has seeded',
      `${NUMPY}np.random.seed(0)\nx = np.random.rand(3)`
    ],
    [
      'a forest that follows from a global seed',
      `${FIT}${NUMPY}np.random.seed(0)\nfrom sklearn.ensemble import RandomForestRegressor\nRandomForestRegressor().fit(X, y)`
    ],
    [
      'a seeded sample of a frame',
      'import pandas as pd\ndf = pd.DataFrame({"a": [1, 2]})\nprint(df.sample(1, random_state=0))'
    ],
    ['a name called like a module', 'time = [1]\nprint(time.count(1))'],
    ['an import alone', 'import time, random, requests, subprocess'],
    ['an unfitted estimator', 'from sklearn.svm import SVC\nm = SVC()'],
    [
      'PCA, which draws for large data only',
      `${FIT}from sklearn.decomposition import PCA\nPCA(1).fit(X)`
    ],
    [
      'options that may hold a seed',
      `${FIT}from sklearn.ensemble import RandomForestClassifier\nkw = {"random_state": 0}\nRandomForestClassifier(**kw).fit(X, y)`
    ]
  ])('%s', (_, source) => {
    expect(cached(source)).toBe(true);
  });

  it('every step of the example', () => {
    const content: unknown = JSON.parse(
      readFileSync('examples/bike-demand/demand.ipynb', 'utf8')
    );
    for (const split of ['one', 'headings', 'cells'] as const) {
      const { pipeline } = convert({ content, fileName: 'demand.ipynb', split });
      expect(pipeline?.steps.filter(step => !step.cache)).toEqual([]);
    }
  });
});

describe('what may give something else is not cached', () => {
  it.each([
    [
      'a forest without a seed',
      `${FIT}from sklearn.ensemble import RandomForestRegressor\nRandomForestRegressor().fit(X, y)`
    ],
    [
      'a forest whose seed is None',
      `${FIT}from sklearn.ensemble import RandomForestRegressor\nRandomForestRegressor(random_state=None).fit(X, y)`
    ],
    [
      'a forest inside a pipeline',
      `${FIT}from sklearn.pipeline import make_pipeline\nfrom sklearn.ensemble import RandomForestRegressor\nmake_pipeline(RandomForestRegressor(10)).fit(X, y)`
    ],
    [
      'a forest in a grid search',
      `${FIT}from sklearn.model_selection import GridSearchCV\nfrom sklearn.ensemble import RandomForestClassifier\nGridSearchCV(RandomForestClassifier(), {}).fit(X, y)`
    ],
    [
      'a forest that a function fits',
      `${FIT}from sklearn.ensemble import RandomForestClassifier\ndef train(m):\n    return m.fit(X, y)\ntrain(RandomForestClassifier())`
    ],
    [
      'a forest made in a function',
      `${FIT}from sklearn.ensemble import RandomForestClassifier\ndef train():\n    m = RandomForestClassifier()\n    m.fit(X, y)\ntrain()`
    ],
    [
      'scores of a forest',
      `${FIT}from sklearn.model_selection import cross_val_score\nfrom sklearn.ensemble import RandomForestClassifier\ncross_val_score(RandomForestClassifier(), X, y)`
    ],
    [
      'a split',
      `${FIT}from sklearn.model_selection import train_test_split\na, b, c, d = train_test_split(X, y)`
    ],
    [
      'shuffled folds',
      `${FIT}from sklearn.model_selection import KFold\nfor a, b in KFold(2, shuffle=True).split(X):\n    pass`
    ],
    [
      'a solver that draws',
      `${FIT}from sklearn.linear_model import LogisticRegression\nLogisticRegression(solver="saga").fit(X, y)`
    ],
    [
      'probabilities of a support vector machine',
      `${FIT}from sklearn.svm import SVC\nSVC(probability=True).fit(X, y)`
    ],
    [
      'a randomised decomposition',
      `${FIT}from sklearn.decomposition import PCA\nPCA(1, svd_solver="randomized").fit(X)`
    ],
    ["numpy's global state", `${NUMPY}x = np.random.rand(3)`],
    ['a seed without a number', `${NUMPY}np.random.seed()\nx = np.random.rand(3)`],
    [
      'a generator without a seed',
      `${NUMPY}rng = np.random.default_rng()\nx = rng.normal()`
    ],
    ['a generator seeded with None', `${NUMPY}rng = np.random.RandomState(None)`],
    ["Python's global state", 'import random\nx = random.choice([1, 2])'],
    ['a random object without a seed', 'import random\nr = random.Random()'],
    ["the machine's random numbers", 'import random\nr = random.SystemRandom()'],
    [
      'a sample of a frame',
      'import pandas as pd\ndf = pd.DataFrame({"a": [1, 2]})\nprint(df.sample(1))'
    ],
    [
      'a shuffled frame',
      'import pandas as pd\ndf = pd.DataFrame({"a": [1]})\ndf = df.sample(frac=1)'
    ],
    ['a distribution', 'from scipy import stats\nx = stats.norm.rvs(size=3)'],
    ['the clock', 'import time\nt = time.time()'],
    ['the date', 'from datetime import datetime\nd = datetime.now()'],
    ['the day', 'import datetime\nd = datetime.date.today()'],
    ['an identifier', 'import uuid\nu = uuid.uuid4()'],
    ['the network', 'import requests\nr = requests.get("https://a.example")'],
    ['a table from the network', 'import pandas as pd\nd = pd.read_csv("https://a/b")'],
    ['the shell', '!date'],
    ['the shell through Python', 'import subprocess\nsubprocess.run(["date"])'],
    ['a cell for the shell', '%%bash\ndate']
  ])('%s', (_, source) => {
    expect(cached(source)).toBe(false);
  });

  it('and only the step that draws is concerned', () => {
    const pipeline = pipelineOf([
      'import numpy as np',
      'x = np.random.rand(2)',
      'y = x + 1'
    ]);
    expect(pipeline.steps.map(step => step.cache)).toEqual([true, false, true]);
  });

  it('but what the user has set wins', () => {
    const cell = (cache: boolean, source: string): object => ({
      source,
      metadata: { mlops: { step: 'a', cache } }
    });
    const one = (cache: boolean, source: string): boolean | undefined =>
      pipelineOf([cell(cache, source) as { source: string }], 'tags').steps[0]?.cache;
    expect(one(true, 'import time\ntime.time()')).toBe(true);
    expect(one(false, 'x = 1')).toBe(false);
  });
});

describe('draws follow their seed', () => {
  const seed = 'import numpy as np\nnp.random.seed(0)\nX, y = [[0], [1]], [0, 1]';
  it.each([
    ['numpy', 'np.random.rand()'],
    [
      'an estimator',
      'from sklearn.cluster import KMeans\nKMeans(random_state=None).fit(X)'
    ],
    ['a sample', 'import pandas as pd\npd.DataFrame(X).sample(1)'],
    ['a distribution', 'from scipy import stats\nstats.norm.rvs()'],
    [
      'PCA, which may draw',
      'from sklearn.decomposition import PCA\nPCA(1).fit_transform(X)'
    ],
    [
      'options that may lack a seed',
      'from sklearn.cluster import KMeans\nkw = {}\nKMeans(**kw).fit(X)'
    ]
  ])('one after the other: %s', (_, source) => {
    const drawing = pipelineOf([seed, source, `1\n${source}`]);
    expect(drawing.joins).toEqual([]);
    expect(step(drawing, 'cell-3').after).toContain('cell-2');
  });

  it.each([
    [
      'a seeded estimator',
      'from sklearn.cluster import KMeans\nKMeans(random_state=1).fit(X)'
    ],
    ['a generator of its own', 'rng = np.random.default_rng(1)\nrng.normal()'],
    ['a linear model', 'from sklearn.linear_model import Ridge\nRidge().fit(X, y)']
  ])('but not %s', (_, source) => {
    expect(step(pipelineOf([seed, source, `1\n${source}`]), 'cell-3').after).toEqual([
      'cell-1'
    ]);
  });
});
