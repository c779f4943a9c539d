import type { ApiError } from '../../contract/error';
import { MlopsError } from '../../contract/mlops-error';
import type { AdapterStatus } from '../../contract/status';
import type { ICore } from '../core';
import type { Handlers } from '../http/handlers';
import type { OciLayout } from '../images/oci-layout';
import { toApiError } from '../jobs/jobs';
import type { Clusters } from '../kube/clusters';
import type { ICollectorPlace } from '../monitoring/collected/collector-place';
import type { IModels } from '../models/port';
import type { IModelServer } from '../serving/port';
import { readProject, rootProject } from '../project/read-project';
import type { IStage } from '../stage';
import { appReply } from './app/app-reply';
import { readGolden } from './endpoint/golden';
import { ClusterTargets } from './cluster/cluster-targets';
import { Environments } from './environments';
import { assertChosen, chooseRepository } from './git/choose-repository';
import type { IGitRepository } from './git/port';
import type { IEnvironments } from './port';
import { PlanCluster } from './promotion/cluster-plan';
import { Planner } from './promotion/planner';
import { PromotionCommits } from './promotion/promotion-commits';
import { Promotions } from './promotion/promotions';
import { projectFinder } from './promotion/rules';

const EXAMPLE_ROWS = 3;
/** What follows `…/app/` in the address, still encoded. */
const APP_PATH = /\/models\/[^/]+\/app\/(.*)$/;

const STATES: Record<string, AdapterStatus['state'] | undefined> = {
  'git-missing': 'not-installed',
  'git-authentication-refused': 'not-allowed',
  'git-access-refused': 'not-allowed'
};

export interface IEnvironmentsNeeds {
  models: IModels;
  modelServer: IModelServer;
  imageStore: OciLayout;
  clusters: Pick<Clusters, 'of'>;
  /** The one that mlops.yaml names where absent. */
  repository?: IGitRepository;
}

/** Environments, promotions and endpoints. */
export function createEnvironmentsStage(
  core: ICore,
  needs: IEnvironmentsNeeds
): {
  stage: IStage;
  environments: IEnvironments;
  collectors(): Promise<ICollectorPlace[]>;
} {
  const { models, imageStore } = needs;
  const repository = needs.repository ?? chooseRepository(core);
  const { rootDir } = core.context;
  const { clusters } = needs;
  const targets = new ClusterTargets({ clusters, rootDir, repository, log: core.log });
  const findProject = projectFinder(rootDir);
  const environments = new Environments({
    ...needs,
    core,
    repository,
    targets,
    findProject,
    rootProject: () => readProject(rootProject(rootDir))
  });
  const promotions = new Promotions({
    core,
    commits: new PromotionCommits(repository),
    deployer: environments.deployer,
    planner: new Planner({
      repository,
      models,
      imageStore,
      deployments: environments.deployments,
      findProject,
      planCluster: new PlanCluster(targets, process.env),
      assertChosen: found => assertChosen(repository, found)
    })
  });
  const parts = { core, needs, environments };
  const stage: IStage = {
    handlers: {
      ...promotionHandlers(environments, promotions),
      ...endpointHandlers(parts)
    },
    start: async () => {
      await environments.start();
      promotions.resume();
    },
    close: async () => {
      await promotions.shutdown();
      await environments.close();
    },
    status: async () => {
      const error = await environments.look().then(() => null, toApiError);
      return [statusOf(environments, repository, error)];
    }
  };
  return { stage, environments, collectors: () => environments.collectors() };
}

function statusOf(
  { loopback }: Environments,
  repository: IGitRepository,
  notRead: ApiError | null
): AdapterStatus {
  const base = { stage: 'environments' as const, adapter: repository.name };
  const git = repository.status();
  const error = notRead ?? git.failure;
  if (error) {
    const detail = [error.message, error.cause, error.action].filter(Boolean).join(' ');
    return { ...base, state: STATES[error.code] ?? 'failed', detail };
  }
  const { failure, detail } = loopback;
  return {
    ...base,
    state: failure ? 'failed' : 'ready',
    detail: [git.detail, failure ?? detail].filter(Boolean).join('; ')
  };
}

function promotionHandlers(
  environments: Environments,
  promotions: Promotions
): Handlers {
  return {
    listEnvironments: async () => {
      await environments.look();
      return { environments: environments.list() };
    },
    planPromotion: async ({ body }) => {
      await environments.fresh();
      return promotions.plan(body);
    },
    confirmPromotion: async ({ body, actor }) => {
      await environments.fresh();
      return promotions.confirm(body, actor);
    },
    planRevert: async ({ body }) => {
      await environments.fresh();
      return promotions.planRevert(body);
    },
    revert: async ({ body, actor }) => {
      await environments.fresh();
      return promotions.revert(body, actor);
    },
    listPromotions: () => ({ promotions: promotions.list() }),
    getPromotion: ({ params }) => promotions.get(params.id),
    promotionPlan: ({ params }) => promotions.planOf(params.id),
    approvePromotion: ({ params, actor }) => promotions.approve(params.id, actor),
    closePromotion: ({ params, actor }) => promotions.close(params.id, actor)
  };
}

interface IParts {
  core: ICore;
  needs: IEnvironmentsNeeds;
  environments: Environments;
}

function endpointHandlers({ core, needs, environments }: IParts): Handlers {
  const { endpoints, tokens, loopback } = environments;
  return {
    predict: ({ params, body }) =>
      environments.predict(params.environment, params.model, body),
    infer: async ({ params, request }) =>
      environments.infer(params.environment, params.model, await request.text()),
    example: ({ params }) => {
      const { environment, model } = params;
      const golden = endpoints.get(environment, model).served?.version.golden;
      if (!golden) {
        throw new MlopsError('unavailable', {
          code: 'example-missing',
          message: `There is no example request for ${model} in ${environment} at the moment.`,
          cause: 'No version answers now, or it was registered without an example.'
        });
      }
      const { rows } = readGolden(needs.models.json(golden));
      return { rows: rows.slice(0, EXAMPLE_ROWS) };
    },
    endpointToken: ({ params, actor }) => {
      const { environment, model } = params;
      endpoints.get(environment, model);
      const address = loopback.address(environment, model);
      if (address === null) {
        throw new MlopsError('unavailable', {
          code: 'loopback-closed',
          message: 'The endpoints have no port on this computer at the moment.',
          action: 'See the gateway log for the reason.'
        });
      }
      const { token, expiresAt } = tokens.forProgram(environment, model, actor);
      core.audit.add({
        actor,
        action: 'endpoint.token',
        object: `${environment}/${model}`,
        result: 'done',
        details: { expiresAt }
      });
      return { address, token, expiresAt };
    },
    app: ({ params, request }) => {
      const { environment, model } = params;
      const digest = endpoints.get(environment, model).wanted?.release?.app;
      if (!digest) {
        throw new MlopsError('not-found', {
          code: 'app-unknown',
          message: `${model} has no app in ${environment}.`,
          action: 'Name the folder of one in mlops.yaml and promote again.'
        });
      }
      const address = loopback.address(environment, model);
      const path = new URL(request.url).pathname;
      return appReply({
        store: needs.imageStore,
        digest,
        path: APP_PATH.exec(path)?.[1] ?? '',
        origin: loopback.origin,
        settings: () =>
          address === null
            ? null
            : { environment, model, address, ...tokens.forApp(environment, model) }
      });
    }
  };
}
