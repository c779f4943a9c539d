import { pino } from 'pino';

import type { ModelVersion } from '../../src/contract/model';
import { ServingSettings } from '../../src/contract/serving';
import { buildVersion } from '../../src/gateway/environments/__tests__/model-builder';
import { KSERVE_NEEDS, type IAdapterNeeds } from '../../src/gateway/kube/adapter-needs';
import { PODS } from '../../src/gateway/kube/resource';
import type { IEventOrigin } from '../../src/gateway/monitoring/collector/annotations';
import { KServeModelServer } from '../../src/gateway/serving/kserve/kserve-model-server';
import type { IServedModel, IServeOptions } from '../../src/gateway/serving/port';
import {
  INFERENCE_SERVICES,
  SERVING_RUNTIMES
} from '../../src/gateway/serving/kserve/resources';
import { seenPod, type ISeenPod } from '../../src/gateway/serving/kserve/seen-objects';
import { servingManifests } from '../../src/gateway/serving/kserve/serving-manifests';
import { RealCluster } from './real-cluster';

/** Image of MLServer with scikit-learn, by digest, where the cluster has KServe and can get it. */
export const SERVING_IMAGE = process.env.SERVING_IMAGE;
/** Four images of a model `fraud`, by digest; see README.md. */
const MODEL_IMAGES = (process.env.MODEL_IMAGES ?? '').split(',');
/** `FROM=TO,…`: folders of the one node that the serving image needs, where it does not hold them. */
const HOST_PATHS = (process.env.SERVING_HOST_PATHS ?? '').split(',').filter(Boolean);

/** Puts manifests on a cluster as Argo CD would, and follows them as a user who may do just that. */
export class KServeTester {
  readonly real = new RealCluster();
  namespace = '';

  static async start(needs: IAdapterNeeds[] = [KSERVE_NEEDS]): Promise<KServeTester> {
    const tester = new KServeTester();
    const { real } = tester;
    const namespace = await real.makeNamespace();
    tester.namespace = namespace;
    const rules = needs
      .flatMap(({ rights }) => rights)
      .map(({ resource, subresource, verbs }) => ({
        apiGroups: [resource.group],
        resources: [
          subresource ? `${resource.plural}/${subresource}` : resource.plural
        ],
        verbs
      }));
    const token = await real.makeUser(namespace, 'scientist', rules);
    real.writeKubeconfig([{ name: 'dev', namespace, user: { token } }]);
    return tester;
  }

  /** A version whose model image is one of the four. */
  version(number: 1 | 2 | 3 | 4): ModelVersion {
    return this.versionOf(number, MODEL_IMAGES[number - 1]);
  }

  versionOf(number: number, image: string): ModelVersion {
    this._images.set(number, image);
    return {
      ...buildVersion({ model: 'fraud', version: number }),
      image: image.slice(image.indexOf('@') + 1)
    };
  }

  /** Declares a version. */
  async apply(
    { version }: ModelVersion,
    settings: object = {},
    collected?: IEventOrigin
  ): Promise<void> {
    const { inferenceService, servingRuntime } = servingManifests({
      namespace: this.namespace,
      model: 'fraud',
      kind: 'sklearn',
      modelImage: this._images.get(version) ?? '',
      settings: ServingSettings.parse({
        image: SERVING_IMAGE,
        cpu: '500m',
        memory: '512Mi',
        ...settings
      }),
      collected,
      labels: {},
      annotations: {}
    });
    await this._put(SERVING_RUNTIMES, withHostPaths(servingRuntime));
    await this._put(INFERENCE_SERVICES, inferenceService);
  }

  /** Waits until the cluster serves a version as declared. */
  serve(
    version: ModelVersion,
    readyWithin = 120_000,
    options: IServeOptions = {}
  ): Promise<IServedModel> {
    return new KServeModelServer({
      cluster: this.real.open('dev'),
      namespace: this.namespace,
      images: {
        model: version.image ?? '',
        server: (SERVING_IMAGE ?? '').replace(/^.*@/, '')
      },
      readyWithin,
      log: pino({ level: 'silent' })
    }).serve(version, options);
  }

  async pods(): Promise<ISeenPod[]> {
    const pods: ISeenPod[] = [];
    await this.real.admin.client.list(PODS, this.namespace, object =>
      pods.push(seenPod(object))
    );
    return pods;
  }

  async close(): Promise<void> {
    await this.real.close();
  }

  private async _put(
    resource: typeof INFERENCE_SERVICES,
    manifest: ReturnType<typeof servingManifests>['inferenceService']
  ): Promise<void> {
    const { client } = this.real.admin;
    const { namespace } = this;
    const name = manifest.metadata.name ?? '';
    if (this._made.has(resource.plural)) {
      await client.patch(resource, { namespace, name }, { spec: manifest.spec });
    } else {
      await client.create(resource, namespace, manifest);
      this._made.add(resource.plural);
    }
  }

  private readonly _images = new Map<number, string>();
  private readonly _made = new Set<string>();
}

type Manifest = ReturnType<typeof servingManifests>['servingRuntime'];

function withHostPaths(runtime: Manifest): Manifest {
  const spec = runtime.spec as { containers: object[] };
  const paths = HOST_PATHS.map((pair, index) => {
    const [path, mountPath] = pair.split('=');
    return { name: `host-${index}`, path, mountPath };
  });
  const volumeMounts = paths.map(({ name, mountPath }) => ({
    name,
    mountPath,
    readOnly: true
  }));
  return {
    ...runtime,
    spec: {
      ...spec,
      containers: spec.containers.map(container => ({ ...container, volumeMounts })),
      volumes: paths.map(({ name, path }) => ({ name, hostPath: { path } }))
    }
  };
}
