import { MlopsError } from '../../../contract/mlops-error';
import { mayI } from '../../kube/access-review';
import type { KubeClient } from '../../kube/kube-client';
import type { IResource } from '../../kube/resource';
import { APPLICATIONS, USUAL_NAMESPACES } from './resources';

/**
 * The namespaces whose Applications may be read: undefined stands for all of them at once.
 *
 * @param named The only one to look at, where `mlops.yaml` names it.
 * @throws MlopsError `argocd-not-readable` where there is none
 */
export async function readablePlaces(
  client: KubeClient,
  named: string | undefined
): Promise<(string | undefined)[]> {
  if (named === undefined && (await mayFollow(client, APPLICATIONS, undefined))) {
    return [undefined];
  }
  const { namespace, user } = await client.identity();
  const candidates =
    named === undefined ? [...new Set([...USUAL_NAMESPACES, namespace])] : [named];
  const readable = await Promise.all(
    candidates.map(one => mayFollow(client, APPLICATIONS, one))
  );
  const places = candidates.filter((_, index) => readable[index]);
  if (places.length === 0) {
    throw notReadable(candidates, user);
  }
  return places;
}

/** Whether objects of a kind may be listed and watched there. */
export async function mayFollow(
  client: KubeClient,
  resource: IResource,
  namespace: string | undefined
): Promise<boolean> {
  const verdicts = await Promise.all(
    ['list', 'watch'].map(verb => mayI(client, { verb, resource, namespace }))
  );
  return verdicts.every(({ allowed }) => allowed);
}

function notReadable(candidates: string[], user: string): MlopsError {
  return new MlopsError('forbidden', {
    code: 'argocd-not-readable',
    message: `You may not list and watch Argo CD's Applications in ${candidates.join(', ')}, so what Argo CD does with the commit cannot be told.`,
    action: `Ask for a role in Argo CD's namespace that allows ‘list’ and ‘watch’ on ‘applications.argoproj.io’ to ${user}, or name another namespace under ‘gitops: argocd:’ in mlops.yaml.`,
    details: { namespaces: candidates, user }
  });
}
