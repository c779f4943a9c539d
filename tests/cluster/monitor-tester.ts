import { readdirSync, readFileSync } from 'node:fs';

import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

import { CollectorSettings } from '../../src/contract/collector';
import type { ModelVersion } from '../../src/contract/model';
import { buildCore, discardCore } from '../../src/gateway/__tests__/core-builder';
import type { ICore } from '../../src/gateway/core';
import { COLLECTOR_NEEDS, KSERVE_NEEDS } from '../../src/gateway/kube/adapter-needs';
import { KubeObject, type IManifest } from '../../src/gateway/kube/kube-object';
import { podExec } from '../../src/gateway/kube/pod-exec';
import { PODS, SERVICES, type IResource } from '../../src/gateway/kube/resource';
import {
  askStage,
  FormulaServer,
  KnownModels,
  noRuns,
  OneEndpoint,
  profileOf,
  recordedHours
} from '../../src/gateway/monitoring/__tests__/monitoring-builder';
import { collectorManifests } from '../../src/gateway/monitoring/collector/collector-manifests';
import { COLLECTOR } from '../../src/gateway/monitoring/collector/place';
import { collectorPlace } from '../../src/gateway/monitoring/collected/collector-place';
import { MonitoringStage } from '../../src/gateway/monitoring/monitoring-stage';
import { KServeTester } from './kserve-tester';
import { eventually } from './real-cluster';

/** Image with the project's wheel, by digest. */
export const MONITOR_IMAGE = process.env.MONITOR_IMAGE;

const RESOURCES: Record<string, IResource> = {
  Deployment: { group: 'apps', version: 'v1', plural: 'deployments', namespaced: true },
  Service: SERVICES,
  NetworkPolicy: {
    group: 'networking.k8s.io',
    version: 'v1',
    plural: 'networkpolicies',
    namespaced: true
  }
};
const Manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() })
});
const Ready = z.looseObject({
  status: z.looseObject({
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })),
    containerStatuses: z.array(z.looseObject({ restartCount: z.number() })).optional()
  })
});

/** A collector in a namespace with models, and gateways that read from it. */
export class MonitorTester {
  private constructor(readonly kserve: KServeTester) {}

  static async start(): Promise<MonitorTester> {
    const tester = new MonitorTester(
      await KServeTester.start([KSERVE_NEEDS, COLLECTOR_NEEDS])
    );
    await tester._restrict();
    const settings = CollectorSettings.parse({ image: MONITOR_IMAGE, cpu: '300m' });
    const text = collectorManifests(tester.namespace, settings);
    for (const document of parseAllDocuments(text)) {
      const manifest: IManifest = Manifest.parse(document.toJS());
      await tester.admin.create(
        RESOURCES[manifest.kind ?? ''],
        tester.namespace,
        manifest
      );
    }
    await eventually(() => tester.collectorReady(), 120_000);
    return tester;
  }

  get namespace(): string {
    return this.kserve.namespace;
  }

  get admin() {
    return this.kserve.real.admin.client;
  }

  async collectorPods(): Promise<KubeObject[]> {
    const pods: KubeObject[] = [];
    await this.admin.list(PODS, this.namespace, pod => pods.push(pod), {
      labelSelector: `app.kubernetes.io/name=${COLLECTOR}`
    });
    return pods;
  }

  /** The one pod that is ready. @throws while none is */
  async collectorReady(): Promise<{ name: string; restarts: number }> {
    const pods = await this.collectorPods();
    const [pod] = pods.filter(({ metadata }) => !metadata.deletionTimestamp);
    const { conditions, containerStatuses } = Ready.parse(pod).status;
    if (!conditions.some(one => one.type === 'Ready' && one.status === 'True')) {
      throw new Error('the collector is not ready');
    }
    return {
      name: pod.metadata.name,
      restarts: containerStatuses?.[0].restartCount ?? 0
    };
  }

