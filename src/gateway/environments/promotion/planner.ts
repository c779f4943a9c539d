import { dirname, relative, resolve } from 'node:path';

import { MlopsError } from '../../../contract/mlops-error';
import type { ModelVersion } from '../../../contract/model';
import type { PromotionPlan, PromotionRequest } from '../../../contract/promotion';
import { storeApp } from '../app/app-artifact';
import type { Deployments } from '../deployments';
import { MAIN, type IGitRepository } from '../git/port';
import type { IImageStore } from '../../images/port';
import {
  assumed,
  declared,
  readEnvironment,
  renderEnvironment,
  type IDeclaredEnvironment
} from '../manifests/environment-manifest';
import {
  below,
  ENVIRONMENTS,
  environmentFile,
  isEnvironmentFile,
  releaseFolder
} from '../manifests/layout';
import { renderRelease } from '../manifests/release-manifests';
import { readRelease, type IDeclaredRelease } from '../manifests/release-reader';
import { isCluster, targetOf, type Target } from '../manifests/target';
import type { IModels } from '../../models/port';
import { checksOf } from './checks';
import type { IClusterPlan, PlanCluster } from './cluster-plan';
import { describePlan, type IReplaced } from './plan-description';
import { releaseHistory } from './release-history';
import type { IFoundProject } from '../../project/read-project';
import { strictest, type FindProject } from './rules';

const NO_FILES: ReadonlyMap<string, string> = new Map();

/** A plan with everything that its confirmation needs. */
export interface IPrepared {
  plan: PromotionPlan;
  /** Path → content of each file that the commit writes; null where it goes. */
  files: Map<string, string | null>;
  version: ModelVersion;
  app: string | null;
  /** The commit that a revert takes back. */
  reverts: string | null;
  target: Target;
  /** Digests that the commit names and that go to the registry before it. */
  images: string[];
}

/** Works out what a promotion or a revert would change, on the newest commit. Changes nothing. */
export class Planner {
  constructor(private readonly _options: Planner.IOptions) {}

  /** @throws MlopsError `model-unknown`, `version-unknown`, `environment-unknown`, `app-invalid` */
  async promote(request: PromotionRequest): Promise<IPrepared> {
    const { models, deployments, findProject } = this._options;
    const version = models.version(request.model, request.version);
    const found = findProject(version.lineage.notebook);
    this._options.assertChosen?.(found);
    const base = await this._head();
    const all = await this._options.repository.read(base, ENVIRONMENTS);
    const { environment, rules } = this._environment(request.environment, all, found);
    const cluster = await this._cluster(environment, version, found);
    const app = await this._app(version, found);
    const folder = releaseFolder(environment.name, version.model);
    const before = below(all, folder);
    const rendered = renderRelease({
      environment: environment.name,
      version,
      app,
      rules: environment.rules,
      cluster: cluster?.parts ?? null
    });
    const manifests = [...assumed(all), environment].map((each): [string, string] => [
      environmentFile(each.name),
      renderEnvironment(each)
    ]);
    const files = new Map([...manifests, ...rendered]);
    const wanted = new Map(
      [...files].filter(([path, text]) => text !== (all.get(path) ?? null))
    );
    const replaced = await this._replaced(
      base,
      environment.name,
      version.model,
      before
    );
    const checks = checksOf({
      environment: environment.name,
      version,
      replaced: replaced?.version ?? null,
      rules,
      ranBefore: rules.after ? deployments.find(rules.after, version.digest) : null
    });
    const { target } = environment;
    return {
      files: wanted,
      version,
      app,
      reverts: null,
      target,
      images: cluster
        ? [version.digest, cluster.parts.image, ...(app ? [app] : [])]
        : [],
      plan: describePlan('promote', version, environment.name, {
        base,
        before: all,
        files: wanted,
        replaced,
        target,
        checks: [...checks, ...(cluster?.checks ?? [])],
        approvals: rules.approvals,
        repository: this._options.repository
      })
    };
  }

