import type { z } from 'zod';

import type {
  Endpoint,
  Environment,
  FeedbackRequest,
  PredictReply,
  PredictRequest
} from '../../contract/environment';

/** How a request ended: `refused` is the caller's fault (4xx), `failed` is ours. */
export type Outcome = 'answered' | 'refused' | 'failed';

/** One request that went through an endpoint. Rows never leave the data home. */
export interface IPayload {
  /** Unique; the caller's own id where given. */
  id: string;
  environment: string;
  model: string;
  version: number;
  digest: string;
  at: string;
  /** When each predicted thing happens; `at` where the caller gave none. */
  eventTimes: string[];
  rows: Record<string, unknown>[];
  predictions: PredictReply['predictions'];
  milliseconds: number;
  outcome: Outcome;
}

/** Gives labels to the rows of earlier requests; says how many it could. */
export type Feedback = (
  environment: string,
  model: string,
  labels: z.output<typeof FeedbackRequest>['labels']
) => IFeedbackCount | Promise<IFeedbackCount>;

export interface IFeedbackCount {
  matched: number;
  unknown: number;
}

export type IPayloadSink = (payload: IPayload) => void;

/** What other stages ask of environments. */
export interface IEnvironments {
  list(): Environment[];
  endpoint(environment: string, model: string): Endpoint | null;
  predict(
    environment: string,
    model: string,
    request: PredictRequest
  ): Promise<PredictReply>;
  /** Every request of every endpoint, answered or not; must return at once. */
  addPayloadSink(sink: IPayloadSink): void;
  /** Who takes the true values that arrive later; nobody does before it is called. */
  setFeedback(feedback: Feedback): void;
}
