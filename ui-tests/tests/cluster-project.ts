import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse, stringify } from 'yaml';

import { RealCluster } from '../../tests/cluster/real-cluster';
import { APPLICATIONS } from '../../src/gateway/environments/argocd/resources';
import type { IManifest } from '../../src/gateway/kube/kube-object';

const {
  KUBECONFIG,
  SERVING_IMAGE,
  BASE_IMAGE,
  REGISTRY,
  ARGOCD_REPOSITORIES,
  ARGOCD_REPOSITORIES_ADDRESS = 'file:///repos',
  ARGOCD_NAMESPACE = 'argocd',
  MLOPS_UI_HOME,
  MLOPS_UI_URL
} = process.env;

/** What is not there for a promotion on a cluster; null where everything is. */
export const MISSING: string | null =
  [
    KUBECONFIG ? null : 'KUBECONFIG',
    SERVING_IMAGE ? null : 'SERVING_IMAGE',
    BASE_IMAGE ? null : 'BASE_IMAGE',
    REGISTRY ? null : 'REGISTRY',
    ARGOCD_REPOSITORIES ? null : 'ARGOCD_REPOSITORIES',
    MLOPS_UI_URL ? 'a server of its own instead of MLOPS_UI_URL' : null
  ]
    .filter(part => part !== null)
    .join(', ') || null;

/** The name of the cluster in Git and in sentences. */
export const TARGET = 'test-cluster';

/** The bike example as a project on a cluster: its namespace, repository and Application. */
export class ClusterProject {
  static async make(): Promise<ClusterProject> {
    const real = new RealCluster();
    return new ClusterProject(real, await real.makeNamespace());
  }

  private constructor(
    private readonly _real: RealCluster,
    readonly namespace: string
  ) {
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', this._repository]);
    const work = join(MLOPS_UI_HOME ?? '', 'work');
    const example = join(work, 'bike-demand');
    // Jupyter's own folder is the project: what it names is what the gateway works with.
    cpSync(example, work, { recursive: true });
    const settings = parse(readFileSync(join(example, 'mlops.yaml'), 'utf8')) as object;
    writeFileSync(
      join(work, 'mlops.yaml'),
      stringify({
        ...settings,
        cluster: { context: this._context, namespace },
        serving: { image: SERVING_IMAGE, cpu: '500m', memory: '512Mi' },
        image: { base: BASE_IMAGE, repository: `${REGISTRY}/ui/${namespace}` },
        gitops: {
          repository: `file://${this._repository}`,
          argocd: {
            namespace: ARGOCD_NAMESPACE,
            repository: `${ARGOCD_REPOSITORIES_ADDRESS}/${namespace}.git`
          }
        },
        environments: [{ name: 'dev', target: { cluster: TARGET, namespace } }]
      })
    );
  }

  /** Makes the Application that a plan offers, as a cluster's administrator would. */
  async apply(offered: string): Promise<void> {
    const manifest = parse(offered) as IManifest;
    const name = `${this.namespace}-dev`;
    manifest.metadata = { ...manifest.metadata, name };
    const { client } = this._real.admin;
    await client.create(APPLICATIONS, ARGOCD_NAMESPACE, manifest);
    this._application = name;
  }

  async close(): Promise<void> {
    if (this._application !== null) {
      await this._real.admin.client.delete(APPLICATIONS, {
        namespace: ARGOCD_NAMESPACE,
        name: this._application
      });
    }
    await this._real.close();
    rmSync(this._repository, { recursive: true, force: true });
  }

  private get _repository(): string {
    return join(ARGOCD_REPOSITORIES ?? '', `${this.namespace}.git`);
  }

  private get _context(): string {
    const [file] = (KUBECONFIG ?? '').split(':');
    const { 'current-context': context } = parse(readFileSync(file, 'utf8')) as {
      'current-context': string;
    };
    return context;
  }

  private _application: string | null = null;
}
