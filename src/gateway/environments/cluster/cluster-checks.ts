import type { Check } from '../../../contract/promotion';
import { MlopsError } from '../../../contract/mlops-error';
import { askRegistry } from '../../images/ask-registry';
import { requireRights } from '../../kube/access-review';
import type { Cluster } from '../../kube/cluster';
import type { IFoundProject } from '../../project/read-project';
import { INFERENCE_SERVICES, neededRights } from '../../serving/kserve/resources';
import type { ClusterTarget } from '../manifests/target';
import { applicationCheck, type IApplicationCheck } from './application-check';

export interface IClusterCheckInput extends IApplicationCheck {
  target: ClusterTarget;
  cluster: Cluster;
}

/** Whether the project's registry takes the images. */
export async function registryCheck(
  found: IFoundProject,
  environment: NodeJS.ProcessEnv
): Promise<Check> {
  const { state, detail } = await askRegistry(found, environment);
  return {
    code: 'registry',
    title: 'Registry takes the images',
    result: state === 'ready' ? 'passed' : 'failed',
    summary: `${detail}.`.replace(/\.\.$/, '.'),
    evidence: null
  };
}

/**
 * Whether a cluster could serve a release, asked as the user before anything is changed.
 *
 * @throws MlopsError where the cluster cannot be asked
 */
export async function clusterChecks(input: IClusterCheckInput): Promise<Check[]> {
  return [await servingCheck(input), await applicationCheck(input)];
}

async function servingCheck({ cluster, target }: IClusterCheckInput): Promise<Check> {
  const check = { code: 'kserve', title: 'KServe can be asked', evidence: null };
  const { user, cluster: name } = await cluster.identity();
  if (!(await cluster.discovery.serves(INFERENCE_SERVICES))) {
    const summary = `KServe is not installed on the cluster ${name}. Ask for KServe or OpenShift AI there.`;
    return { ...check, result: 'failed', summary };
  }
  try {
    await requireRights(cluster.client, neededRights(target.namespace));
    const summary = `${user} may follow and ask models in ${target.namespace}.`;
    return { ...check, result: 'passed', summary };
  } catch (error) {
    if (error instanceof MlopsError && error.body.code === 'cluster-not-allowed') {
      const { message, action } = error.body;
      const summary = [message, action].filter(Boolean).join(' ');
      return { ...check, result: 'failed', summary };
    }
    throw error;
  }
}
