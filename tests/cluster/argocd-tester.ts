import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { pino } from 'pino';

import { EmbeddedRepository } from '../../src/gateway/environments/git/embedded-repository';
import { MAIN } from '../../src/gateway/environments/git/port';
import { ArgocdReconciler } from '../../src/gateway/environments/argocd/argocd-reconciler';
import { APPLICATIONS } from '../../src/gateway/environments/argocd/resources';
import type { ITimeLimits } from '../../src/gateway/environments/argocd/time-limits';
import type {
  IApplied,
  IReconcileNews
} from '../../src/gateway/environments/reconciler/port';
import type { Cluster } from '../../src/gateway/kube/cluster';
import type { IManifest, KubeObject } from '../../src/gateway/kube/kube-object';
import {
  RealCluster,
  ROLE_BINDINGS,
  ROLES,
  SERVICE_ACCOUNTS,
  type IRule
} from './real-cluster';

/** A folder of this computer whose Git repositories Argo CD reads; absent where there is none. */
export const REPOSITORIES = process.env.ARGOCD_REPOSITORIES;
/** The address of that folder as Argo CD knows it. */
const ADDRESS = process.env.ARGOCD_REPOSITORIES_ADDRESS ?? 'file:///repos';
const HOME = process.env.ARGOCD_NAMESPACE ?? 'argocd';

/** What following Argo CD needs, and what asking it to look needs. */
export const READ = ['list', 'watch'];
export const READ_AND_ASK = [...READ, 'patch'];

export interface IFollowing {
  applied: Promise<IApplied>;
  news: IReconcileNews[];
  leave(): void;
}

/** A Git repository that Argo CD reads, and users who may follow what it does. */
export class ArgocdTester {
  readonly real = new RealCluster();
  /** Also the environment's name. */
  namespace = '';
  repository = new EmbeddedRepository('');

  static async start(): Promise<ArgocdTester> {
    const tester = new ArgocdTester();
    tester.namespace = await tester.real.makeNamespace();
    tester.repository = new EmbeddedRepository(tester._folder);
    await tester.repository.open();
    return tester;
  }

  get address(): string {
    return `${ADDRESS}/${this.namespace}.git`;
  }

  /** Contexts with these verbs on Applications, by name. */
  async makeUsers(users: Record<string, string[]>): Promise<void> {
    const contexts = [];
    for (const [name, verbs] of Object.entries(users)) {
      const rules: IRule[] = [
        { apiGroups: ['argoproj.io'], resources: ['applications'], verbs }
      ];
      const user = `${this.namespace}-${name}`;
      this._users.push(user);
      const token = await this.real.makeUser(HOME, user, rules);
      contexts.push({ name, namespace: this.namespace, user: { token } });
    }
    this.real.writeKubeconfig(contexts);
    Object.keys(users).forEach(name => this._clusters.set(name, this.real.open(name)));
  }

  /** Commits files of a model, by name; null where one goes. */
  async commit(model: string, files: Record<string, string | null>): Promise<string> {
    const expected = await this.repository.head(MAIN);
    const root = `environments/${this.namespace}/${model}`;
    const { id } = await this.repository.commit({
      branch: MAIN,
      expected,
      parent: expected,
      files: new Map(
        Object.entries(files).map(([name, text]) => [join(root, name), text])
      ),
      author: { name: 'Anna', asserted: true },
      subject: `Change ${model}`,
      trailers: {}
    });
    return id;
  }

  configMap(name: string, value: string, namespace = this.namespace): string {
    const metadata = { name, namespace };
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value } };
    return JSON.stringify(object);
  }

  /** An Application for a model's folder. */
  async makeApplication(model: string, spec: object = {}): Promise<string> {
    const name = `${this.namespace}-${model}`;
    await this.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: HOME },
      spec: {
        project: 'default',
        source: this.source(model),
        destination: {
          server: 'https://kubernetes.default.svc',
          namespace: this.namespace
        },
        syncPolicy: { automated: { selfHeal: true }, retry: { limit: 0 } },
        ...spec
      }
    });
    return name;
  }

  source(model: string): object {
    return {
      repoURL: this.address,
      targetRevision: MAIN,
      path: `environments/${this.namespace}/${model}`
    };
  }

  async create(manifest: IManifest): Promise<void> {
    await this.real.admin.client.create(APPLICATIONS, HOME, manifest);
    this._applications.push(manifest.metadata.name ?? '');
  }

  application(name: string): Promise<KubeObject> {
    return this.real.admin.client.get(APPLICATIONS, { namespace: HOME, name });
  }

  async patch(name: string, change: object): Promise<void> {
    await this.real.admin.client.patch(APPLICATIONS, { namespace: HOME, name }, change);
  }

  async remove(name: string): Promise<void> {
    await this.real.admin.client.delete(APPLICATIONS, { namespace: HOME, name });
  }

  /** Follows Argo CD to a commit, as one of the users. */
  follow(
    user: string,
    model: string,
    revision: string,
    limits: Partial<ITimeLimits> = {}
  ): IFollowing {
    const cluster = this._clusters.get(user);
    if (!cluster) {
      throw new Error(`There is no user ${user}.`);
    }
    const reconciler = new ArgocdReconciler({
      cluster,
      repository: this.repository,
      settings: { repository: this.address, branch: MAIN, namespace: HOME },
      log: pino({ level: 'silent' }),
      limits: { compared: 60_000, synced: 60_000, healthy: 60_000, ...limits }
    });
    const leave = new AbortController();
    const news: IReconcileNews[] = [];
    const wanted = { environment: this.namespace, model, revision };
    const applied = reconciler.reached(wanted, {
      signal: leave.signal,
      onNews: one => news.push(one)
    });
    return { applied, news, leave: () => leave.abort() };
  }

  async close(): Promise<void> {
    const { client } = this.real.admin;
    for (const name of this._applications) {
      await this.remove(name);
    }
    for (const name of this._users) {
      for (const resource of [ROLE_BINDINGS, ROLES, SERVICE_ACCOUNTS]) {
        await client.delete(resource, { namespace: HOME, name });
      }
    }
    await this.real.close();
    rmSync(this._folder, { recursive: true, force: true });
  }

  private get _folder(): string {
    return join(REPOSITORIES ?? '', `${this.namespace}.git`);
  }

  private readonly _clusters = new Map<string, Cluster>();
  private readonly _users: string[] = [];
  private readonly _applications: string[] = [];
}
