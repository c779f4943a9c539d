import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';

import type { Environment, Release } from '../../../contract/environment';
import type { ModelVersion } from '../../../contract/model';
import type { RouteName } from '../../../contract/paths';
import type { MonitoringSettings } from '../../../contract/project';
import type { ReplyOf } from '../../../contract/routes';
import { buildProfile } from '../../../statistics/profile';
import { rowDigest } from '../../../statistics/row-digest';
import { ANNA, REPOSITORY } from '../../__tests__/core-builder';
import type {
  Feedback,
  IEnvironments,
  IPayload,
  IPayloadSink
} from '../../environments/port';
import type { IModels } from '../../models/port';
import type { IRuns } from '../../pipelines/port';
import type { IModelServer, IServedModel } from '../../serving/port';
import type { IStage } from '../../stage';

export interface IHour {
  time: string;
  row: Record<string, unknown>;
  bikers: number;
}

const NUMBERS = [
  'temp',
  'atemp',
  'hum',
  'windspeed',
  'hr',
  'weekday',
  'workingday',
  'holiday'
];

/** The recorded hours of the example, January to June 2011. */
export function recordedHours(from = '2011-01-01', to = '2011-07-01'): IHour[] {
  const file = join(REPOSITORY, 'examples/bike-demand/data/rides-to-june.csv');
  const records: Record<string, string>[] = parse(readFileSync(file), {
    columns: true
  });
  return records
    .map(record => ({
      time: new Date(record.datetime).toISOString(),
      row: {
        ...Object.fromEntries(NUMBERS.map(name => [name, Number(record[name])])),
        weathersit: record.weathersit
      },
      bikers: Number(record.bikers)
    }))
    .filter(({ time }) => from <= time && time < to);
}

/** The profile of some hours, as a registration makes it. */
export function profileOf(hours: IHour[]) {
  const names = Object.keys(hours[0].row);
  return buildProfile(
    names.map(name => ({ name, values: hours.map(({ row }) => row[name]) })),
    { times: hours.map(({ time }) => Date.parse(time)), windowHours: 168 }
  );
}

export function digestOf({ row, bikers }: IHour): string {
  return rowDigest(row, bikers, bytes => createHash('sha256').update(bytes).digest());
}

export function buildVersion(
  version: number,
  overrides: Partial<ModelVersion> = {}
): ModelVersion {
  return {
    model: 'bike-demand',
    version,
    digest: `sha256:${String(version).padStart(64, '0')}`,
    image: null,
    kind: 'sklearn',
    state: 'ready',
    bytes: 1000,
    metrics: { mae: 15.1 },
    signature: {
      task: 'regression',
      inputs: [...NUMBERS, 'weathersit'].map(name => ({
        name,
        datatype: name === 'weathersit' ? ('BYTES' as const) : ('FP64' as const),
        dtype: 'float64',
        nullable: false,
        categories: null
      })),
      outputs: [],
      target: 'bikers'
    },
    baseline: `sha256:${'b'.repeat(64)}`,
    golden: null,
    trainedRows: 2000,
    cutOff: '2011-03-31T23:00:00.000Z',
    lineage: {
      run: 'r',
      runNumber: 1,
      notebook: join(REPOSITORY, 'examples/bike-demand/demand.ipynb'),
      source: null,
      data: {},
      packages: {},
      python: '3.11.7',
      imports: [],
      parameters: {},
      variable: 'model',
      type: 'sklearn.pipeline.Pipeline',
      retraining: null,
      alert: null
    },
    reproducible: true,
    missing: [],
    evidence: [],
    actor: ANNA,
    createdAt: '2011-04-01T00:00:00.000Z',
    environments: ['prod'],
    ...overrides
  };
}

/** Registered versions in memory: what monitoring reads of them, and nothing else. */
export class KnownModels implements Partial<IModels> {
  constructor(
    readonly versions: ModelVersion[],
    readonly profile: unknown,
    readonly trained: Record<number, Set<string> | null> = {},
    readonly settings: MonitoringSettings | null = null,
    readonly live: string[] = []
  ) {}

  version(model: string, version: number): ModelVersion {
    const found = this.versions.find(one => one.version === version);
    if (!found) {
      throw new Error(`no version ${version} of ${model}`);
    }
    return found;
  }

  json(): unknown {
    return this.profile;
  }

  /** Null for a version whose rows are not known. */
  trainingRows(_model: string, version: number): Set<string> | null {
    const { [version]: rows = new Set<string>() } = this.trained;
    return rows;
  }

