import type { OciLayout } from '../images/oci-layout';
import type { IModels } from '../models/port';
import type { ClusterTargets } from './cluster/cluster-targets';
import { followDeployment } from './cluster/follow-deployment';
import { publishImages } from './cluster/publish-images';
import type { Deployments } from './deployments';
import type { EndpointRegistry } from './endpoint/endpoint-registry';
import { isCluster } from './manifests/target';
import type { Deployed, IDeployer } from './promotion/promotion-job';
import type { PromotionRecord } from './promotion/promotion-record';
import type { FindProject } from './promotion/rules';
import type { IReconciler } from './reconciler/port';

/** Brings promoted releases about, on this computer or on a cluster. */
export class Deployer implements IDeployer {
  constructor(private readonly _options: Deployer.IOptions) {}

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
    const { reconciler, endpoints, targets } = this._options;
    if (revision !== null) {
      // Whoever merged it, it is read here first.
      await reconciler.reached({ environment, model, revision }, { signal });
    }
    const endpoint = endpoints.find(environment, model);
    const release = endpoint?.wanted?.release;
    if (!endpoint || release?.digest !== record.digest || release.app !== record.app) {
      return { state: 'superseded' };
    }
    return isCluster(target) && revision !== null
      ? followDeployment({
          release,
          wanted: { environment, model, revision, namespace: target.namespace },
          endpoint,
          reconciler: await targets.reconciler(target),
          signal,
          onNews
        })
      : endpoint.reached(release, signal);
  }

  released({ environment, model, digest, version, revision }: PromotionRecord): void {
    const { deployments, models } = this._options;
    deployments.add({
      environment,
      model,
      digest,
      revision: revision ?? '',
      at: new Date().toISOString()
    });
    models.setReleased(environment, model, version);
  }
}

export namespace Deployer {
  export interface IOptions {
    reconciler: IReconciler;
    endpoints: EndpointRegistry;
    targets: ClusterTargets;
    models: IModels;
    imageStore: OciLayout;
    deployments: Deployments;
    findProject: FindProject;
  }
}
