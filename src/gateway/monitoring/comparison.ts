import { createHash } from 'node:crypto';

import { MlopsError } from '../../contract/mlops-error';
import type { Comparison, ModelVersion } from '../../contract/model';
import { rowDigest } from '../../statistics/row-digest';
import type { IModels } from '../models/port';
import type { IModelServer, IPrediction } from '../serving/port';
import { mapBeside } from './beside';
import { compareMetrics } from './compared-metrics';
import { isLabel, isNumber } from './labels';
import type { ICapturedRow, PayloadStore } from './payload-store';

/** Above this share of rows that a version has trained on, the comparison says nothing. */
const MOST_SHARED = 0.01;
const LEAST_ROWS = 20;
const BATCH = 1000;

/** What speaks against a comparison, and not against either version. */
export const NOT_COMPARABLE: readonly string[] = [
  'no-rows-to-compare',
  'column-not-stored',
  'training-rows-unknown',
  'comparison-leaks'
];

export interface IComparisonSources {
  payloads: PayloadStore;
  models: IModels;
  modelServer: IModelServer;
}

export interface IComparisonRequest {
  model: string;
  environment: string;
  champion: number;
  challenger: number;
  /** Milliseconds since 1970: only rows after it; the later cut-off of the two where absent. */
  after?: number;
  signal?: AbortSignal;
}

/**
 * Scores both versions, each in its own model server, on captured rows whose true value has
 * arrived and that neither has trained on.
 *
 * @throws MlopsError {@link NOT_COMPARABLE}, and what keeps a model server from answering
 */
export async function compareVersions(
  sources: IComparisonSources,
  request: IComparisonRequest
): Promise<Comparison> {
  const { models, modelServer } = sources;
  const champion = models.version(request.model, request.champion);
  const challenger = models.version(request.model, request.challenger);
  const { rows, shared } = await unseenRows(sources, request, champion, challenger);
  const options = { signal: request.signal };
  const scored = [];
  // One after the other: two model servers at a time would double the memory for nothing.
  for (const version of [champion, challenger]) {
    const served = await modelServer.serve(version, options);
    try {
      const names = namesOf(version);
      scored.push(await predictions(rows, names, part => served.predict(part)));
    } finally {
      await served.stop();
    }
  }
  const metrics = await compareMetrics(champion.signature.task, {
    labels: rows.map(({ label }) => label).filter(isLabel),
    champion: scored[0],
    challenger: scored[1]
  });
  return {
    model: request.model,
    champion: request.champion,
    challenger: request.challenger,
    from: new Date(rows[0].eventTime).toISOString(),
    to: new Date(rows[rows.length - 1].eventTime).toISOString(),
    rows: rows.length,
    sharedRows: shared,
    championCutOff: champion.cutOff,
    challengerCutOff: challenger.cutOff,
    metrics,
    verdict: verdictOf(metrics[0]),
    at: new Date().toISOString()
  };
}

async function unseenRows(
  { payloads, models }: IComparisonSources,
  { environment, model, after }: IComparisonRequest,
  champion: ModelVersion,
  challenger: ModelVersion
): Promise<{ rows: ICapturedRow[]; shared: number }> {
  const versions = [champion, challenger];
  const trained = versions.map(version => trainedOf(models, version));
  const cutOffs = versions.map(({ cutOff }) =>
    // The rows are known one by one then.
    cutOff === null ? -Infinity : Date.parse(cutOff)
  );
  const start = after ?? Math.max(...cutOffs, 0);
  for (const [index, version] of versions.entries()) {
    if (cutOffs[index] > start) {
      throw leaks(
        version,
        `it was trained on rows up to ${version.cutOff ?? ''}`,
        start
      );
    }
  }
  const keys = payloads.labelled(environment, model, start);
  // Between the look at the keys and that at the rows some may have been deleted.
  const captured = await mapBeside(keys, key => payloads.at(key));
  const labelled = captured
    .filter(row => row !== null)
    .filter(({ label }) =>
      (champion.signature.task === 'regression' ? isNumber : isLabel)(label)
    );
  const candidates = complete(labelled, versions);
  const seenBy: boolean[][] = [];
  for (const [index, digests] of trained.entries()) {
    const names = namesOf(versions[index]);
    const seen = (row: ICapturedRow): boolean => digests.has(digestOf(row, names));
    seenBy.push(await mapBeside(candidates, seen));
  }
  for (const [index, version] of versions.entries()) {
    const known = seenBy[index].filter(Boolean).length;
    if (known > candidates.length * MOST_SHARED) {
      throw leaks(
        version,
        `it was trained on ${known} of these ${candidates.length} rows`,
        start
      );
    }
  }
  const rows = candidates.filter((_, row) => !seenBy.some(seen => seen[row]));
  if (rows.length < LEAST_ROWS) {
    throw new MlopsError('refused', {
      code: 'no-rows-to-compare',
      message: `Only ${rows.length} requests after ${new Date(start).toISOString()} have their true value; ${LEAST_ROWS} are needed to compare.`,
      action: 'Send true values through the feedback route, then compare again.'
    });
  }
  return { rows, shared: candidates.length - rows.length };
}

