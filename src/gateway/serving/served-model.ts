import { rm } from 'node:fs/promises';

import { MlopsError } from '../../contract/mlops-error';
import type { ModelVersion } from '../../contract/model';
import { inferenceRequest, readFailure, readPrediction } from './inference-protocol';
import { validateRows } from './input-validation';
import type { IPrediction, IRequestFacts, IServedModel } from './port';
import type { ServerProcess } from './server-process';

const PREDICT_TIMEOUT = 60_000;
const JSON_BODY = { 'Content-Type': 'application/json' };

/** The model of one MLServer process. */
export class ServedModel implements IServedModel {
  readonly digest: string;
  readonly capturedElsewhere = false;
  readonly ended: Promise<{ reason: string }>;

  /** @param folder The instance's private folder, removed when the server has ended. */
  constructor(
    readonly version: ModelVersion,
    private readonly _process: ServerProcess,
    folder: string
  ) {
    this.digest = version.digest;
    this.ended = _process.ended.then(async end => {
      await rm(folder, { recursive: true, force: true });
      return end;
    });
  }

  async predict(
    rows: Record<string, unknown>[],
    request?: IRequestFacts
  ): Promise<IPrediction> {
    validateRows(rows, this.version.signature);
    const body = inferenceRequest(rows, this.version.signature, request);
    const reply = await this.infer(body);
    const text = await reply.text();
    if (reply.status !== 200) {
      throw readFailure(reply.status, text);
    }
    return readPrediction(JSON.parse(text), rows.length);
  }

  async infer(body: string): Promise<Response> {
    try {
      return await this._process.client.fetch(`${this._path}/infer`, {
        method: 'POST',
        headers: JSON_BODY,
        body,
        signal: AbortSignal.timeout(PREDICT_TIMEOUT)
      });
    } catch (error) {
      const { model, version } = this.version;
      throw new MlopsError('unavailable', {
        code: 'prediction-failed',
        message: `The server of ${model} version ${version} did not answer.`,
        cause: error instanceof Error ? error.message : String(error)
      });
    }
  }

  ready(): Promise<boolean> {
    return this._process.answers(`${this._path}/ready`);
  }

  async stop(): Promise<void> {
    await this._process.stop();
    await this.ended;
  }

  private get _path(): string {
    return modelPath(this.version);
  }
}

/** Where the protocol answers for a version. */
export function modelPath({ model, version }: ModelVersion): string {
  return `/v2/models/${model}/versions/${version}`;
}
