import type {
  Endpoint,
  Environment,
  PredictReply,
  PredictRequest
} from '../../contract/environment';
import type { ICore } from '../core';
import type { OciLayout } from '../images/oci-layout';
import type { IModels } from '../models/port';
import type { IFoundProject } from '../project/read-project';
import type { ICollectorPlace } from '../monitoring/collected/collector-place';
import type { IModelServer } from '../serving/port';
import { Deployments } from './deployments';
import { infer, predict } from './endpoint/answer';
import { EndpointRegistry } from './endpoint/endpoint-registry';
import type { LiveEndpoint } from './endpoint/live-endpoint';
import type { ClusterTargets } from './cluster/cluster-targets';
import { serverOf } from './cluster/server-of';
import { Deployer } from './deployer';
import { MAIN, type IGitRepository } from './git/port';
import { EndpointTokens } from './loopback/endpoint-tokens';
import { LoopbackListener } from './loopback/loopback-listener';
import { createEnvironments } from './first-commit';
import { isCluster } from './manifests/target';
import type { Feedback, IEnvironments, IPayloadSink } from './port';
import type { IDeployer } from './promotion/promotion-job';
import type { FindProject } from './promotion/rules';
import { toRelease, type IDeclaredState } from './reconciler/declared-state';
import { Reconciler } from './reconciler/reconciler';

/** How often a repository that could not be opened is looked at again, in milliseconds. */
const OPEN_EVERY = 1000;

/** The environments: what Git declares, and the endpoints that answer for it. */
export class Environments implements IEnvironments {
  readonly deployments: Deployments;
  readonly tokens: EndpointTokens;
  readonly endpoints: EndpointRegistry;
  readonly loopback: LoopbackListener;
  readonly deployer: IDeployer;

  constructor(options: Environments.IOptions) {
    this._options = options;
    const { core, models, repository } = options;
    const { database, log } = core;
    this.deployments = new Deployments(database);
    this.tokens = new EndpointTokens(database);
    this.loopback = new LoopbackListener({
      database,
      log,
      target: {
        opens: (token, environment, model) =>
          this.tokens.opens(token, environment, model),
        predict: (environment, model, request) =>
          this.predict(environment, model, request),
        infer: (environment, model, body) => this.infer(environment, model, body),
        feedback: (environment, model, labels) =>
          this._feedback(environment, model, labels)
      }
    });
    this.endpoints = new EndpointRegistry({
      models,
      serverOf: (release, target) => serverOf(release, target, options),
      log,
      address: (environment, model) => this.loopback.address(environment, model),
      onServing: endpoint => this._serving(endpoint),
      onChanged: ({ environment }) => this._tell(environment),
      onGone: ({ environment, model }) => models.setReleased(environment, model, null)
    });
    this._reconciler = new Reconciler({
      repository,
      log,
      apply: state => this._apply(state)
    });
    this.deployer = new Deployer({
      ...options,
      reconciler: this._reconciler,
      endpoints: this.endpoints,
      deployments: this.deployments
    });
  }

  /** Opens the port, makes the environments where there are none, and restores what Git declares. */
  async start(): Promise<void> {
    const { log } = this._options.core;
    await this.loopback.start().catch((error: unknown) => {
      log.error(
        { err: error },
        'the loopback port of the endpoints could not be opened'
      );
    });
    await this._open();
    this._reconciler.start();
  }

  /** Git may be installed later: whoever holds the lease looks again, never a reading request. */
  private async _open(): Promise<void> {
    try {
      await this.ready();
    } catch (error) {
      if (this._closed) {
        return;
      }
      if (this._unopened === null) {
        const { log } = this._options.core;
        log.error({ err: error }, 'the environments could not be opened');
      }
      this._unopened = error;
      this._opening = setTimeout(() => void this._open(), OPEN_EVERY);
      this._opening.unref();
    }
  }

  /**
   * Makes sure that what is shown is what Git declares now; changes nothing.
   *
   * @throws MlopsError `git-missing` and whatever else keeps the repository from being read
   */
  async look(): Promise<void> {
    if (this._unopened !== null) {
      throw this._unopened;
    }
    await this._reconciler.sync();
  }

  /** Makes sure that what others have committed by now is seen, too, before something is planned upon it. */
  async fresh(): Promise<void> {
    const { repository } = this._options;
    await repository.open();
    await repository.refresh();
    await this.ready();
  }

