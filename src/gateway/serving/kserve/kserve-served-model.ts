import { MlopsError } from '../../../contract/mlops-error';
import type { ModelVersion } from '../../../contract/model';
import { inferenceRequest, readFailure, readPrediction } from '../inference-protocol';
import { validateRows } from '../input-validation';
import type { IPrediction, IRequestFacts, IServedModel, IServingFacts } from '../port';
import type { FollowedModel } from './followed-model';
import { RequestRate } from './request-rate';
import type { ServiceProxy } from './service-proxy';

/** A model that pods of a cluster serve. */
export class KServeServedModel implements IServedModel {
  readonly digest: string;
  /** When the cluster does not mean to serve this version any more; a pod that fails is replaced by it. */
  readonly ended: Promise<{ reason: string }>;

  constructor(
    readonly version: ModelVersion,
    private readonly _followed: FollowedModel,
    private readonly _proxy: ServiceProxy
  ) {
    this.digest = version.digest;
    this.ended = this._ended.promise;
    _followed.onChange(() => this._look());
    this._look();
  }

  get capturedElsewhere(): boolean {
    return this._followed.isCollected;
  }

  async predict(
    rows: Record<string, unknown>[],
    request?: IRequestFacts
  ): Promise<IPrediction> {
    validateRows(rows, this.version.signature);
    const body = inferenceRequest(rows, this.version.signature, request);
    const { status, text } = await this._proxy.infer(this.version.model, body);
    if (status !== 200) {
      throw readFailure(status, text);
    }
    return readPrediction(parseReply(text), rows.length);
  }

  async infer(body: string): Promise<Response> {
    const { status, contentType, text } = await this._proxy.infer(
      this.version.model,
      body
    );
    return new Response(text, {
      status,
      headers: { 'Content-Type': contentType || 'application/json' }
    });
  }

  async ready(): Promise<boolean> {
    return (
      this._followed.state.state === 'ready' &&
      (await this._proxy.ready(this.version.model))
    );
  }

  /** Pods now, and requests since the last few minutes; asks every pod that answers. */
  async facts(): Promise<IServingFacts> {
    const { replicas, state } = this._followed;
    const pods = state.state === 'ready' ? state.pods : [];
    const texts = await Promise.allSettled(
      pods.map(async pod => ({ pod, text: await this._proxy.metrics(pod) }))
    );
    const now = Date.now();
    for (const result of texts) {
      // A pod that does not tell its figures now may do so the next time.
      if (result.status === 'fulfilled') {
        const { pod, text } = result.value;
        this._rate.add(pod, text, this.version.model, now);
      }
    }
    this._rate.keep(new Set(this._followed.pods.map(({ name }) => name)));
    return { replicas, requests: this._rate.figures(now) };
  }

  /** Stops following it: what runs on the cluster is Git's to say. */
  async stop(): Promise<void> {
    await this._followed.close();
    this._ended.resolve({ reason: 'It is not followed any more.' });
  }

  private _look(): void {
    if (!this._followed.isDeclared) {
      this._ended.resolve({
        reason: 'The cluster declares another version, or none.'
      });
    }
  }

  private readonly _rate = new RequestRate();
  private readonly _ended = Promise.withResolvers<{ reason: string }>();
}

function parseReply(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MlopsError('failed', {
      code: 'prediction-failed',
      message: 'The model could not answer the request.',
      cause: 'The model server gave a reply that is no JSON.'
    });
  }
}
