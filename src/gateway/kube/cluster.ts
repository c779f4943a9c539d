import type {
  ClusterIdentity,
  ClusterSettings,
  ClusterStatus
} from '../../contract/cluster';
import { MlopsError } from '../../contract/mlops-error';
import type { AdapterStatus } from '../../contract/status';
import { toApiError } from '../jobs/jobs';
import { adapterFacts } from './adapter-facts';
import { ADAPTER_NEEDS } from './adapter-needs';
import { namespaceMissing } from './api-error';
import { Discovery } from './discovery';
import { Fresh } from './fresh';
import { IdentityGuard, type IIdentityPin, type IIdentityPins } from './identity-guard';
import { IdentitySource } from './identity-source';
import { KubeClient } from './kube-client';
import { NAMESPACES } from './resource';

/** Who looks at a header asks often, and each adapter has many rights. */
const FACTS_FRESH = 10_000;

/** One cluster as a project has chosen it: who acts there, what is there, and requests to it. */
export class Cluster {
  readonly client: KubeClient;
  readonly discovery: Discovery;

  constructor(options: Cluster.IOptions) {
    this._source = new IdentitySource(options);
    this._guard = new IdentityGuard(options.settings, options.pins);
    this.client = new KubeClient(this._source, this._guard);
    this.discovery = new Discovery(this.client);
  }

  /** @throws MlopsError where nobody can act there, and why */
  async identity(): Promise<ClusterIdentity> {
    return this.client.identity();
  }

  /**
   * The namespace to work in.
   *
   * @throws MlopsError `cluster-namespace-missing`
   */
  async namespace(): Promise<string> {
    const { namespace, cluster } = await this.identity();
    try {
      await this.client.get(NAMESPACES, { name: namespace });
    } catch (error) {
      const code = error instanceof MlopsError ? error.body.code : '';
      if (code === 'cluster-namespace-missing') {
        throw namespaceMissing(namespace, cluster);
      }
      // Whoever works in a namespace need not be allowed to look at it.
      if (code !== 'cluster-not-allowed') {
        throw error;
      }
    }
    return namespace;
  }

  /** From now on acts as who the context means today, if that is who the user was shown. */
  async acceptIdentity(seen: IIdentityPin): Promise<ClusterIdentity> {
    const context = await this._source.access();
    this._adapters.clear();
    return this._guard.accept(await context.current(), context.chosen, seen);
  }

  /**
   * Everything that a header and `doctor` show; never throws.
   *
   * @param named Namespaces where a project says that an adapter's objects are, by adapter.
   */
  async status(
    named: Record<string, string | undefined> = {}
  ): Promise<Omit<ClusterStatus, 'engine'>> {
    let identity: ClusterIdentity | null = null;
    try {
      identity = await this.identity();
      const version = await this.discovery.serverVersion();
      const namespace = await this.namespace();
      const adapters = await this._adaptersWith(named, namespace);
      return { identity, version, problem: null, adapters };
    } catch (error) {
      return { identity, version: null, problem: toApiError(error), adapters: [] };
    }
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    await this._source.close();
  }

  private _adaptersWith(
    named: Record<string, string | undefined>,
    namespace: string
  ): Promise<AdapterStatus[]> {
    const key = JSON.stringify(named);
    const kept = this._adapters.get(key) ?? new Fresh<AdapterStatus[]>(FACTS_FRESH);
    this._adapters.set(key, kept);
    const on = { client: this.client, discovery: this.discovery, namespace };
    return kept.get(() =>
      Promise.all(
        ADAPTER_NEEDS.map(needs =>
          adapterFacts(needs, { ...on, named: named[needs.adapter] })
        )
      )
    );
  }

  private readonly _source: IdentitySource;
  private readonly _guard: IdentityGuard;
  private readonly _adapters = new Map<string, Fresh<AdapterStatus[]>>();
}

export namespace Cluster {
  export interface IOptions extends IdentitySource.IOptions {
    settings: ClusterSettings;
    pins: IIdentityPins;
  }
}
