/** Which functions and classes draw random numbers, and what makes them give the same again. */

/** Global random states that notebooks seed and draw from. */
export type RandomFamily = 'numpy' | 'python' | 'torch' | 'tensorflow';

export interface IRandomUse {
  readonly family: RandomFamily;
  /** `read` for who takes a copy of the state. */
  readonly kind: 'seed' | 'draw' | 'read';
}

/** `perhaps`: only for some data, as a solver that is chosen by size. */
export type Drawing = 'surely' | 'perhaps';

/** What a call is given, as far as randomness depends on it. */
export interface IGiven {
  readonly keyword: string | null;
  /** True for `**options`, which may hold a seed. */
  readonly spread: boolean;
  /** True for a literal `None`. */
  readonly none: boolean;
  /** The source's own word for `True`, `False` and strings; null for anything else. */
  readonly word: string | null;
}

const NUMPY_OBJECTS =
  /^numpy\.random\.(default_rng|RandomState|Generator|SeedSequence|BitGenerator|PCG64|PCG64DXSM|MT19937|Philox|SFC64)$/;
const PYTHON_OBJECTS = /^random\.(Random|SystemRandom)$/;

/** How a function uses a global random state; null where it does not. */
export function randomUse(path: string): IRandomUse | null {
  if (/^numpy\.random\.(seed|set_state)$/.test(path)) {
    return { family: 'numpy', kind: 'seed' };
  }
  if (path === 'numpy.random.get_state') {
    return { family: 'numpy', kind: 'read' };
  }
  if (path.startsWith('numpy.random.') && !NUMPY_OBJECTS.test(path)) {
    return { family: 'numpy', kind: 'draw' };
  }
  if (/^random\.(seed|setstate)$/.test(path)) {
    return { family: 'python', kind: 'seed' };
  }
  if (path === 'random.getstate') {
    return { family: 'python', kind: 'read' };
  }
  if (path.startsWith('random.') && !PYTHON_OBJECTS.test(path)) {
    return { family: 'python', kind: 'draw' };
  }
  if (/^torch\.(cuda\.)?manual_seed(_all)?$/.test(path)) {
    return { family: 'torch', kind: 'seed' };
  }
  if (
    /^torch\.(rand|randn|randint|randperm|normal|bernoulli|multinomial|nn\.|utils\.data\.)/.test(
      path
    )
  ) {
    return { family: 'torch', kind: 'draw' };
  }
  if (/^(tensorflow|keras)\.(random\.set_seed|utils\.set_random_seed)$/.test(path)) {
    return { family: 'tensorflow', kind: 'seed' };
  }
  if (/^(tensorflow\.)?keras\.|^tensorflow\.random\./.test(path)) {
    return { family: 'tensorflow', kind: 'draw' };
  }
  return null;
}

const SEEDED_BY =
  /^numpy\.random\.(seed|default_rng|RandomState|SeedSequence|PCG64|PCG64DXSM|MT19937|Philox|SFC64)$|^random\.(seed|Random)$/;

/** True for a seed or generator without a number: it starts from the machine's entropy. */
export function startsAnywhere(path: string, given: readonly IGiven[]): boolean {
  return (
    path === 'random.SystemRandom' ||
    (SEEDED_BY.test(path) && given.every(item => item.none))
  );
}

