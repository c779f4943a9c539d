import { objectName } from '../../kube/object-name';
import { yamlText } from '../manifests/yaml-text';
import { ENVIRONMENTS } from '../manifests/layout';
import { USUAL_NAMESPACES } from './resources';

interface IOfferedApplication {
  environment: string;
  /** Namespace that serves the environment's models. */
  destination: string;
  /** Address of the repository as Argo CD is to know it. */
  repository: string;
  branch: string;
  /** Where Argo CD looks for Applications. */
  namespace: string;
}

/**
 * The manifest of an Application for an environment, with all of its models: applied by itself, put
 * back when somebody changes it by hand, and nothing ever deleted.
 */
function offeredApplication(parts: IOfferedApplication): string {
  const { environment, destination, repository, branch, namespace } = parts;
  return yamlText({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: objectName([`models-${destination}`]), namespace },
    spec: {
      project: 'default',
      source: {
        repoURL: repository,
        targetRevision: branch,
        path: `${ENVIRONMENTS}/${environment}`,
        // Our own rules lie beside the models, and are no object of a cluster.
        directory: { recurse: true, exclude: 'environment.yaml' }
      },
      destination: { server: 'https://kubernetes.default.svc', namespace: destination },
      syncPolicy: { automated: { prune: false, selfHeal: true } }
    }
  });
}

/** Where was looked for an Application, as a sentence says it, and the manifest of the one that is missing. */
export function missingApplication(
  parts: Omit<IOfferedApplication, 'namespace'> & { namespace?: string },
  places: (string | undefined)[]
): { looked: string; manifest: string } {
  const namespace = parts.namespace ?? places.at(0) ?? USUAL_NAMESPACES[0];
  return {
    looked: places.includes(undefined) ? 'any namespace' : places.join(', '),
    manifest: offeredApplication({ ...parts, namespace })
  };
}
