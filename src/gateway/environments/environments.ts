import type {
  Endpoint,
  Environment,
  PredictReply,
  PredictRequest
} from '../../contract/environment';
import { MlopsError } from '../../contract/mlops-error';
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
import { followDeployment } from './cluster/follow-deployment';
import { publishImages } from './cluster/publish-images';
import { MAIN, type IGitRepository } from './git/port';
import { EndpointTokens } from './loopback/endpoint-tokens';
import { LoopbackListener } from './loopback/loopback-listener';
import {
  declared,
  DEFAULT_ENVIRONMENTS,
  renderEnvironment,
  type IDeclaredEnvironment
} from './manifests/environment-manifest';
import { environmentFile } from './manifests/layout';
import type { IDeclaredRelease } from './manifests/release-reader';
import { isCluster, targetOf, type Target } from './manifests/target';
import type { Feedback, IEnvironments, IPayloadSink } from './port';
import type { Deployed, IDeployer } from './promotion/promotion-job';
import type { PromotionRecord } from './promotion/promotion-record';
import type { FindProject } from './promotion/rules';
import { toRelease, type IDeclaredState } from './reconciler/declared-state';
import { Reconciler } from './reconciler/reconciler';

/** How often a repository that could not be opened is looked at again, in milliseconds. */
const OPEN_EVERY = 1000;

/** The environments: what Git declares, and the endpoints that answer for it. */
export class Environments implements IEnvironments, IDeployer {
  readonly deployments: Deployments;
  readonly tokens: EndpointTokens;
  readonly endpoints: EndpointRegistry;
  readonly loopback: LoopbackListener;

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
      serverOf: (release, target) => this._serverOf(release, target),
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
      if (repository.mode === 'branch') {
        throw emptyRepository(repository.place);
      }
      await this._createDefaults();
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

  async publish(record: Readonly<PromotionRecord>, signal: AbortSignal): Promise<void> {
    const { models, imageStore, findProject } = this._options;
    const { lineage } = models.version(record.model, record.version);
    await publishImages(imageStore, record.images, {
      found: findProject(lineage.notebook),
      environment: process.env,
      signal
    });
  }

  async deploy(
    record: Readonly<PromotionRecord>,
    { signal, onNews }: Parameters<IDeployer['deploy']>[1]
  ): Promise<Deployed> {
    const { environment, model, target, revision } = record;
    if (revision !== null) {
      // Whoever merged it, it is read here first.
      await this._reconciler.reached({ environment, model, revision }, { signal });
    }
    const endpoint = this.endpoints.find(environment, model);
    const release = endpoint?.wanted?.release;
    if (!endpoint || release?.digest !== record.digest || release.app !== record.app) {
      return { state: 'superseded' };
    }
    return isCluster(target) && revision !== null
      ? followDeployment({
          release,
          wanted: { environment, model, revision, namespace: target.namespace },
          endpoint,
          reconciler: await this._options.targets.reconciler(target),
          signal,
          onNews
        })
      : endpoint.reached(release, signal);
  }

  private _serverOf(release: IDeclaredRelease, target: Target): IModelServer {
    const { targets, modelServer } = this._options;
    if (!isCluster(target)) {
      return modelServer;
    }
    if (release.images === null) {
      throw new MlopsError('refused', {
        code: 'manifest-broken',
        message: `${release.environment} runs on ${target.name}, and what it declares for ${release.model} names no image of a registry.`,
        action: `Promote ${release.model} to ${release.environment} again.`
      });
    }
    return targets.modelServer(target, release.images);
  }

  released({ environment, model, digest, version, revision }: PromotionRecord): void {
    this.deployments.add({
      environment,
      model,
      digest,
      revision: revision ?? '',
      at: new Date().toISOString()
    });
    this._options.models.setReleased(environment, model, version);
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

  private async _createDefaults(): Promise<void> {
    const { core, repository } = this._options;
    const actor = { name: core.context.user, asserted: true };
    const wanted = this._wantedEnvironments();
    const names = wanted.map(({ name }) => name);
    const places = [...new Set(wanted.map(({ target }) => target.name))];
    const files = new Map(
      wanted.map(environment => [
        environmentFile(environment.name),
        renderEnvironment(environment)
      ])
    );
    const landed = await repository
      .commit({
        branch: MAIN,
        expected: null,
        parent: null,
        files,
        author: actor,
        subject: `Create the environments ${names.join(' and ')}`,
        body: `They run on ${places.join(' and ')}.`,
        trailers: { Identity: 'asserted' }
      })
      .catch((error: unknown) => {
        // Whoever was faster made the same ones.
        if (error instanceof MlopsError && error.body.code === 'branch-moved') {
          return null;
        }
        throw error;
      });
    if (landed) {
      const details = { revision: landed.id };
      core.audit.add({
        actor,
        action: 'environments.create',
        object: names.join(', '),
        result: 'done',
        details
      });
    }
  }

  /** Those that the project names, else dev and prod. */
  private _wantedEnvironments(): IDeclaredEnvironment[] {
    const { environments } = this._options.rootProject().project;
    return (
      environments?.map(({ name, target, ...rules }) =>
        declared(name, rules, target && targetOf(name, target))
      ) ?? DEFAULT_ENVIRONMENTS
    );
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

function emptyRepository(place: string): MlopsError {
  return new MlopsError('unavailable', {
    code: 'git-repository-empty',
    message: `There is no commit on ${place} yet, and mlops.yaml says that changes are merged there by others.`,
    action:
      'Make its first commit, such as a README, on the branch that `gitops.branch` names; then try again.'
  });
}
