import { drawsWithoutState, randomUse, samples, startsAnywhere } from '../random';
import type { Drawing, IGiven, RandomFamily } from '../random';
import { alike, words } from './words';

const USES: [RandomFamily, 'seed' | 'draw' | 'read', string][] = [
  ['numpy', 'seed', 'numpy.random.seed numpy.random.set_state'],
  ['numpy', 'read', 'numpy.random.get_state'],
  ['numpy', 'draw', 'numpy.random.rand numpy.random.normal numpy.random.shuffle'],
  ['python', 'seed', 'random.seed random.setstate'],
  ['python', 'read', 'random.getstate'],
  ['python', 'draw', 'random.random random.choice random.Randomly'],
  [
    'torch',
    'seed',
    'torch.manual_seed torch.cuda.manual_seed torch.cuda.manual_seed_all'
  ],
  ['torch', 'draw', 'torch.rand torch.randn torch.randint torch.randperm torch.normal'],
  ['torch', 'draw', 'torch.bernoulli torch.multinomial torch.nn.Linear'],
  ['torch', 'draw', 'torch.utils.data.DataLoader'],
  ['tensorflow', 'seed', 'tensorflow.random.set_seed keras.utils.set_random_seed'],
  [
    'tensorflow',
    'draw',
    'tensorflow.keras.Sequential keras.Model tensorflow.random.normal'
  ]
];

describe.each(USES)('the global state of %s: %s', (family, kind, names) => {
  it.each(alike(names))('%s', (name, before) => {
    expect(randomUse(name)).toEqual({ family, kind });
    expect(randomUse(before)).toBeNull();
    expect(randomUse(`my.${name}`)).toBeNull();
  });
});

describe('no use of a global state', () => {
  it.each(
    words(
      'numpy.random.default_rng numpy.random.RandomState numpy.random.Generator numpy.random.SeedSequence ' +
        'numpy.random.BitGenerator numpy.random.PCG64 numpy.random.PCG64DXSM numpy.random.MT19937 ' +
        'numpy.random.Philox numpy.random.SFC64 random.Random random.SystemRandom numpy.randomly randomly ' +
        'torch.tensor torch.ones torch.nnx.a tensorflow.constant tensorflow.randomly keras2.Model'
    )
  )('%s', name => {
    expect(randomUse(name)).toBeNull();
  });

  it.each(
    words('numpy.random.default_rngs numpy.random.seeds numpy.random.get_states')
  )('but a draw: %s', name => {
    expect(randomUse(name)).toEqual({ family: 'numpy', kind: 'draw' });
  });

  it.each(words('random.seeds random.getstates random.SystemRandoms'))(
    'but a draw: %s',
    name => {
      expect(randomUse(name)).toEqual({ family: 'python', kind: 'draw' });
    }
  );

  it.each(words('torch.manual_seeds torch.cuda.manual_seed_alls'))('%s', name => {
    expect(randomUse(name)).toBeNull();
  });
});

const given = (keyword: string | null, source: string): IGiven => ({
  keyword,
  spread: source.startsWith('**'),
  none: source === 'None',
  word: /^\w+$/.test(source) && !/^(None|value|\d+)$/.test(source) ? source : null
});

describe('a seed without a number', () => {
  const names =
    'numpy.random.seed numpy.random.default_rng numpy.random.RandomState numpy.random.SeedSequence ' +
    'numpy.random.PCG64 numpy.random.PCG64DXSM numpy.random.MT19937 numpy.random.Philox numpy.random.SFC64 ' +
    'random.seed random.Random';

  it.each(alike(names))('%s', (name, before, behind) => {
    expect(startsAnywhere(name, [])).toBe(true);
    expect(startsAnywhere(name, [given(null, 'None')])).toBe(true);
    expect(startsAnywhere(name, [given(null, '1')])).toBe(false);
    expect(startsAnywhere(name, [given('a', 'None'), given(null, '1')])).toBe(false);
    expect([startsAnywhere(before, []), startsAnywhere(behind, [])]).toEqual([
      false,
      false
    ]);
  });

  it('random.SystemRandom, whatever it is given', () => {
    expect(startsAnywhere('random.SystemRandom', [given(null, '1')])).toBe(true);
    expect(startsAnywhere('random.random', [])).toBe(false);
  });
});

