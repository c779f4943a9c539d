import { z } from 'zod';

import { AuditEntry } from './audit';
import { AcceptIdentity, ClusterQuery, ClusterStatus } from './cluster';
import { CompiledPipeline, CompileRequest } from './compiled';
import {
  Environment,
  FeedbackRequest,
  PredictReply,
  PredictRequest
} from './environment';
import { Registration } from './event';
import { Digest } from './identifier';
import {
  Comparison,
  Model,
  ModelVersion,
  RegisterLiveRequest,
  RegisterRequest
} from './model';
import {
  Alert,
  DriftReport,
  Monitor,
  Retraining,
  RetrainRequest,
  SilenceRequest
} from './monitor';
import { paths, type RouteName } from './paths';
import { Conversion, MissingNeed, Need, Split } from './pipeline';
import {
  ConfirmRequest,
  Promotion,
  PromotionPlan,
  PromotionRequest,
  RevertRequest
} from './promotion';
import { LogLine, RunDetail, RunRequest, RunSummary } from './run';
import { GatewayStatus } from './status';

export interface IRoute<
  P extends z.ZodType = z.ZodType,
  Q extends z.ZodType = z.ZodType,
  B extends z.ZodType = z.ZodType,
  R extends z.ZodType = z.ZodType
> {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  params: P;
  query: Q;
  body: B;
  reply: R;
  /** Files and streams have no JSON reply: their handler answers by itself. */
  raw: boolean;
}

const None = z.object({});

function route<
  P extends z.ZodType = typeof None,
  Q extends z.ZodType = typeof None,
  B extends z.ZodType = typeof None,
  R extends z.ZodType = typeof None
>(
  [method, path]: readonly [IRoute['method'], string],
  parts: { params?: P; query?: Q; body?: B; reply?: R; raw?: boolean }
): IRoute<P, Q, B, R> {
  const { params, query, body, reply, raw = false } = parts;
  return {
    method,
    path,
    params: (params ?? None) as P,
    query: (query ?? None) as Q,
    body: (body ?? None) as B,
    reply: (reply ?? None) as R,
    raw
  };
}

const Id = z.object({ id: z.string().min(1).max(100) });
const ModelAt = z.object({ environment: z.string(), model: z.string() });
const VersionOf = z.object({ model: z.string(), version: z.coerce.number().int() });