  /** Makes sure that the repository is there and was read. @throws MlopsError `git-missing` */
  async ready(): Promise<void> {
    const { repository } = this._options;
    await repository.open();
    if ((await repository.head(MAIN)) === null) {
      const { core, rootProject } = this._options;
      await createEnvironments(core, repository, rootProject());
    }
    await this._reconciler.sync();
    this._unopened = null;
  }

  async close(): Promise<void> {
    this._closed = true;
    clearTimeout(this._opening);
    await this._reconciler.close();
    await this.loopback.close();
    await this.endpoints.close();
  }

  list(): Environment[] {
    const state = this._reconciler.state;
    return (state?.environments ?? []).map(({ name, target, rules }) => ({
      name,
      target: target.name,
      rules,
      revision: state?.revision ?? null,
      releases: this._releases(name),
      endpoints: this.endpoints
        .list(name)
        .map(endpoint => this.endpoints.describe(endpoint))
    }));
  }

  /** Where the requests of models on clusters are read from. */
  collectors(): Promise<ICollectorPlace[]> {
    const declared = this._reconciler.state?.environments ?? [];
    return this._options.targets.collectors(
      declared.flatMap(({ name, target }) =>
        isCluster(target) ? [{ name, target }] : []
      )
    );
  }

  endpoint(environment: string, model: string): Endpoint | null {
    const endpoint = this.endpoints.find(environment, model);
    return endpoint && this.endpoints.describe(endpoint);
  }

  async predict(
    environment: string,
    model: string,
    request: PredictRequest
  ): Promise<PredictReply> {
    return predict(this.endpoints.get(environment, model), request, this.endpoints);
  }

  async infer(environment: string, model: string, body: string): Promise<Response> {
    return infer(this.endpoints.get(environment, model), body, this.endpoints);
  }

  addPayloadSink(sink: IPayloadSink): void {
    this.endpoints.addPayloadSink(sink);
  }

  setFeedback(feedback: Feedback): void {
    this._feedback = feedback;
  }

  private _releases(environment: string): Environment['releases'] {
    return [...(this._reconciler.state?.releases.values() ?? [])].flatMap(folder => {
      const { release } = folder;
      if (folder.environment !== environment || release === null) {
        return [];
      }
      const version = this._options.models.byDigest(release.digest);
      return version ? [toRelease(folder, release, version.version)] : [];
    });
  }

  private _apply(state: IDeclaredState): void {
    this.endpoints.apply(state);
    this._auditOthers(state);
    state.environments.forEach(({ name }) => this._tell(name));
  }

  /** Commits that came from elsewhere change what runs, too. */
  private _auditOthers(state: IDeclaredState): void {
    const before = this._seen;
    this._seen = state;
    for (const [folder, commit] of state.commits) {
      const ours = 'Promotion' in commit.trailers || 'Withdraws' in commit.trailers;
      if (before && !ours && before.commits.get(folder)?.id !== commit.id) {
        this._options.core.audit.add({
          actor: { name: commit.author, asserted: true },
          action: 'environments.commit',
          object: folder.split('/').slice(1).join('/'),
          result: 'done',
          details: { revision: commit.id }
        });
      }
    }
  }

  private _serving(endpoint: LiveEndpoint): void {
    const { served, wanted, environment, model } = endpoint;
    const { version, digest } = served?.version ?? {};
    if (wanted && version !== undefined && digest !== undefined) {
      const at = new Date().toISOString();
      const { revision } = wanted;
      this.deployments.add({ environment, model, digest, revision, at });
      this._options.models.setReleased(environment, model, version);
    }
  }

  private _tell(environment: string): void {
    this._options.core.events.publish({
      type: 'environment',
      data: { name: environment }
    });
  }

  private readonly _options: Environments.IOptions;
  /** Why the repository could not be opened; null where it was. */
  private _unopened: unknown = null;
  private _opening: NodeJS.Timeout | undefined;
  private _closed = false;
  private readonly _reconciler: Reconciler;
  private _seen: IDeclaredState | null = null;
  private _feedback: Feedback = (_environment, _model, labels) => ({
    matched: 0,
    unknown: labels.length
  });
}

export namespace Environments {
  export interface IOptions {
    core: ICore;
    models: IModels;
    modelServer: IModelServer;
    imageStore: OciLayout;
    repository: IGitRepository;
    targets: ClusterTargets;
    findProject: FindProject;
    /** The project in whose folder Jupyter or the command line was started. */
    rootProject(): IFoundProject;
  }
}