/** What draws whenever it has no state of its own, as scikit-learn's and SciPy's documentation says. */
const ALWAYS =
  'sklearn.utils.shuffle sklearn.utils.resample sklearn.model_selection.ShuffleSplit ' +
  'sklearn.model_selection.StratifiedShuffleSplit sklearn.model_selection.GroupShuffleSplit ' +
  'sklearn.datasets.make_blobs sklearn.ensemble.RandomForestClassifier sklearn.ensemble.ExtraTreesRegressor ' +
  'sklearn.tree.ExtraTreeClassifier sklearn.ensemble.RandomTreesEmbedding ' +
  'sklearn.ensemble.GradientBoostingRegressor sklearn.ensemble.HistGradientBoostingClassifier ' +
  'sklearn.ensemble.AdaBoostClassifier sklearn.ensemble.BaggingRegressor sklearn.ensemble.IsolationForest ' +
  'sklearn.tree.DecisionTreeClassifier sklearn.neural_network.MLPClassifier sklearn.neural_network.BernoulliRBM ' +
  'sklearn.linear_model.SGDClassifier sklearn.linear_model.Perceptron sklearn.svm.LinearSVC sklearn.svm.LinearSVR ' +
  'sklearn.linear_model.PassiveAggressiveClassifier sklearn.cluster.KMeans sklearn.cluster.MiniBatchKMeans ' +
  'sklearn.cluster.BisectingKMeans sklearn.cluster.SpectralClustering sklearn.manifold.SpectralEmbedding ' +
  'sklearn.cluster.SpectralCoclustering sklearn.mixture.GaussianMixture sklearn.mixture.BayesianGaussianMixture ' +
  'sklearn.model_selection.RandomizedSearchCV sklearn.model_selection.HalvingRandomSearchCV ' +
  'sklearn.model_selection.RepeatedStratifiedKFold sklearn.model_selection.RepeatedKFold sklearn.manifold.TSNE ' +
  'sklearn.manifold.MDS umap.UMAP sklearn.decomposition.NMF sklearn.decomposition.LatentDirichletAllocation ' +
  'sklearn.decomposition.TruncatedSVD sklearn.decomposition.FastICA sklearn.decomposition.DictionaryLearning ' +
  'sklearn.decomposition.SparsePCA sklearn.utils.extmath.randomized_svd sklearn.inspection.permutation_importance ' +
  'sklearn.model_selection.permutation_test_score imblearn.under_sampling.RandomUnderSampler ' +
  'imblearn.over_sampling.RandomOverSampler imblearn.over_sampling.SMOTE imblearn.over_sampling.BorderlineSMOTE ' +
  'imblearn.over_sampling.SMOTENC imblearn.over_sampling.ADASYN sklearn.linear_model.RANSACRegressor ' +
  'sklearn.linear_model.TheilSenRegressor sklearn.feature_selection.mutual_info_classif ' +
  'sklearn.impute.IterativeImputer sklearn.covariance.EllipticEnvelope sklearn.covariance.MinCovDet ' +
  'sklearn.covariance.fast_mcd sklearn.random_projection.GaussianRandomProjection ' +
  'sklearn.random_projection.SparseRandomProjection sklearn.kernel_approximation.RBFSampler ' +
  'sklearn.kernel_approximation.Nystroem sklearn.kernel_approximation.SkewedChi2Sampler ' +
  'sklearn.kernel_approximation.PolynomialCountSketch scipy.stats.norm.rvs scipy.stats.bootstrap ' +
  'scipy.stats.permutation_test scipy.stats.monte_carlo_test scipy.optimize.differential_evolution ' +
  'scipy.optimize.dual_annealing scipy.optimize.basinhopping';

describe('what draws where it has no state of its own', () => {
  it.each(alike(ALWAYS))('%s', (name, before, behind) => {
    expect(drawsWithoutState(name, [])).toBe('surely');
    expect(drawsWithoutState(name, [given(null, '**options')])).toBe('perhaps');
    expect(drawsWithoutState(before, [])).toBeNull();
    expect(drawsWithoutState(behind, [])).toBeNull();
  });

  it.each(words('random_state seed rng random_seed'))('but not with %s', keyword => {
    const forest = 'sklearn.ensemble.RandomForestClassifier';
    expect(drawsWithoutState(forest, [given(keyword, '1')])).toBeNull();
    expect(
      drawsWithoutState(forest, [given('n_jobs', '1'), given(keyword, 'value')])
    ).toBeNull();
    expect(drawsWithoutState(forest, [given(keyword, 'None')])).toBe('surely');
    expect(drawsWithoutState(forest, [given(`${keyword}s`, '1')])).toBe('surely');
    expect(drawsWithoutState(forest, [given(`x${keyword}`, '1')])).toBe('surely');
  });

  it.each(
    words(
      'sklearn.linear_model.LinearRegression sklearn.preprocessing.StandardScaler scipy.stats.ttest_ind ' +
        'scipy.signal.shuffle mylib.RandomForestClassifier sklearnx.utils.shuffle random.shuffle'
    )
  )('never %s', name => {
    expect(drawsWithoutState(name, [])).toBeNull();
  });
});

