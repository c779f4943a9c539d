import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse, stringify } from 'yaml';
import { z } from 'zod';

import { temporaryFolder } from '../../src/gateway/__tests__/core-builder';
import { Pins } from '../../src/gateway/kube/__tests__/cluster-builder';
import { chooseContext } from '../../src/gateway/kube/chosen-context';
import { Cluster } from '../../src/gateway/kube/cluster';
import {
  kubeconfigFiles,
  readKubeconfig
} from '../../src/gateway/kube/kubeconfig-file';
import { NAMESPACES, type IResource } from '../../src/gateway/kube/resource';

const core = (plural: string): IResource => ({
  group: '',
  version: 'v1',
  plural,
  namespaced: true
});
const rbac = (plural: string): IResource => ({
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural,
  namespaced: true
});
export const SERVICE_ACCOUNTS = core('serviceaccounts');
export const SECRETS = core('secrets');
export const ROLES = rbac('roles');
export const ROLE_BINDINGS = rbac('rolebindings');
const RBAC = 'rbac.authorization.k8s.io/v1';

export interface IRule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

export interface IContextParts {
  name: string;
  namespace: string;
  user: object;
  /** Instead of the real address, such as a proxy's. */
  server?: string;
  ca?: string;
}

/** The cluster that KUBECONFIG names, with namespaces of the tests' own. */
export class RealCluster {
  readonly folder = temporaryFolder('mlops-cluster-');
  readonly admin: Cluster;

  constructor() {
    const files = kubeconfigFiles(undefined, {
      environment: process.env,
      project: null
    });
    const current = z
      .object({ 'current-context': z.string() })
      .parse(parse(readFileSync(files[0], 'utf8')))['current-context'];
    this._chosen = chooseContext(readKubeconfig(files), current);
    this.admin = this._open({ context: current });
  }

  /** The credential of KUBECONFIG's own user. */
  get adminUser(): object {
    return this._chosen.user;
  }

  get server(): string {
    return this._chosen.server.server;
  }

  /** A name in the server's certificate: its host, or the one that every API server has. */
  get serverName(): string {
    const { hostname } = new URL(this.server);
    return /^[\d.]+$|:/.test(hostname) ? 'kubernetes.default.svc' : hostname;
  }

  /** A namespace that goes with the tests. */
  async makeNamespace(labels: Record<string, string> = {}): Promise<string> {
    const name = `mlops-test-${randomBytes(4).toString('hex')}`;
    await this.admin.client.create(NAMESPACES, undefined, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels }
    });
    this._namespaces.push(name);
    return name;
  }

  /** A service account with these rights in its namespace, and its token. */
  async makeUser(namespace: string, name: string, rules: IRule[]): Promise<string> {
    const { client } = this.admin;
    const metadata = { name };
    await client.create(SERVICE_ACCOUNTS, namespace, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata
    });
    await this.allow(namespace, name, rules, { namespace, name });
    return this.token(namespace, name);
  }

  /** Gives a service account rights in a namespace, by a role of this name there. */
  async allow(
    namespace: string,
    name: string,
    rules: IRule[],
    user: { namespace: string; name: string }
  ): Promise<void> {
    const { client } = this.admin;
    const metadata = { name };
    await client.create(ROLES, namespace, {
      apiVersion: RBAC,
      kind: 'Role',
      metadata,
      rules
    });
    await client.create(ROLE_BINDINGS, namespace, {
      apiVersion: RBAC,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', ...user }]
    });
  }

  async setRules(namespace: string, name: string, rules: IRule[]): Promise<void> {
    await this.admin.client.patch(ROLES, { namespace, name }, { rules });
  }

  /** A fresh token; it is withdrawn with the secret that it is bound to. */
  async token(namespace: string, name: string, secret?: string): Promise<string> {
    const at = { namespace, name };
    const text = await this.admin.client.text(
      { verb: 'create', resource: SERVICE_ACCOUNTS, subresource: 'token', ...at },
      {
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: {
            expirationSeconds: 3600,
            ...(secret === undefined
              ? {}
              : { boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: secret } })
          }
        }
      }
    );
    return z.object({ status: z.object({ token: z.string() }) }).parse(JSON.parse(text))
      .status.token;
  }

  /** Writes a kubeconfig with these contexts and gives its path. */
  writeKubeconfig(contexts: IContextParts[], current = contexts[0].name): string {
    const { 'certificate-authority': file, 'certificate-authority-data': data } =
      this._chosen.server;
    const ca = data ?? (file ? readFileSync(file).toString('base64') : undefined);
    const path = join(this.folder, 'kubeconfig');
    const text = stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': current,
      clusters: contexts.map(one => ({
        name: one.name,
        cluster: {
          server: one.server ?? this.server,
          'certificate-authority-data': one.ca ?? ca,
          ...(one.server === undefined ? {} : { 'tls-server-name': this.serverName })
        }
      })),
      users: contexts.map(({ name, user }) => ({ name, user })),
      contexts: contexts.map(({ name, namespace }) => ({
        name,
        context: { cluster: name, user: name, namespace }
      }))
    });
    writeFileSync(path, text);
    return path;
  }

  /** As whom a context of {@link writeKubeconfig} acts. */
  open(context: string, namespace?: string): Cluster {
    return this._open({
      context,
      namespace,
      kubeconfig: join(this.folder, 'kubeconfig')
    });
  }

  async close(): Promise<void> {
    for (const name of this._namespaces) {
      await this.admin.client.delete(NAMESPACES, { name });
    }
    await Promise.all(this._opened.map(cluster => cluster.close()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private _open(settings: Cluster.IOptions['settings']): Cluster {
    const cluster = new Cluster({
      settings,
      environment: process.env,
      project: null,
      pins: new Pins()
    });
    this._opened.push(cluster);
    return cluster;
  }

  private readonly _chosen: ReturnType<typeof chooseContext>;
  private readonly _namespaces: string[] = [];
  private readonly _opened: Cluster[] = [];
}

/** Waits until the cluster's caches have caught up. */
export async function eventually<T>(
  what: () => Promise<T> | T,
  within = 20_000
): Promise<T> {
  for (const end = Date.now() + within; ;) {
    try {
      return await what();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }
}