  /**
   * SIGKILL to the collector, where its node is this computer; elsewhere SIGTERM, since process 1 of a
   * container takes no SIGKILL from within.
   */
  async killCollector(): Promise<void> {
    const { name, restarts } = await this.collectorReady();
    const pid = processOf(this.namespace);
    if (pid === null) {
      const at = { namespace: this.namespace, name, container: COLLECTOR };
      const exec = await podExec(this.admin, at, ['sh', '-c', 'kill 1']);
      exec.stdout.on('error', () => undefined).resume();
    } else {
      process.kill(pid, 'SIGKILL');
    }
    await eventually(async () => {
      const now = await this.collectorReady();
      if (now.restarts === restarts) {
        throw new Error('the collector still runs');
      }
    }, 60_000);
  }

  /** As when its node is drained: its storage goes with it. */
  async deleteCollectorPod(): Promise<void> {
    const { name } = await this.collectorReady();
    await this.admin.delete(PODS, { namespace: this.namespace, name });
    await eventually(async () => {
      if ((await this.collectorReady()).name === name) {
        throw new Error('the pod is still there');
      }
    }, 120_000);
  }

  async close(): Promise<void> {
    await this.kserve.close();
  }

  /** Pods that Pod Security calls restricted, and none other. */
  private async _restrict(): Promise<void> {
    await this.admin.patch(
      { group: '', version: 'v1', plural: 'namespaces', namespaced: false },
      { name: this.namespace },
      { metadata: { labels: { 'pod-security.kubernetes.io/warn': 'restricted' } } }
    );
  }
}

/** A gateway's monitoring that reads the collector as the user. */
export class ReadingGateway {
  readonly core: ICore = buildCore();
  private _stage: MonitoringStage | null = null;

  constructor(
    private readonly _tester: MonitorTester,
    private readonly _version: ModelVersion
  ) {}

  async start(): Promise<void> {
    const { namespace, kserve } = this._tester;
    const cluster = kserve.real.open('dev');
    this._stage = new MonitoringStage(this.core, {
      runs: noRuns(),
      models: new KnownModels(
        [this._version],
        profileOf(recordedHours('2011-01-01', '2011-04-01'))
      ).asModels(),
      environments: new OneEndpoint(),
      modelServer: new FormulaServer({}),
      collectors: async () => [await collectorPlace(cluster, namespace, ['prod'])]
    });
    await this._stage.start();
  }

  /** Gives the last label; says whether its request was known. */
  feedback(id: string, value: number): Promise<unknown> {
    return askStage(
      this._open(),
      'feedback',
      { labels: [{ id, row: 0, value }] },
      {
        environment: 'prod',
        model: this._version.model
      }
    );
  }

  async detail(): Promise<string> {
    const status = await this._open().status();
    return status.find(({ adapter }) => adapter === 'collector')?.detail ?? '';
  }

  /** Ids of what is stored, in their order. */
  get ids(): unknown[] {
    return this.core.database
      .all('SELECT id FROM payloads ORDER BY number')
      .map(({ id }) => id);
  }

  get rows(): Record<string, unknown>[] {
    return this.core.database.all(
      'SELECT event_time, features, prediction, label FROM payload_rows ORDER BY payload, row'
    );
  }

  async stop(): Promise<void> {
    await this._stage?.close();
    this._stage = null;
  }

  async close(): Promise<void> {
    await this.stop();
    discardCore(this.core);
  }

  private _open(): MonitoringStage {
    if (!this._stage) {
      throw new Error('the gateway does not run');
    }
    return this._stage;
  }
}

/** The collector of a namespace among the processes of this computer; null where it is none of them. */
function processOf(namespace: string): number | null {
  for (const pid of readdirSync('/proc').filter(name => /^[0-9]+$/.test(name))) {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (words.includes('serve') && words.at(-2) === namespace) {
        return Number(pid);
      }
    } catch {
      // It has ended meanwhile.
    }
  }
  return null;
}