const ALWAYS = new RegExp(
  '\\.(' +
    'shuffle|resample|(Stratified|Group)?ShuffleSplit|StratifiedShuffleSplit|GroupShuffleSplit|datasets\\.make_\\w+|' +
    'RandomForest\\w+|ExtraTrees?\\w+|RandomTreesEmbedding|(Hist)?GradientBoosting\\w+|AdaBoost\\w+|Bagging\\w+|' +
    'IsolationForest|DecisionTree\\w+|MLP\\w+|BernoulliRBM|SGD\\w+|Perceptron|PassiveAggressive\\w+|LinearSV[CR]|' +
    'KMeans|MiniBatch\\w+|BisectingKMeans|SpectralClustering|SpectralEmbedding|SpectralCo\\w+|\\w*GaussianMixture|' +
    'RandomizedSearchCV|Halving\\w+SearchCV|Repeated\\w*KFold|TSNE|MDS|UMAP|NMF|LatentDirichletAllocation|TruncatedSVD|' +
    'FastICA|DictionaryLearning|SparsePCA|randomized_svd|permutation_importance|permutation_test_score|' +
    'Random(Under|Over)Sampler|\\w*SMOTE\\w*|ADASYN|RANSACRegressor|TheilSenRegressor|mutual_info_\\w+|' +
    'IterativeImputer|EllipticEnvelope|MinCovDet|fast_mcd|(Gaussian|Sparse)RandomProjection|RBFSampler|Nystroem|' +
    'SkewedChi2Sampler|PolynomialCountSketch|rvs|bootstrap|permutation_test|monte_carlo_test|' +
    'differential_evolution|dual_annealing|basinhopping' +
    ')$'
);

/** Draws only where the keyword has one of these words; absent is the default. */
const UNDER_CONDITION: [RegExp, string, RegExp, Drawing | null][] = [
  [/\.train_test_split$/, 'shuffle', /^True$/, 'surely'],
  [/\.(Stratified|StratifiedGroup)?KFold$/, 'shuffle', /^True$/, null],
  [/\.learning_curve$/, 'shuffle', /^True$/, null],
  [
    /\.(Lasso|ElasticNet|LassoCV|ElasticNetCV|MultiTask\w+)$/,
    'selection',
    /^random$/,
    null
  ],
  [/\.LogisticRegression(CV)?$/, 'solver', /^(sag|saga|liblinear)$/, null],
  [/\.(Ridge|RidgeClassifier)$/, 'solver', /^(sag|saga)$/, null],
  [/\.(SVC|NuSVC|OneClassSVM)$/, 'probability', /^True$/, null],
  [/\.(PCA|KernelPCA)$/, 'svd_solver', /^(randomized|arpack)$/, 'perhaps'],
  [/\.KernelPCA$/, 'eigen_solver', /^(randomized|arpack)$/, 'perhaps'],
  [/\.DummyClassifier$/, 'strategy', /^(stratified|uniform)$/, null],
  [
    /\.(QuantileTransformer|KBinsDiscretizer)$/,
    'subsample',
    /^(?!None$|False$)/,
    'perhaps'
  ]
];

const SEEDS = /^(random_state|seed|rng|random_seed)$/;

/** How surely something draws from numpy's global state when it is called or fitted as given. */
export function drawsWithoutState(
  path: string,
  given: readonly IGiven[]
): Drawing | null {
  if (!/^(sklearn|imblearn|umap|scipy\.(stats|optimize))\b/.test(path)) {
    return null;
  }
  if (given.some(item => SEEDS.test(item.keyword ?? '') && !item.none)) {
    return null;
  }
  if (ALWAYS.test(path)) {
    return given.some(item => item.spread) ? 'perhaps' : 'surely';
  }
  const condition = UNDER_CONDITION.find(([pattern]) => pattern.test(path));
  if (!condition) {
    return null;
  }
  const [, keyword, words, otherwise] = condition;
  const value = given.find(item => item.keyword === keyword);
  if (!value) {
    return otherwise;
  }
  if (value.word === null) {
    return value.none ? otherwise : 'perhaps';
  }
  return words.test(value.word) ? 'surely' : null;
}

/** True where a frame's `sample` or a distribution's `rvs` draws, but not `random.sample(items, 5)`. */
export function samples(method: string, given: readonly IGiven[]): boolean {
  return (
    (method === 'rvs' ||
      (method === 'sample' &&
        given.filter(item => item.keyword === null).length <= 1)) &&
    !given.some(item => SEEDS.test(item.keyword ?? '') && !item.none)
  );
}
