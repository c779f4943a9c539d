/** All routes stand below `<base_url>mlops` + this. */
export const API_PREFIX = '/api/v1';

/**
 * Method and path of every route, with `:name` for each path parameter. Free of any import, so that
 * the browser can hold it at no cost; `routes.ts` adds the schemas.
 */
export const paths = {
  status: ['GET', '/status'],
  events: ['GET', '/events'],
  audit: ['GET', '/audit'],
  cluster: ['GET', '/cluster'],
  acceptIdentity: ['POST', '/cluster/identity'],
  convert: ['POST', '/pipelines/convert'],
  checkNeeds: ['POST', '/pipelines/needs'],
  compile: ['POST', '/pipelines/compile'],
  listRuns: ['GET', '/runs'],
  startRun: ['POST', '/runs'],
  getRun: ['GET', '/runs/:id'],
  stopRun: ['POST', '/runs/:id/stop'],
  retryRun: ['POST', '/runs/:id/retry'],
  runLog: ['GET', '/runs/:id/steps/:step/log'],
  executedNotebook: ['GET', '/runs/:id/notebook'],
  listModels: ['GET', '/models'],
  getVersion: ['GET', '/models/:model/versions/:version'],
  register: ['POST', '/models'],
  registerLive: ['POST', '/models/live'],
  listRegistrations: ['GET', '/registrations'],
  getRegistration: ['GET', '/registrations/:id'],
  cancelRegistration: ['POST', '/registrations/:id/cancel'],
  archiveVersion: ['POST', '/models/:model/versions/:version/archive'],
  unarchiveVersion: ['POST', '/models/:model/versions/:version/unarchive'],
  testVersion: ['POST', '/models/:model/versions/:version/test'],
  compare: ['POST', '/models/:model/compare'],
  listEnvironments: ['GET', '/environments'],
  planPromotion: ['POST', '/promotions/plan'],
  confirmPromotion: ['POST', '/promotions'],
  planRevert: ['POST', '/promotions/plan-revert'],
  revert: ['POST', '/promotions/revert'],
  listPromotions: ['GET', '/promotions'],
  getPromotion: ['GET', '/promotions/:id'],
  promotionPlan: ['GET', '/promotions/:id/plan'],
  approvePromotion: ['POST', '/promotions/:id/approve'],
  closePromotion: ['POST', '/promotions/:id/close'],
  predict: ['POST', '/environments/:environment/models/:model/predict'],
  infer: ['POST', '/environments/:environment/models/:model/infer'],
  feedback: ['POST', '/environments/:environment/models/:model/feedback'],
  example: ['GET', '/environments/:environment/models/:model/example'],
  endpointToken: ['POST', '/environments/:environment/models/:model/token'],
  app: ['GET', '/environments/:environment/models/:model/app/*'],
  listMonitors: ['GET', '/monitors'],
  driftReport: ['GET', '/monitors/:environment/:model/report'],
  listAlerts: ['GET', '/alerts'],
  silenceAlert: ['POST', '/alerts/:id/silence'],
  deletePayloads: ['DELETE', '/monitors/:environment/:model/payloads'],
  retrain: ['POST', '/retrainings'],
  listRetrainings: ['GET', '/retrainings'],
  getRetraining: ['GET', '/retrainings/:id']
} as const satisfies Record<string, readonly ['GET' | 'POST' | 'DELETE', string]>;

export type RouteName = keyof typeof paths;
