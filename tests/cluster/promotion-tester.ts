import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { parse, stringify } from 'yaml';

import type { Promotion, PromotionPlan } from '../../src/contract/promotion';
import { buildCore, temporaryFolder } from '../../src/gateway/__tests__/core-builder';
import type { ICore } from '../../src/gateway/core';
import { InMemoryModels } from '../../src/gateway/environments/__tests__/model-builder';
import {
  startStage,
  until,
  type IRunningStage
} from '../../src/gateway/environments/__tests__/stage-builder';
import { APPLICATIONS } from '../../src/gateway/environments/argocd/resources';
import { fetchImage } from '../../src/gateway/images/fetch-image';
import { OciLayout } from '../../src/gateway/images/oci-layout';
import { Pins } from '../../src/gateway/kube/__tests__/cluster-builder';
import {
  ARGOCD_NEEDS,
  KSERVE_NEEDS,
  type INeededRight
} from '../../src/gateway/kube/adapter-needs';
import { Clusters } from '../../src/gateway/kube/clusters';
import type { IManifest } from '../../src/gateway/kube/kube-object';
import { PODS } from '../../src/gateway/kube/resource';
import { readProject } from '../../src/gateway/project/read-project';
import { seenPod, type ISeenPod } from '../../src/gateway/serving/kserve/seen-objects';
import { REPOSITORIES } from './argocd-tester';
import { SERVING_IMAGE } from './kserve-tester';
import { RealCluster, ROLE_BINDINGS, ROLES, type IRule } from './real-cluster';

/** `host:port` of a registry that the tests may push to, and that the cluster pulls from. */
export const REGISTRY = process.env.REGISTRY;
const ADDRESS = process.env.ARGOCD_REPOSITORIES_ADDRESS ?? 'file:///repos';
const ARGOCD = process.env.ARGOCD_NAMESPACE ?? 'argocd';
const MODEL_IMAGES = (process.env.MODEL_IMAGES ?? '').split(',');

/** A project whose environment `dev` is a namespace of the cluster, as a user who may do just that. */
export class PromotionTester {
  readonly real = new RealCluster();
  readonly project = temporaryFolder('mlops-project-');
  readonly models = new InMemoryModels();
  namespace = '';

  static async start(): Promise<PromotionTester> {
    const tester = new PromotionTester();
    await tester._prepare();
    return tester;
  }

  get stage(): IRunningStage {
    if (!this._stage) {
      throw new Error('It was not started.');
    }
    return this._stage;
  }

  get core(): ICore {
    return this.stage.core;
  }

  /** Another gateway on the same data home. */
  async restart(): Promise<void> {
    const before = this.stage;
    await before.close();
    this._stage = await startStage({ after: before, clusters: this._clusters });
  }

  plan(version: number): Promise<PromotionPlan> {
    return this.stage.call('planPromotion', { body: this._request(version) });
  }

  /** Resolves when the commit exists. */
  async begin(version: number): Promise<Promotion> {
    const { base } = await this.plan(version);
    const body = { ...this._request(version), base, reason: 'It is better.' };
    return this.stage.call('confirmPromotion', { body });
  }

  async promote(version: number): Promise<Promotion> {
    return this.stage.ended((await this.begin(version)).id);
  }

  /** Waits until a promotion tells this about its target. */
  async told(id: string, words: RegExp): Promise<void> {
    await until(async () => {
      const { progress, error } = await this.stage.call('getPromotion', {
        params: { id }
      });
      if (error) {
        throw new Error(JSON.stringify(error));
      }
      return words.test(progress ?? '');
    });
  }

  /** Has an offered Application made. */
  async makeApplication(manifest: string): Promise<void> {
    const application: IManifest = parse(manifest);
    await this.real.admin.client.create(APPLICATIONS, ARGOCD, application);
    this._application = application.metadata.name ?? '';
  }

  /** Sets the user's rights: all that the adapters need but this one. */
  async allow(without?: { right: INeededRight; verb: string }): Promise<void> {
    const { real, namespace } = this;
    await real.setRules(namespace, 'anna', rulesOf(KSERVE_NEEDS.rights, without));
    await real.setRules(ARGOCD, namespace, rulesOf(ARGOCD_RIGHTS, without));
  }

  /** Pods of the namespace that are not about to go. */
  async pods(): Promise<ISeenPod[]> {
    const pods: ISeenPod[] = [];
    await this.real.admin.client.list(PODS, this.namespace, object =>
      pods.push(seenPod(object))
    );
    return pods.filter(({ leaving }) => !leaving);
  }

  async predict(): Promise<unknown> {
    const { predictions } = await this.stage.call('predict', {
      params: { environment: 'dev', model: 'fraud' },
      body: { rows: [{ temp: 1, hour: 2 }] }
    });
    return predictions[0];
  }

