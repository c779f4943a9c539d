import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stringify } from 'yaml';

import type { RunDetail } from '../../src/contract/run';
import { convert } from '../../src/notebook/convert';
import {
  ANNA,
  buildCore,
  discardCore,
  reopenCore,
  temporaryFolder
} from '../../src/gateway/__tests__/core-builder';
import type { ICore } from '../../src/gateway/core';
import { Pins } from '../../src/gateway/kube/__tests__/cluster-builder';
import { TEKTON_NEEDS } from '../../src/gateway/kube/adapter-needs';
import { Clusters } from '../../src/gateway/kube/clusters';
import type { IResource } from '../../src/gateway/kube/resource';
import { createPipelinesStage } from '../../src/gateway/pipelines/pipelines-stage';
import type { IRuns } from '../../src/gateway/pipelines/port';
import type { IStage } from '../../src/gateway/stage';
import { RealCluster, type IRule } from './real-cluster';

/** Image of the steps, by digest, where the cluster has Tekton and can get it. */
export const STEP_IMAGE = process.env.STEP_IMAGE;
/** A folder of the one node, writable by anybody, where the cluster makes no volumes by itself. */
const HOST_PATH = process.env.STEP_HOST_PATH;
const STEP_USER = 65532;

const volume = (plural: string, namespaced: boolean): IResource => ({
  group: '',
  version: 'v1',
  plural,
  namespaced
});
const VOLUMES = volume('persistentvolumes', false);
const CLAIMS = volume('persistentvolumeclaims', true);

/** What a run with Tekton needs, as a role says it; without one verb on one resource, where given. */
export function tektonRules(without?: { resource: string; verb: string }): IRule[] {
  return TEKTON_NEEDS.rights
    .map(({ resource, subresource, verbs }) => {
      const name = subresource ? `${resource.plural}/${subresource}` : resource.plural;
      const isAll = name !== without?.resource;
      return {
        apiGroups: [resource.group],
        resources: [name],
        verbs: verbs.filter(verb => isAll || verb !== without.verb)
      };
    })
    .filter(({ verbs }) => verbs.length > 0);
}

/** A project whose runs go to a namespace of its own, as a user who may do just that. */
export class TektonTester {
  readonly real = new RealCluster();
  readonly project = temporaryFolder('mlops-project-');
  core: ICore;
  runs: IRuns;
  stage: IStage;
  namespace = '';

  constructor() {
    this.core = buildCore();
    ({ runs: this.runs, stage: this.stage } = this._open());
  }

  static async start(): Promise<TektonTester> {
    const tester = new TektonTester();
    const { real, project } = tester;
    tester.namespace = await real.makeNamespace({
      'pod-security.kubernetes.io/enforce': 'restricted'
    });
    const { namespace } = tester;
    await tester._makeClaim();
    const token = await real.makeUser(namespace, 'anna', tektonRules());
    const kubeconfig = real.writeKubeconfig([
      { name: 'dev', namespace, user: { token } }
    ]);
    writeFileSync(
      join(project, 'mlops.yaml'),
      stringify({
        engine: 'tekton',
        cluster: { context: 'dev', kubeconfig },
        tekton: { image: STEP_IMAGE, claim: 'runs', runAsUser: STEP_USER }
      })
    );
    return tester;
  }

  /** Writes a notebook: texts that begin with `# ` are headings, the others cells. */
  notebook(name: string, cells: (string | [string, object])[]): string {
    const path = join(this.project, `${name}.ipynb`);
    const content = {
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: 'python3', display_name: 'Python 3' } },
      cells: cells.map((cell, index) => {
        const [source, metadata] = typeof cell === 'string' ? [cell, {}] : cell;
        const shared = { id: `c${index}`, metadata, source };
        return source.startsWith('# ')
          ? { cell_type: 'markdown', ...shared }
          : { cell_type: 'code', ...shared, outputs: [], execution_count: null };
      })
    };
    writeFileSync(path, JSON.stringify(content));
    return path;
  }

  start(notebook: string, engine?: string): Promise<RunDetail> {
    return this.runs.start({ notebook, engine, cache: false }, ANNA, { kind: 'user' });
  }

  async run(notebook: string, engine?: string): Promise<RunDetail> {
    return this.runs.ended((await this.start(notebook, engine)).id);
  }

  async retry(id: string): Promise<RunDetail> {
    return this.runs.ended((await this.runs.retry(id, ANNA)).id);
  }

  stop(id: string): Promise<RunDetail> {
    return this.runs.stop(id, ANNA);
  }

  /** Waits until a run is as wished. */
  async until(id: string, holds: (run: RunDetail) => boolean): Promise<RunDetail> {
    const deadline = Date.now() + 90_000;
    for (;;) {
      const run = this.runs.get(id);
      if (holds(run)) {
        return run;
      }
      if (Date.now() > deadline) {
        throw new Error(`It never came to that: ${JSON.stringify(run.steps)}`);
      }
      await new Promise(resolve => setTimeout(resolve, 100));
    }
  }

  /** Another gateway on the same data home. */
  async restart(): Promise<void> {
    await this.stage.close();
    this.core.database.close();
    this.core = reopenCore(this.core);
    ({ runs: this.runs, stage: this.stage } = this._open());
    await this.stage.start();
  }

  /** Names of what is there of a kind. */
  async names(resource: IResource): Promise<string[]> {
    const names: string[] = [];
    await this.real.admin.client.list(resource, this.namespace, object =>
      names.push(object.metadata.name)
    );
    return names;
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this._clusters.close();
    discardCore(this.core);
    rmSync(this.project, { recursive: true, force: true });
    if (HOST_PATH !== undefined) {
      const { client } = this.real.admin;
      await client.delete(VOLUMES, { name: this.namespace });
    }
    await this.real.close();
  }

  private async _makeClaim(): Promise<void> {
    const { client } = this.real.admin;
    const { namespace } = this;
    const size = { storage: '1Gi' };
    const storageClassName = HOST_PATH === undefined ? undefined : 'mlops-test';
    if (HOST_PATH !== undefined) {
      await client.create(VOLUMES, undefined, {
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: namespace },
        spec: {
          capacity: size,
          accessModes: ['ReadWriteOnce'],
          storageClassName,
          hostPath: { path: HOST_PATH },
          claimRef: { namespace, name: 'runs' }
        }
      });
    }
    await client.create(CLAIMS, namespace, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'runs' },
      spec: {
        accessModes: ['ReadWriteOnce'],
        storageClassName,
        resources: { requests: size }
      }
    });
  }

  private _open(): ReturnType<typeof createPipelinesStage> {
    return createPipelinesStage(this.core, convert, this._clusters);
  }

  private readonly _clusters = new Clusters({
    pins: new Pins(),
    environment: process.env
  });
}
