import type { AdapterStatus } from '../../contract/status';
import { toApiError } from '../jobs/jobs';
import { missingRights } from './access-review';
import type { IAdapterNeeds } from './adapter-needs';
import type { Discovery } from './discovery';
import type { KubeClient } from './kube-client';
import { qualifiedResource, type IRequestSubject } from './request-subject';

/** Whether an adapter can work in this namespace: installed, allowed, and if not, what is missing. */
export async function adapterFacts(
  needs: IAdapterNeeds,
  on: { client: KubeClient; discovery: Discovery; namespace: string }
): Promise<AdapterStatus> {
  const { stage, adapter } = needs;
  try {
    return { stage, adapter, ...(await judge(needs, on)) };
  } catch (error) {
    return { stage, adapter, state: 'failed', detail: toApiError(error).message };
  }
}

async function judge(
  { product, rights }: IAdapterNeeds,
  {
    client,
    discovery,
    namespace
  }: { client: KubeClient; discovery: Discovery; namespace: string }
): Promise<Pick<AdapterStatus, 'state' | 'detail'>> {
  for (const { resource } of rights) {
    if (!(await discovery.serves(resource))) {
      const { group, version, plural } = resource;
      const others = await discovery.versions(group);
      return {
        state: 'not-installed',
        detail:
          others.length === 0
            ? `${product} is not installed: the cluster does not know ${group}.`
            : `${product} is there without ${plural} ${version}; of ${group} it has ${others.join(', ')}.`
      };
    }
  }
  const subjects: IRequestSubject[] = rights.flatMap(({ verbs, ...what }) =>
    verbs.map(verb => ({ verb, namespace, ...what }))
  );
  const missing = await missingRights(client, subjects);
  return missing.length === 0
    ? { state: 'ready', detail: `${product} in ${namespace}` }
    : {
        state: 'not-allowed',
        detail: `You may not ${listed(missing.map(({ right }) => right))} in ${namespace}.`
      };
}

/** `create, watch pipelineruns.tekton.dev; get pods/log` */
function listed(rights: IRequestSubject[]): string {
  const byResource = Map.groupBy(rights, qualifiedResource);
  return [...byResource]
    .map(([resource, ones]) => `${ones.map(({ verb }) => verb).join(', ')} ${resource}`)
    .join('; ');
}