  asModels(): IModels {
    const missing = (): never => {
      throw new Error('not part of this test');
    };
    return {
      list: () => [{ name: 'bike-demand', versions: this.versions }],
      liveFolders: () => this.live,
      byDigest: digest =>
        this.versions.find(version => version.digest === digest) ?? null,
      register: missing,
      registrationEnded: missing,
      addEvidence: missing,
      setReleased: missing,
      version: (model, version) => this.version(model, version),
      json: () => this.json(),
      monitoring: () => this.settings,
      trainingRows: (model, version) => this.trainingRows(model, version)
    };
  }
}

/** One environment with one endpoint, and its payload sinks. */
export class OneEndpoint implements IEnvironments {
  version: number | null = 1;
  errorRate = 0;
  requestsPerMinute = 60;
  releases: Release[] = [];
  /** Whether Git declares it at all. */
  declared = true;
  p95: number | null = 12;
  readonly sinks: IPayloadSink[] = [];

  list(): Environment[] {
    const endpoint = this.declared ? this.endpoint('prod', 'bike-demand') : null;
    return [
      {
        name: 'prod',
        target: 'this computer',
        rules: {
          after: 'dev',
          approvals: 0,
          maxP95Milliseconds: 500,
          maxBytes: 2 ** 30
        },
        revision: null,
        releases: this.releases,
        endpoints: endpoint ? [endpoint] : []
      }
    ];
  }

  endpoint(environment: string, model: string) {
    return {
      environment,
      model,
      version: this.version,
      digest: null,
      health: 'healthy' as const,
      synced: true,
      error: null,
      path: '',
      address: null,
      app: null,
      replicas: null,
      requestsPerMinute: this.requestsPerMinute,
      errorRate: this.errorRate,
      refusedRate: 0,
      p95Milliseconds: this.p95
    };
  }

  predict(): Promise<never> {
    throw new Error('not part of this test');
  }

  addPayloadSink(sink: IPayloadSink): void {
    this.sinks.push(sink);
  }

  feedback: Feedback | null = null;

  setFeedback(feedback: Feedback): void {
    this.feedback = feedback;
  }

  /** Sends recorded hours through the sinks, a day at a time. */
  replay(hours: IHour[], predict: (hour: IHour) => number = () => 100): void {
    for (let start = 0; start < hours.length; start += 24) {
      const day = hours.slice(start, start + 24);
      const payload: IPayload = {
        id: `day-${day[0].time}`,
        environment: 'prod',
        model: 'bike-demand',
        version: this.version ?? 0,
        digest: 'sha256:',
        at: new Date().toISOString(),
        eventTimes: day.map(({ time }) => time),
        rows: day.map(({ row }) => row),
        predictions: day.map(predict),
        milliseconds: 5,
        outcome: 'answered'
      };
      this.sinks.forEach(sink => sink(payload));
    }
  }
}

/** Model servers that answer by a formula, and count how many of them still run. */
export class FormulaServer implements IModelServer {
  running = 0;

  constructor(
    readonly formulas: Record<number, (row: Record<string, unknown>) => number>
  ) {}

  async serve(version: ModelVersion): Promise<IServedModel> {
    this.running += 1;
    return {
      digest: version.digest,
      version,
      capturedElsewhere: false,
      predict: async rows => ({
        predictions: rows.map(this.formulas[version.version])
      }),
      infer: async () => new Response('{}'),
      ready: async () => true,
      ended: new Promise(() => undefined),
      stop: async () => {
        this.running -= 1;
      }
    };
  }
}

/** Runs that no test of monitoring itself needs. */
export function noRuns(): IRuns {
  const missing = (): never => {
    throw new Error('not part of this test');
  };
  return {
    convert: missing,
    start: missing,
    get: missing,
    list: missing,
    stop: missing,
    retry: missing,
    ended: missing,
    folder: missing
  };
}

/** Tests ask for what has been judged, however busy the computer is. */
export const PATIENCE = 60_000;

const AT = { environment: 'prod', model: 'bike-demand' };

/** Calls a route of a stage as Anna. */
export async function askStage<N extends RouteName>(
  stage: Pick<IStage, 'handlers'>,
  name: N,
  body: unknown = {},
  params: unknown = AT
): Promise<ReplyOf<N>> {
  const handler = stage.handlers[name];
  if (!handler) {
    throw new Error(`no handler for ${name}`);
  }
  const call = {
    params,
    query: {},
    body,
    actor: ANNA,
    token: null,
    request: new Request('http://x')
  };
  return (await handler(call as never)) as ReplyOf<N>;
}
