import type { PredictReply } from '../../contract/environment';
import type { ApiError } from '../../contract/error';
import type { ModelVersion } from '../../contract/model';

/** Starts model servers. */
export interface IModelServer {
  /**
   * Serves the model artifact of a version. Resolves when the server says it is ready.
   *
   * @throws MlopsError with the server's own reason: `serving-environment-failed`,
   *   `model-not-loaded`, `model-server-ended`.
   */
  serve(version: ModelVersion, options: IServeOptions): Promise<IServedModel>;
}

export interface IServeOptions {
  signal?: AbortSignal;
  /**
   * Progress for people, such as `Installing scikit-learn 1.9.0`, and what stands in the way where
   * waiting may help.
   */
  progress?(detail: string, trouble?: ApiError | null): void;
}

/** A running model server with one model. */
export interface IServedModel {
  readonly digest: string;
  readonly version: ModelVersion;
  /** Whether its requests reach monitoring by another way than through whoever asks it. */
  readonly capturedElsewhere: boolean;
  /**
   * @param rows One object a row, by column name; missing values are null.
   * @param request What else the request says of itself.
   * @throws MlopsError `input-invalid` naming the column, `prediction-failed`
   */
  predict(
    rows: Record<string, unknown>[],
    request?: IRequestFacts
  ): Promise<IPrediction>;
  /** Open Inference Protocol v2: the body goes to the server as it is, and its reply comes back. */
  infer(body: string): Promise<Response>;
  ready(): Promise<boolean>;
  /** Resolves when the server's process has ended for whatever reason. */
  readonly ended: Promise<{ reason: string }>;
  stop(): Promise<void>;
  /** What its platform tells about it; absent where only this gateway knows. */
  facts?(): Promise<IServingFacts>;
}

/** What a cluster tells of a model that it serves. */
export interface IServingFacts {
  replicas: IReplicas;
  /** Null until its pods were asked twice. */
  requests: IRequestFigures | null;
}

/** How many pods serve. */
export interface IReplicas {
  /** Pods of the promoted version that answer. */
  ready: number;
  /** All pods of the model, also those that start or hold another version. */
  total: number;
}

/** Requests to all pods of a model, over the last five minutes. */
export interface IRequestFigures {
  requestsPerMinute: number;
  /** Share of the requests that failed, 0 to 1. */
  errorRate: number;
}

/** What a request says of itself beside its rows. */
export interface IRequestFacts {
  /** By which its true values are told later. */
  id?: string;
  /** When each predicted thing happens, one for all rows or one for each. */
  eventTime?: string | string[];
}

export type IPrediction = Pick<
  PredictReply,
  'predictions' | 'probabilities' | 'classes'
>;
