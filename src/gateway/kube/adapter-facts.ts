import type { AdapterStatus } from '../../contract/status';
import { toApiError } from '../jobs/jobs';
import { missingRights } from './access-review';
import type { IAdapterNeeds, INeededRight } from './adapter-needs';
import type { Discovery } from './discovery';
import type { KubeClient } from './kube-client';
import { qualifiedResource, type IRequestSubject } from './request-subject';

interface IOn {
  client: KubeClient;
  discovery: Discovery;
  /** The one to work in. */
  namespace: string;
  /** Where the project says that the adapter's objects are. */
  named?: string;
}

type Facts = Pick<AdapterStatus, 'state' | 'detail'>;

/** Whether an adapter can work in this namespace: installed, allowed, and if not, what is missing. */
export async function adapterFacts(
  needs: IAdapterNeeds,
  on: IOn
): Promise<AdapterStatus> {
  const { stage, adapter } = needs;
  try {
    return { stage, adapter, ...(await judge(needs, on)) };
  } catch (error) {
    return { stage, adapter, state: 'failed', detail: toApiError(error).message };
  }
}

async function judge(needs: IAdapterNeeds, on: IOn): Promise<Facts> {
  const { product, rights } = needs;
  for (const { resource } of rights) {
    if (!(await on.discovery.serves(resource))) {
      const { group, version, plural } = resource;
      const others = await on.discovery.versions(group);
      return {
        state: 'not-installed',
        detail:
          others.length === 0
            ? `${product} is not installed: the cluster does not know ${group}.`
            : `${product} is there without ${plural} ${version}; of ${group} it has ${others.join(', ')}.`
      };
    }
  }
  const missing: string[] = [];
  for (const place of placesOf(needs, on)) {
    const words = await missingWords(on.client, rights, place);
    if (words === null) {
      return { state: 'ready', detail: await readyWords(needs, on.client, place) };
    }
    missing.push(words);
  }
  const places = placesOf(needs, on).filter(place => place !== undefined);
  return {
    state: 'not-allowed',
    detail: `You may not ${missing.at(-1)} in ${places.join(', ')}.`
  };
}

/** Where it may work, best first; undefined stands for all namespaces at once. */
function placesOf(
  { places }: IAdapterNeeds,
  { namespace, named }: IOn
): (string | undefined)[] {
  if (!places) {
    return [namespace];
  }
  return named === undefined
    ? [undefined, ...new Set([...places, namespace])]
    : [named];
}

async function readyWords(
  { product, wishes }: IAdapterNeeds,
  client: KubeClient,
  place: string | undefined
): Promise<string> {
  const words = `${product} in ${place ?? 'any namespace'}`;
  const isLess = wishes && (await missingWords(client, wishes.rights, place)) !== null;
  return isLess ? `${words}; ${wishes.without}` : words;
}

/** Null where nothing is missing. */
async function missingWords(
  client: KubeClient,
  rights: INeededRight[],
  namespace: string | undefined
): Promise<string | null> {
  const subjects: IRequestSubject[] = rights.flatMap(({ verbs, ...what }) =>
    verbs.map(verb => ({ verb, namespace, ...what }))
  );
  const missing = await missingRights(client, subjects);
  return missing.length === 0 ? null : listed(missing.map(({ right }) => right));
}

/** `create, watch pipelineruns.tekton.dev; get pods/log` */
function listed(rights: IRequestSubject[]): string {
  const byResource = Map.groupBy(rights, qualifiedResource);
  return [...byResource]
    .map(([resource, ones]) => `${ones.map(({ verb }) => verb).join(', ')} ${resource}`)
    .join('; ');
}
