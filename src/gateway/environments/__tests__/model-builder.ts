import { createHash } from 'node:crypto';

import type { Evidence, Model, ModelVersion } from '../../../contract/model';
import { MlopsError } from '../../../contract/mlops-error';
import type { IModels } from '../../models/port';

export const digestOf = (text: string): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

/** How the version behaves in `ProcessModelServer`, and what else differs from an ordinary one. */
export interface IVersionParts {
  model?: string;
  version?: number;
  notebook?: string;
  /** Of the model artifact; made up where absent. */
  digest?: string;
  /** Of the derived model image. */
  image?: string;
  behaviour?: { offset?: number; pause?: number; broken?: string };
  /** Whether it answers its golden request as in training. */
  honest?: boolean;
  tested?: boolean;
  columns?: string[];
  p95?: number;
  bytes?: number;
  metrics?: Record<string, number>;
}

/** Rows of the golden request that {@link InMemoryModels} keeps for each version. */
export const goldenRows = (columns: string[]): Record<string, number>[] =>
  [1, 2].map(value => Object.fromEntries(columns.map(name => [name, value])));

export function buildVersion(parts: IVersionParts = {}): ModelVersion {
  const { model = 'bike', version = 1, columns = ['temp', 'hour'] } = parts;
  const digest = parts.digest ?? digestOf(`${model}@${version}`);
  const test: Evidence = {
    kind: 'model-test',
    digest,
    result: 'passed',
    summary: 'MLServer served it and it became ready.',
    figures: { p95Milliseconds: parts.p95 ?? 4, goldenRows: 2 },
    at: '2026-01-01T00:00:00.000Z',
    by: 'jupyterlab-mlops'
  };
  return {
    model,
    version,
    digest,
    image: parts.image ?? null,
    kind: 'sklearn',
    state: 'ready',
    bytes: parts.bytes ?? 1000,
    metrics: parts.metrics ?? { mae: 10 + version },
    signature: {
      task: 'regression',
      inputs: columns.map(name => ({
        name,
        datatype: 'FP64',
        dtype: 'float64',
        nullable: false,
        categories: null
      })),
      outputs: [],
      target: null
    },
    baseline: digestOf(`baseline of ${model}`),
    golden: digestOf(`golden of ${model}@${version}`),
    trainedRows: 100,
    cutOff: null,
    lineage: {
      run: `run-${version}`,
      runNumber: version,
      notebook: parts.notebook ?? '/nowhere/demand.ipynb',
      source: null,
      data: {},
      packages: {},
      python: '3.11.2',
      imports: [],
      parameters: { offset: version, ...parts.behaviour },
      variable: 'model',
      type: 'sklearn.linear_model.LinearRegression',
      retraining: null,
      alert: null
    },
    reproducible: true,
    missing: [],
    evidence: parts.tested === false ? [] : [test],
    actor: { name: 'anna', asserted: true },
    createdAt: '2026-01-01T00:00:00.000Z',
    environments: []
  };
}

/** The registry's answers for given versions, with golden requests that fit their behaviour. */
export class InMemoryModels implements IModels {
  readonly released = new Map<string, number | null>();

  add(parts: IVersionParts = {}): ModelVersion {
    const version = buildVersion(parts);
    const rows = goldenRows(parts.columns ?? ['temp', 'hour']);
    const offset = Number(version.lineage.parameters.offset);
    const wrong = parts.honest === false ? 0.5 : 0;
    const predictions = rows.map(
      row => Object.values(row).reduce((a, b) => a + b, offset) + wrong
    );
    this._versions.push(version);
    this._golden.set(version.golden ?? '', { rows, predictions, probabilities: null });
    return version;
  }

  list(): Model[] {
    return [];
  }

  version(model: string, number: number): ModelVersion {
    const found = this._versions.find(
      each => each.model === model && each.version === number
    );
    if (!found) {
      throw new MlopsError('not-found', {
        code: 'version-unknown',
        message: `There is no version ${number} of ${model}.`
      });
    }
    return found;
  }

  byDigest(digest: string): ModelVersion | null {
    return this._versions.find(each => each.digest === digest) ?? null;
  }

  setReleased(environment: string, model: string, version: number | null): void {
    this.released.set(`${environment}/${model}`, version);
  }

  json(digest: string): unknown {
    return this._golden.get(digest);
  }

  liveFolders(): string[] {
    return [];
  }

  monitoring(): null {
    return null;
  }

  trainingRows(): null {
    return null;
  }

  register(): never {
    throw new Error('nothing is registered here');
  }

  registrationEnded(): never {
    throw new Error('nothing is registered here');
  }

  addEvidence(): never {
    throw new Error('nothing is tested here');
  }

  private readonly _versions: ModelVersion[] = [];
  private readonly _golden = new Map<string, unknown>();
}
