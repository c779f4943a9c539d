import { MlopsError } from '../../../contract/mlops-error';
import type { Check } from '../../../contract/promotion';
import type { Cluster } from '../../kube/cluster';
import { readApplication, type IApplication } from '../argocd/application';
import { findApplicationSet } from '../argocd/application-set';
import { applicationName, notAutomated, skipped } from '../argocd/application-words';
import { coveringSource } from '../argocd/covered-place';
import { missingApplication } from '../argocd/offered-application';
import { readablePlaces } from '../argocd/readable-places';
import { APPLICATIONS } from '../argocd/resources';
import { releaseFolder } from '../manifests/layout';
import type { ClusterTarget } from '../manifests/target';
import type { IArgocdPlace } from './cluster-targets';

export interface IApplicationCheck {
  environment: string;
  model: string;
  target: ClusterTarget;
  cluster: Cluster;
  /** Null where the project names none. */
  argocd: IArgocdPlace | null;
}

const CHECK = { code: 'argocd', title: 'Argo CD takes the folder', evidence: null };

/** Whether an Application of Argo CD would bring a release about. */
export async function applicationCheck(input: IApplicationCheck): Promise<Check> {
  const { argocd, cluster } = input;
  if (argocd === null) {
    return noted(
      'mlops.yaml names no Argo CD: whoever applies what Git declares is waited for.'
    );
  }
  if (!(await cluster.discovery.serves(APPLICATIONS))) {
    const { cluster: name } = await cluster.identity();
    return {
      ...CHECK,
      result: 'failed',
      summary: `Argo CD is not installed on the cluster ${name}. Ask for it there, or take ‘argocd’ out of ‘gitops’ in mlops.yaml.`
    };
  }
  try {
    const places = await readablePlaces(cluster.client, argocd.namespace);
    return await ofPlaces(input, argocd, places);
  } catch (error) {
    if (error instanceof MlopsError && error.body.code === 'argocd-not-readable') {
      return noted(`${error.body.message} ${error.body.action ?? ''}`.trim());
    }
    throw error;
  }
}

async function ofPlaces(
  { environment, model, target, cluster }: IApplicationCheck,
  argocd: IArgocdPlace,
  places: (string | undefined)[]
): Promise<Check> {
  const { client } = cluster;
  const folder = releaseFolder(environment, model);
  const place = { ...argocd, folder };
  const found: IApplication[] = [];
  for (const namespace of places) {
    await client.list(APPLICATIONS, namespace, object => {
      const application = readApplication(object);
      if (!application.deleting && coveringSource(application, place) !== null) {
        found.push(application);
      }
    });
  }
  if (found.length > 0) {
    return ofApplications(found, folder);
  }
  const set = await findApplicationSet(client, places, argocd.repository);
  if (set !== null) {
    return noted(`The ApplicationSet ${set} may make an Application for ${folder}.`);
  }
  const { looked, manifest } = missingApplication(
    { ...argocd, environment, destination: target.namespace },
    places
  );
  return {
    ...CHECK,
    result: 'failed',
    summary: `No Application of Argo CD in ${looked} takes ${folder} from the branch ${argocd.branch} of ${argocd.repository}. Have this one made, and its project allow it.`,
    evidence: manifest
  };
}

function ofApplications(found: IApplication[], folder: string): Check {
  const trouble = found.map(one =>
    one.isSkipped ? skipped(one) : one.automated ? null : notAutomated(one)
  );
  const first = trouble.find(error => error !== null);
  return first
    ? noted(`${first.message} ${first.action ?? ''}`.trim())
    : {
        ...CHECK,
        result: 'passed',
        summary: `${found.map(applicationName).join(', ')} takes ${folder}.`
      };
}

function noted(summary: string): Check {
  return { ...CHECK, result: 'noted', summary };
}