  /** @throws MlopsError `revert-nothing` where there is no release before. */
  async revert(request: { model: string; environment: string }): Promise<IPrepared> {
    const { repository, models } = this._options;
    const { model, environment } = request;
    const base = await this._head();
    const all = await repository.read(base, ENVIRONMENTS);
    const { target } = this._environment(environment, all, null).environment;
    const checks = isCluster(target)
      ? await this._options.planCluster.checks(target, environment, model)
      : [];
    const history = await releaseHistory(repository, base, environment, model);
    const [previous, current] = [history.at(-2), history.at(-1)];
    const folder = releaseFolder(environment, model);
    const earlier = previous ? await repository.read(previous.id, folder) : NO_FILES;
    if (!current || earlier.size === 0) {
      throw new MlopsError('refused', {
        code: 'revert-nothing',
        message: `There is nothing to revert: ${environment} has no earlier release of ${model}.`,
        action: `Promote another version of ${model} to ${environment} instead.`
      });
    }
    const before = below(all, folder);
    const release = readRelease(environment, model, earlier);
    const version = models.byDigest(release.digest);
    if (!version) {
      throw new MlopsError('not-found', {
        code: 'digest-unknown',
        message: `The earlier release of ${model} in ${environment} is not a registered version any more.`,
        cause: release.digest
      });
    }
    const gone = [...before.keys()].filter(path => !earlier.has(path));
    const files = new Map<string, string | null>([
      ...gone.map((path): [string, null] => [path, null]),
      ...earlier
    ]);
    return {
      files: new Map(
        [...files].filter(([path, text]) => text !== (all.get(path) ?? null))
      ),
      version,
      app: release.app,
      reverts: current.id,
      target,
      // They were pushed before that commit.
      images: [],
      plan: describePlan('revert', version, environment, {
        base,
        before: all,
        files,
        replaced: await this._replaced(base, environment, model, before),
        target,
        // What was released before had its checks and approvals then; going back must be quick.
        approvals: 0,
        repository,
        checks: [
          {
            code: 'released-before',
            title: `Was released in ${environment} before`,
            result: 'passed',
            summary: `Its files are restored as commit ${previous?.id.slice(0, 7) ?? ''} left them.`,
            evidence: previous?.id ?? null
          },
          ...checks
        ]
      })
    };
  }

  private async _head(): Promise<string> {
    const head = await this._options.repository.head(MAIN);
    if (head === null) {
      throw new MlopsError('unavailable', {
        code: 'environments-missing',
        message: "The environments' repository has no branch main.",
        action: 'Try again; if it stays away, restore the branch.'
      });
    }
    return head;
  }

  /** The environment as it would be declared, and the rules that must hold for getting there. */
  private _environment(
    name: string,
    files: ReadonlyMap<string, string>,
    found: ReturnType<FindProject> | null
  ): { environment: IDeclaredEnvironment; rules: IDeclaredEnvironment['rules'] } {
    const text = files.get(environmentFile(name));
    const holds =
      text === undefined
        ? assumed(files).find(each => each.name === name)
        : readEnvironment(name, text);
    const named = found?.project.environments?.find(each => each.name === name);
    const proposed = named
      ? declared(
          name,
          { ...holds?.rules, ...named },
          named.target ? targetOf(name, named.target) : holds?.target
        )
      : null;
    const environment = proposed ?? holds;
    if (!environment) {
      const inGit = [...files.keys()]
        .filter(isEnvironmentFile)
        .map(path => path.split('/')[1]);
      const without = assumed(files).map(each => each.name);
      const inProject = found?.project.environments?.map(each => each.name) ?? [];
      throw new MlopsError('not-found', {
        code: 'environment-unknown',
        message: `There is no environment ${name}.`,
        cause: `Known are ${[...new Set([...inGit, ...without, ...inProject])].join(', ')}.`,
        action: 'Choose one of these, or name it in mlops.yaml under environments.'
      });
    }
    const rules = holds ? strictest(holds.rules, environment.rules) : environment.rules;
    return { environment, rules };
  }

  private async _cluster(
    { name, target }: IDeclaredEnvironment,
    version: ModelVersion,
    found: IFoundProject
  ): Promise<IClusterPlan | null> {
    return isCluster(target)
      ? this._options.planCluster.release(
          target,
          name,
          version,
          found,
          this._options.models.monitoring(version.model, version.version)
        )
      : null;
  }

  private async _app(
    version: ModelVersion,
    { project, path }: ReturnType<FindProject>
  ): Promise<string | null> {
    if (!project.app || path === null) {
      return null;
    }
    const folder = resolve(dirname(path), project.app.folder);
    if (relative(dirname(path), folder).startsWith('..')) {
      throw new MlopsError('refused', {
        code: 'app-invalid',
        message: `The app's folder ${project.app.folder} lies outside of its project.`,
        action: 'Name a folder beside mlops.yaml.'
      });
    }
    return storeApp(this._options.imageStore, version.model, folder);
  }

  private async _replaced(
    base: string,
    environment: string,
    model: string,
    files: ReadonlyMap<string, string>
  ): Promise<IReplaced | null> {
    const { repository, models } = this._options;
    const release = readable(() => readRelease(environment, model, files));
    const version = release && models.byDigest(release.digest);
    if (!version) {
      return null;
    }
    const folder = releaseFolder(environment, model);
    const [newest] = await repository.log(base, { folder, limit: 1 });
    return { version, since: newest.at };
  }
}

export namespace Planner {
  export interface IOptions {
    repository: IGitRepository;
    models: Pick<IModels, 'version' | 'byDigest' | 'monitoring'>;
    imageStore: IImageStore;
    deployments: Deployments;
    findProject: FindProject;
    planCluster: Pick<PlanCluster, 'release' | 'checks'>;
    /** @throws MlopsError `gitops-elsewhere` where a project names another repository */
    assertChosen?(found: IFoundProject): void;
  }
}

/** Broken files of the release that is replaced must not keep anybody from replacing it. */
function readable(read: () => IDeclaredRelease): IDeclaredRelease | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof MlopsError && error.body.code === 'manifest-broken') {
      return null;
    }
    throw error;
  }
}