/** The whole API: gateway, panel and CLI read this one table. */
export const routes = {
  status: route(paths.status, { reply: GatewayStatus }),
  events: route(paths.events, { raw: true }),
  audit: route(paths.audit, {
    query: z.object({ limit: z.coerce.number().int().min(1).max(1000).default(100) }),
    reply: z.object({ entries: z.array(AuditEntry) })
  }),

  /** Of the project that holds `path`; null where it names no cluster. */
  cluster: route(paths.cluster, {
    query: ClusterQuery,
    reply: z.object({ cluster: ClusterStatus.nullable() })
  }),
  /** Acts from now on as who the context means today; only if that is who the user has seen. */
  acceptIdentity: route(paths.acceptIdentity, {
    body: AcceptIdentity,
    reply: z.object({ cluster: ClusterStatus })
  }),

  convert: route(paths.convert, {
    body: z.object({
      notebook: z.string(),
      content: z.unknown().optional(),
      split: Split.optional()
    }),
    reply: Conversion
  }),
  /** Which of the things that a notebook needs are not there; for panels that convert by themselves. */
  checkNeeds: route(paths.checkNeeds, {
    body: z.object({
      notebook: z.string(),
      kernel: z.string(),
      needs: z.array(Need),
      searchPath: z.array(z.string()).default([])
    }),
    reply: z.object({ missing: z.array(MissingNeed) })
  }),
  /** The pipeline as YAML for another engine; nothing is written or run. */
  compile: route(paths.compile, { body: CompileRequest, reply: CompiledPipeline }),
  listRuns: route(paths.listRuns, {
    query: z.object({
      limit: z.coerce.number().int().min(1).max(1000).default(100),
      before: z.coerce.number().int().optional()
    }),
    reply: z.object({ runs: z.array(RunSummary) })
  }),
  startRun: route(paths.startRun, { body: RunRequest, reply: RunDetail }),
  getRun: route(paths.getRun, { params: Id, reply: RunDetail }),
  stopRun: route(paths.stopRun, { params: Id, reply: RunDetail }),
  retryRun: route(paths.retryRun, { params: Id, reply: RunDetail }),
  runLog: route(paths.runLog, {
    params: Id.extend({ step: z.string() }),
    query: z.object({
      after: z.coerce.number().int().min(-1).default(-1),
      limit: z.coerce.number().int().min(1).max(10000).default(1000)
    }),
    reply: z.object({ lines: z.array(LogLine), end: z.boolean() })
  }),
  /** nbformat JSON; also while the run goes on. */
  executedNotebook: route(paths.executedNotebook, { params: Id, raw: true }),

  listModels: route(paths.listModels, { reply: z.object({ models: z.array(Model) }) }),
  getVersion: route(paths.getVersion, { params: VersionOf, reply: ModelVersion }),
  register: route(paths.register, { body: RegisterRequest, reply: Registration }),
  registerLive: route(paths.registerLive, {
    body: RegisterLiveRequest,
    reply: Registration
  }),
  /** Those under way, and those of the last day that failed and were not tried again. */
  listRegistrations: route(paths.listRegistrations, {
    reply: z.object({ registrations: z.array(Registration) })
  }),
  getRegistration: route(paths.getRegistration, { params: Id, reply: Registration }),
  cancelRegistration: route(paths.cancelRegistration, {
    params: Id,
    reply: Registration
  }),
  archiveVersion: route(paths.archiveVersion, {
    params: VersionOf,
    reply: ModelVersion
  }),
  /** Takes an archived version back, in the state that its last test left it in. */
  unarchiveVersion: route(paths.unarchiveVersion, {
    params: VersionOf,
    reply: ModelVersion
  }),
  /** Tests the model artifact again in a fresh model server. */
  testVersion: route(paths.testVersion, { params: VersionOf, reply: Registration }),
  compare: route(paths.compare, {
    params: z.object({ model: z.string() }),
    body: z.object({
      environment: z.string(),
      champion: z.number().int(),
      challenger: z.number().int(),
      /** Only rows after it; the later cut-off of the two where absent. */
      after: z.iso.datetime().optional()
    }),
    reply: Comparison
  }),

  listEnvironments: route(paths.listEnvironments, {
    reply: z.object({ environments: z.array(Environment) })
  }),
  planPromotion: route(paths.planPromotion, {
    body: PromotionRequest,
    reply: PromotionPlan
  }),
  confirmPromotion: route(paths.confirmPromotion, {
    body: ConfirmRequest,
    reply: Promotion
  }),
  planRevert: route(paths.planRevert, {
    body: RevertRequest.omit({ reason: true }),
    reply: PromotionPlan
  }),
  revert: route(paths.revert, {
    body: RevertRequest.extend({
      base: z.string(),
      changesDigest: Digest.optional()
    }),
    reply: Promotion
  }),
  listPromotions: route(paths.listPromotions, {
    reply: z.object({ promotions: z.array(Promotion) })
  }),
  getPromotion: route(paths.getPromotion, { params: Id, reply: Promotion }),
  /** What was confirmed: whoever is asked to approve sees the same diff and checks. */
  promotionPlan: route(paths.promotionPlan, { params: Id, reply: PromotionPlan }),
  approvePromotion: route(paths.approvePromotion, { params: Id, reply: Promotion }),
  closePromotion: route(paths.closePromotion, { params: Id, reply: Promotion }),
  predict: route(paths.predict, {
    params: ModelAt,
    body: PredictRequest,
    reply: PredictReply
  }),
  /** Open Inference Protocol v2, with the protocol's own bodies. */
  infer: route(paths.infer, { params: ModelAt, raw: true }),
  feedback: route(paths.feedback, {
    params: ModelAt,
    body: FeedbackRequest,
    reply: z.object({ matched: z.number().int(), unknown: z.number().int() })
  }),
  /** An example request of the version that serves now, for "Try a request". */
  example: route(paths.example, {
    params: ModelAt,
    reply: PredictRequest
  }),
  /** The bearer token of the loopback address, for programs outside of the browser. */
  endpointToken: route(paths.endpointToken, {
    params: ModelAt,
    reply: z.object({
      address: z.string(),
      token: z.string(),
      expiresAt: z.iso.datetime()
    })
  }),
  app: route(paths.app, { params: ModelAt, raw: true }),

  listMonitors: route(paths.listMonitors, {
    reply: z.object({ monitors: z.array(Monitor) })
  }),
  driftReport: route(paths.driftReport, { params: ModelAt, reply: DriftReport }),
  listAlerts: route(paths.listAlerts, { reply: z.object({ alerts: z.array(Alert) }) }),
  silenceAlert: route(paths.silenceAlert, {
    params: Id,
    body: SilenceRequest,
    reply: Alert
  }),
  /** Deletes the captured payloads of a model, and files with rows that were kept for it. */
  deletePayloads: route(paths.deletePayloads, {
    params: ModelAt,
    reply: z.object({ deleted: z.number().int(), files: z.number().int() })
  }),
  retrain: route(paths.retrain, { body: RetrainRequest, reply: Retraining }),
  listRetrainings: route(paths.listRetrainings, {
    reply: z.object({ retrainings: z.array(Retraining) })
  }),
  getRetraining: route(paths.getRetraining, { params: Id, reply: Retraining })
} as const satisfies Record<RouteName, IRoute>;

export type ParamsOf<N extends RouteName> = z.output<(typeof routes)[N]['params']>;
export type QueryOf<N extends RouteName> = z.output<(typeof routes)[N]['query']>;
export type BodyOf<N extends RouteName> = z.output<(typeof routes)[N]['body']>;
export type ReplyOf<N extends RouteName> = z.output<(typeof routes)[N]['reply']>;
/** What a caller gives: defaults may be left out. */
export type CallOf<N extends RouteName> = {
  params?: z.input<(typeof routes)[N]['params']>;
  query?: z.input<(typeof routes)[N]['query']>;
  body?: z.input<(typeof routes)[N]['body']>;
};
