import { MlopsError } from '../../../contract/mlops-error';
import type { IModelServer } from '../../serving/port';
import type { IDeclaredRelease } from '../manifests/release-reader';
import { isCluster, type Target } from '../manifests/target';
import type { ClusterTargets } from './cluster-targets';

/** What serves a release where its environment runs. @throws MlopsError `manifest-broken` */
export function serverOf(
  release: IDeclaredRelease,
  target: Target,
  { targets, modelServer }: { targets: ClusterTargets; modelServer: IModelServer }
): IModelServer {
  if (!isCluster(target)) {
    return modelServer;
  }
  if (release.images === null) {
    throw new MlopsError('refused', {
      code: 'manifest-broken',
      message: `${release.environment} runs on ${target.name}, and what it declares for ${release.model} names no image of a registry.`,
      action: `Promote ${release.model} to ${release.environment} again.`
    });
  }
  return targets.modelServer(target, release.images);
}