/** Function, keyword: what its value makes of it; `-` where the keyword is absent. */
const CONDITIONS: [string, string, [string, Drawing | null][]][] = [
  [
    'sklearn.model_selection.train_test_split',
    'shuffle',
    [
      ['-', 'surely'],
      ['True', 'surely'],
      ['False', null],
      ['None', 'surely'],
      ['value', 'perhaps']
    ]
  ],
  [
    'sklearn.model_selection.KFold',
    'shuffle',
    [
      ['-', null],
      ['True', 'surely'],
      ['False', null],
      ['None', null],
      ['value', 'perhaps']
    ]
  ],
  [
    'sklearn.model_selection.StratifiedKFold',
    'shuffle',
    [
      ['-', null],
      ['True', 'surely']
    ]
  ],
  [
    'sklearn.model_selection.StratifiedGroupKFold',
    'shuffle',
    [
      ['-', null],
      ['True', 'surely']
    ]
  ],
  [
    'sklearn.model_selection.learning_curve',
    'shuffle',
    [
      ['-', null],
      ['True', 'surely']
    ]
  ],
  ...['Lasso', 'ElasticNet', 'LassoCV', 'ElasticNetCV', 'MultiTaskLasso'].map(
    (name): (typeof CONDITIONS)[number] => [
      `sklearn.linear_model.${name}`,
      'selection',
      [
        ['-', null],
        ['random', 'surely'],
        ['cyclic', null],
        ['xrandom', null],
        ['randomx', null]
      ]
    ]
  ),
  ...['LogisticRegression', 'LogisticRegressionCV'].map(
    (name): (typeof CONDITIONS)[number] => [
      `sklearn.linear_model.${name}`,
      'solver',
      [
        ['-', null],
        ['sag', 'surely'],
        ['saga', 'surely'],
        ['liblinear', 'surely'],
        ['lbfgs', null],
        ['xsag', null],
        ['sagx', null]
      ]
    ]
  ),
  ...['Ridge', 'RidgeClassifier'].map((name): (typeof CONDITIONS)[number] => [
    `sklearn.linear_model.${name}`,
    'solver',
    [
      ['-', null],
      ['sag', 'surely'],
      ['saga', 'surely'],
      ['lsqr', null],
      ['xsag', null],
      ['sagx', null]
    ]
  ]),
  ...['SVC', 'NuSVC', 'OneClassSVM'].map((name): (typeof CONDITIONS)[number] => [
    `sklearn.svm.${name}`,
    'probability',
    [
      ['-', null],
      ['True', 'surely'],
      ['False', null]
    ]
  ]),
  [
    'sklearn.decomposition.PCA',
    'svd_solver',
    [
      ['-', 'perhaps'],
      ['randomized', 'surely'],
      ['arpack', 'surely'],
      ['full', null],
      ['xarpack', null],
      ['arpackx', null]
    ]
  ],
  [
    'sklearn.dummy.DummyClassifier',
    'strategy',
    [
      ['-', null],
      ['stratified', 'surely'],
      ['uniform', 'surely'],
      ['prior', null],
      ['xuniform', null],
      ['uniformx', null]
    ]
  ],
  ...['QuantileTransformer', 'KBinsDiscretizer'].map(
    (name): (typeof CONDITIONS)[number] => [
      `sklearn.preprocessing.${name}`,
      'subsample',
      [
        ['-', 'perhaps'],
        ['False', null],
        ['auto', 'surely'],
        ['Nonesense', 'surely'],
        ['value', 'perhaps']
      ]
    ]
  )
];

describe.each(CONDITIONS)('%s draws by its %s', (name, keyword, cases) => {
  it.each(cases)('%s: %s', (value, drawing) => {
    const items = value === '-' ? [] : [given(keyword, value)];
    expect(drawsWithoutState(name, items)).toBe(drawing);
    expect(drawsWithoutState(`${name}-`, items)).toBeNull();
  });
});

describe('sample and rvs', () => {
  it.each<[string, IGiven[], boolean]>([
    ['rvs', [], true],
    ['rvs', [given(null, '1'), given(null, '2')], true],
    ['sample', [], true],
    ['sample', [given(null, '5')], true],
    ['sample', [given(null, '5'), given('axis', '1')], true],
    ['sample', [given(null, 'items'), given(null, '5')], false],
    ['sample', [given('random_state', '1')], false],
    ['sample', [given('random_state', 'None')], true],
    ['sample', [given('n', '1'), given('seed', '1')], false],
    ['rvs', [given('random_state', '1')], false],
    ['head', [], false]
  ])('%s %j: %s', (method, items, draws) => {
    expect(samples(method, items)).toBe(draws);
  });
});
