import type { Logger } from 'pino';

import type { Endpoint } from '../../../contract/environment';
import { MlopsError } from '../../../contract/mlops-error';
import type { IModels } from '../../models/port';
import { releaseFolder } from '../manifests/layout';
import { HERE } from '../manifests/target';
import type { IPayload, IPayloadSink, Outcome } from '../port';
import type { IDeclaredState } from '../reconciler/declared-state';
import type { IRequestObserver } from './answer';
import { LiveEndpoint } from './live-endpoint';
import { PlatformFacts } from './platform-facts';
import { StartingPlaces } from './serving-slot';
import { Traffic } from './traffic';

/** Model servers that may start at the same time. */
const STARTING_AT_ONCE = 2;

/** All endpoints, by environment and model. */
export class EndpointRegistry implements IRequestObserver {
  constructor(options: EndpointRegistry.IOptions) {
    this._options = options;
    this._facts = new PlatformFacts(options.log);
  }

  /** Brings every endpoint towards what Git declares; those that it does not name end. */
  apply(state: IDeclaredState): void {
    const targets = new Map(
      state.environments.map(({ name, target }) => [name, target])
    );
    for (const [
      folder,
      { environment, model, release, error, commit }
    ] of state.releases) {
      const endpoint = this._endpoints.get(folder) ?? this._create(environment, model);
      this._endpoints.set(folder, endpoint);
      const target = targets.get(environment) ?? HERE;
      endpoint.want({ release, error, revision: commit.id, target });
    }
    for (const [folder, endpoint] of this._endpoints) {
      if (!state.releases.has(folder) && endpoint.wanted) {
        endpoint.want(null);
        this._options.onGone(endpoint);
      }
    }
  }

  find(environment: string, model: string): LiveEndpoint | null {
    const endpoint = this._endpoints.get(releaseFolder(environment, model));
    return endpoint?.wanted ? endpoint : null;
  }

  /** @throws MlopsError `endpoint-unknown` */
  get(environment: string, model: string): LiveEndpoint {
    const endpoint = this.find(environment, model);
    if (!endpoint) {
      throw new MlopsError('not-found', {
        code: 'endpoint-unknown',
        message: `No model ${model} is released in ${environment}.`,
        action: `Promote a version of ${model} to ${environment} first.`
      });
    }
    return endpoint;
  }

  list(environment: string): LiveEndpoint[] {
    return [...this._endpoints.values()].filter(
      endpoint => endpoint.environment === environment && endpoint.wanted
    );
  }

  describe(endpoint: LiveEndpoint): Endpoint {
    const { environment, model, served, wanted } = endpoint;
    const facts = this._facts.of(served, () => this._options.onChanged(endpoint));
    const path = `mlops/api/v1/environments/${environment}/models/${model}`;
    return {
      environment,
      model,
      version: served?.version.version ?? null,
      digest: served?.digest ?? null,
      health: endpoint.health,
      synced: endpoint.synced,
      error: endpoint.error,
      path,
      address: this._options.address(environment, model),
      app: wanted?.release?.app ? `${path}/app/` : null,
      replicas: facts?.replicas ?? null,
      ...this._trafficOf(endpoint).figures(),
      // Requests of everybody, not only those that went through here.
      ...facts?.requests
    };
  }

  addPayloadSink(sink: IPayloadSink): void {
    this._sinks.push(sink);
  }

  observe(endpoint: LiveEndpoint, payload: IPayload): void {
    this.count(endpoint, payload.outcome, payload.milliseconds);
    for (const sink of this._sinks) {
      try {
        sink(payload);
      } catch (error) {
        // Whoever watches must never be able to fail a request.
        this._options.log.error({ err: error }, 'a request could not be captured');
      }
    }
  }

  count(endpoint: LiveEndpoint, outcome: Outcome, milliseconds: number): void {
    this._trafficOf(endpoint).record(milliseconds, outcome);
  }

  async close(): Promise<void> {
    await Promise.all([...this._endpoints.values()].map(endpoint => endpoint.close()));
  }

  private _create(environment: string, model: string): LiveEndpoint {
    return new LiveEndpoint(environment, model, {
      ...this._options,
      places: this._places
    });
  }

  private _trafficOf(endpoint: LiveEndpoint): Traffic {
    const known = this._traffic.get(endpoint);
    if (known) {
      return known;
    }
    const traffic = new Traffic();
    this._traffic.set(endpoint, traffic);
    return traffic;
  }

  private readonly _options: EndpointRegistry.IOptions;
  private readonly _facts: PlatformFacts;
  private readonly _places = new StartingPlaces(STARTING_AT_ONCE);
  private readonly _endpoints = new Map<string, LiveEndpoint>();
  private readonly _traffic = new WeakMap<LiveEndpoint, Traffic>();
  private readonly _sinks: IPayloadSink[] = [];
}

export namespace EndpointRegistry {
  export interface IOptions {
    models: Pick<IModels, 'byDigest' | 'json'>;
    serverOf: LiveEndpoint.IOptions['serverOf'];
    log: Logger;
    /** The loopback address of an endpoint; null while nothing listens. */
    address(environment: string, model: string): string | null;
    onServing(endpoint: LiveEndpoint): void;
    onChanged(endpoint: LiveEndpoint): void;
    /** Called once an endpoint is not declared any more. */
    onGone(endpoint: LiveEndpoint): void;
  }
}