/** @throws MlopsError `training-rows-unknown`: nobody can say then what the version has seen */
function trainedOf(models: IModels, version: ModelVersion): Set<string> {
  const rows = models.trainingRows(version.model, version.version);
  if (rows === null || version.trainedRows === null) {
    throw new MlopsError('refused', {
      code: 'training-rows-unknown',
      message: `Nothing says which rows ${version.model} v${version.version} was trained on, so it cannot be judged fairly.`,
      cause:
        'Their digests are missing: its training was not seen, went on in portions, or had too many rows.',
      action: 'Register a version from a run in which the model is fitted at once.'
    });
  }
  return rows;
}

/**
 * The rows that hold every column that both versions take; a column may be sensitive, or new.
 *
 * @throws MlopsError `column-not-stored` where that leaves too few
 */
function complete(rows: ICapturedRow[], versions: ModelVersion[]): ICapturedRow[] {
  const names = [...new Set(versions.flatMap(namesOf))];
  const kept = rows.filter(({ features }) =>
    names.every(name => Object.hasOwn(features, name))
  );
  if (kept.length < LEAST_ROWS && kept.length < rows.length) {
    const missing = names.filter(name =>
      rows.some(({ features }) => !Object.hasOwn(features, name))
    );
    throw new MlopsError('refused', {
      code: 'column-not-stored',
      message: `The versions are not compared, because ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not stored with the requests.`,
      cause:
        'The column is marked as sensitive, or the released version does not take it.',
      action:
        'Judge them on data of your own, or take the column off monitoring.sensitive if its values may be stored.'
    });
  }
  return kept;
}

function namesOf({ signature }: ModelVersion): string[] {
  return signature.inputs.map(({ name }) => name);
}

function leaks(version: ModelVersion, why: string, start: number): MlopsError {
  return new MlopsError('refused', {
    code: 'comparison-leaks',
    message: `${version.model} v${version.version} has seen the rows that it would be judged on.`,
    cause: `The rows begin after ${new Date(start).toISOString()}, and ${why}.`,
    action: 'Retrain with an earlier cut-off, or compare on later rows.'
  });
}

function digestOf({ features, label }: ICapturedRow, names: string[]): string {
  const row = Object.fromEntries(names.map(name => [name, features[name] ?? null]));
  return rowDigest(row, label, bytes => createHash('sha256').update(bytes).digest());
}

/** @param names The columns that the version takes; the other one may take more. */
async function predictions(
  rows: ICapturedRow[],
  names: string[],
  predict: (rows: Record<string, unknown>[]) => Promise<IPrediction>
): Promise<IPrediction['predictions']> {
  const all: IPrediction['predictions'] = [];
  for (let start = 0; start < rows.length; start += BATCH) {
    const part = rows
      .slice(start, start + BATCH)
      .map(({ features }) =>
        Object.fromEntries(names.map(name => [name, features[name]]))
      );
    all.push(...(await predict(part)).predictions);
  }
  return all;
}

function verdictOf({
  low,
  high,
  betterIs
}: Comparison['metrics'][number]): Comparison['verdict'] {
  if (low <= 0 && high >= 0) {
    return 'no-difference-found';
  }
  return high < 0 === (betterIs === 'lower') ? 'better' : 'worse';
}