  git(...args: string[]): string {
    const options = { encoding: 'utf8' } as const;
    return execFileSync('git', ['--git-dir', this._bare, ...args], options).trim();
  }

  /** Changes the project's `mlops.yaml`. */
  configure(change: object = {}): void {
    const settings = { ...this._settings, ...change };
    writeFileSync(join(this.project, 'mlops.yaml'), stringify(settings));
  }

  async close(): Promise<void> {
    await this._stage?.discard();
    await this._clusters.close();
    const { client } = this.real.admin;
    if (this._application) {
      const at = { namespace: ARGOCD, name: this._application };
      await client.delete(APPLICATIONS, at);
    }
    for (const resource of [ROLE_BINDINGS, ROLES]) {
      await client.delete(resource, { namespace: ARGOCD, name: this.namespace });
    }
    await this.real.close();
    rmSync(this.project, { recursive: true, force: true });
    rmSync(this._bare, { recursive: true, force: true });
  }

  private async _prepare(): Promise<void> {
    const { real } = this;
    // KServe's own containers that hold a model's image do not pass ‘restricted’.
    this.namespace = await real.makeNamespace({
      'pod-security.kubernetes.io/enforce': 'baseline'
    });
    const { namespace } = this;
    const user = { namespace, name: 'anna' };
    const token = await real.makeUser(namespace, 'anna', rulesOf(KSERVE_NEEDS.rights));
    await real.allow(ARGOCD, namespace, rulesOf(ARGOCD_RIGHTS), user);
    const kubeconfig = real.writeKubeconfig([
      { name: 'dev', namespace, user: { token } }
    ]);
    execFileSync('git', ['init', '-q', '--bare', '-b', 'main', this._bare]);
    this._settings = {
      cluster: { context: 'dev', kubeconfig },
      gitops: {
        repository: `file://${this._bare}`,
        argocd: { namespace: ARGOCD, repository: `${ADDRESS}/${namespace}.git` }
      },
      image: { repository: `${REGISTRY ?? ''}/${namespace}` },
      serving: { image: SERVING_IMAGE, cpu: '200m', memory: '640Mi' },
      environments: [{ name: 'dev', target: { cluster: 'datacenter', namespace } }]
    };
    this.configure();
    const core = buildCore({ rootDir: this.project });
    await this._addModels(core);
    const { models } = this;
    this._stage = await startStage({ core, models, clusters: this._clusters });
  }

  /** Two that answer with the sum plus their number, and one whose file is broken; as the registry holds them. */
  private async _addModels(core: ICore): Promise<void> {
    const store = new OciLayout(core.home.oci);
    const notebook = join(this.project, 'fraud.ipynb');
    const found = readProject(notebook);
    const context = { found, environment: process.env };
    for (const [index, reference] of MODEL_IMAGES.slice(0, 3).entries()) {
      const image = await fetchImage(store, reference, context);
      const config = Buffer.from(JSON.stringify({ fraud: index + 1 }));
      const digest = await store.putManifest(
        {
          schemaVersion: 2,
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          config: {
            mediaType: 'application/vnd.oci.empty.v1+json',
            digest: await store.putBlob(config),
            size: config.length
          },
          layers: []
        },
        'fraud'
      );
      const version = index + 1;
      this.models.add({ model: 'fraud', version, notebook, digest, image });
    }
  }

  private _request(version: number): {
    model: string;
    version: number;
    environment: string;
  } {
    return { model: 'fraud', version, environment: 'dev' };
  }

  private get _bare(): string {
    return join(REPOSITORIES ?? '', `${this.namespace}.git`);
  }

  private readonly _clusters = new Clusters({
    pins: new Pins(),
    environment: process.env
  });
  private _settings: object = {};
  private _stage: IRunningStage | null = null;
  private _application = '';
}

const ARGOCD_RIGHTS = [...ARGOCD_NEEDS.rights, ...(ARGOCD_NEEDS.wishes?.rights ?? [])];

/** A role's rules for these rights. */
function rulesOf(
  rights: INeededRight[],
  without?: { right: INeededRight; verb: string }
): IRule[] {
  return rights
    .map(right => ({
      apiGroups: [right.resource.group],
      resources: [[right.resource.plural, right.subresource].filter(Boolean).join('/')],
      verbs: right.verbs.filter(
        verb => !(right === without?.right && verb === without.verb)
      )
    }))
    .filter(({ verbs }) => verbs.length > 0);
}

/** Whether everything is there that a promotion needs. */
export const isComplete = [
  REGISTRY,
  REPOSITORIES,
  SERVING_IMAGE,
  process.env.MODEL_IMAGES
].every(Boolean);
