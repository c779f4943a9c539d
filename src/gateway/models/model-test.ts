import { MlopsError } from '../../contract/mlops-error';
import type { Evidence, ModelVersion } from '../../contract/model';
import { lockOf } from '../serving/local-model-server';
import type { IModelServer, IServedModel } from '../serving/port';
import { compareGolden, type GoldenRequest } from './golden';

/** Timed requests of one row each, one after the other. */
const REQUESTS = 50;
export const MODEL_TEST = 'model-test';

export interface IModelTestOptions {
  server: IModelServer;
  /** Null where no golden request is kept: then only readiness and size are told. */
  golden: GoldenRequest | null;
  signal: AbortSignal;
  progress(phase: 'preparing-server' | 'testing', detail: string): void;
}

/**
 * Tests a version in a model server of its own: it becomes ready, answers the golden request as in
 * training, and is timed.
 *
 * @returns Evidence that passed.
 * @throws MlopsError `golden-mismatch`, or what kept the server from serving it
 */
export async function testModel(
  version: ModelVersion,
  options: IModelTestOptions
): Promise<Evidence> {
  const { server, golden, signal, progress } = options;
  const served = await server.serve(version, {
    signal,
    progress: detail => progress('preparing-server', detail)
  });
  const stop = (): void => void served.stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    progress('testing', 'Asking the golden request');
    const figures: Evidence['figures'] = {
      bytes: version.bytes,
      environment: lockOf(version).key,
      goldenRows: golden?.rows.length ?? 0
    };
    const sentences = ['MLServer served it and it became ready.'];
    if (golden) {
      sentences.push(await askGolden(version, served, golden));
      progress('testing', `Timing ${REQUESTS} requests`);
      const times = await time(served, golden.rows[0]);
      figures.p50Milliseconds = percentile(times, 0.5);
      figures.p95Milliseconds = percentile(times, 0.95);
      figures.requests = REQUESTS;
      sentences.push(`p95 is ${figures.p95Milliseconds} ms over ${REQUESTS} requests.`);
    } else {
      sentences.push('No golden request is kept, so its answers were not checked.');
    }
    return evidenceOf(version, 'passed', sentences.join(' '), figures);
  } catch (error) {
    // A server that was stopped because of the signal fails its requests: the signal is the cause.
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
    await served.stop();
  }
}

/** Evidence of a test about the version's artifact. */
export function evidenceOf(
  version: ModelVersion,
  result: Evidence['result'],
  summary: string,
  figures: Evidence['figures'] = {}
): Evidence {
  return {
    kind: MODEL_TEST,
    digest: version.digest,
    result,
    summary,
    figures,
    at: new Date().toISOString(),
    by: 'jupyterlab-mlops'
  };
}

async function askGolden(
  { model, version }: ModelVersion,
  served: IServedModel,
  golden: GoldenRequest
): Promise<string> {
  const answer = await served.predict(golden.rows);
  const { same, summary } = compareGolden(golden, answer);
  if (!same) {
    throw new MlopsError('failed', {
      code: 'golden-mismatch',
      message: `${model} version ${version} answers the golden request differently than in training.`,
      cause: summary,
      action:
        'Look for state outside of the model, such as a global variable or a random seed, and train it again.'
    });
  }
  return summary;
}

async function time(
  served: IServedModel,
  row: Record<string, unknown>
): Promise<number[]> {
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request++) {
    const started = performance.now();
    await served.predict([row]);
    times.push(performance.now() - started);
  }
  return times.sort((a, b) => a - b);
}

/** Nearest-rank percentile of sorted values, rounded to a tenth. */
function percentile(sorted: number[], share: number): number {
  const value = sorted[Math.ceil(share * sorted.length) - 1] ?? 0;
  return Math.round(value * 10) / 10;
}
