import type { AdapterStatus } from '../../contract/status';
import { PODS, SERVICES, type IResource } from './resource';

/** What an adapter needs on a cluster: what is served there, and what may be done with it. */
export interface IAdapterNeeds {
  stage: AdapterStatus['stage'];
  adapter: string;
  /** What it is called where it is missing. */
  product: string;
  rights: INeededRight[];
  /** Namespaces where its objects are kept instead of the one to work in, unless a project names one. */
  places?: string[];
  /** What it can do without, and what is then different. */
  wishes?: { rights: INeededRight[]; without: string };
}

export interface INeededRight {
  resource: IResource;
  subresource?: string;
  verbs: string[];
}

function namespaced(group: string, version: string, plural: string): IResource {
  return { group, version, plural, namespaced: true };
}

/** What a run with Tekton needs from its beginning to its end. */
export const TEKTON_NEEDS: IAdapterNeeds = {
  stage: 'pipelines',
  adapter: 'tekton',
  product: 'Tekton Pipelines',
  rights: [
    {
      resource: namespaced('tekton.dev', 'v1', 'pipelineruns'),
      verbs: ['create', 'get', 'list', 'watch', 'patch']
    },
    {
      resource: namespaced('tekton.dev', 'v1', 'pipelines'),
      verbs: ['create', 'patch']
    },
    { resource: namespaced('tekton.dev', 'v1', 'taskruns'), verbs: ['list', 'watch'] },
    { resource: PODS, verbs: ['get', 'list', 'watch', 'create', 'delete'] },
    { resource: PODS, subresource: 'log', verbs: ['get'] },
    // A WebSocket begins with a GET; newer API servers ask for `create`, too.
    { resource: PODS, subresource: 'exec', verbs: ['get', 'create'] }
  ]
};

/** What following a model on KServe and asking it needs; its manifests are Argo CD's to apply. */
export const KSERVE_NEEDS: IAdapterNeeds = {
  stage: 'serving',
  adapter: 'kserve',
  product: 'KServe',
  rights: [
    {
      resource: namespaced('serving.kserve.io', 'v1beta1', 'inferenceservices'),
      verbs: ['get', 'list', 'watch']
    },
    { resource: PODS, verbs: ['get', 'list', 'watch'] },
    // Why a model could not be loaded
    { resource: PODS, subresource: 'log', verbs: ['get'] },
    // Requests and figures go through the API server
    { resource: PODS, subresource: 'proxy', verbs: ['get'] },
    { resource: SERVICES, subresource: 'proxy', verbs: ['get', 'create'] }
  ]
};

/** What reading the requests of KServe's models from their collector needs. */
export const COLLECTOR_NEEDS: IAdapterNeeds = {
  stage: 'monitoring',
  adapter: 'collector',
  product: 'Requests that a collector keeps',
  rights: [
    { resource: PODS, verbs: ['list'] },
    // A WebSocket begins with a GET; newer API servers ask for `create`, too.
    { resource: PODS, subresource: 'exec', verbs: ['get', 'create'] }
  ]
};

const APPLICATIONS = namespaced('argoproj.io', 'v1alpha1', 'applications');

/** What following Argo CD needs. */
export const ARGOCD_NEEDS: IAdapterNeeds & { places: string[] } = {
  stage: 'environments',
  adapter: 'argocd',
  product: 'Argo CD',
  rights: [{ resource: APPLICATIONS, verbs: ['list', 'watch'] }],
  places: ['argocd', 'openshift-gitops'],
  wishes: {
    rights: [{ resource: APPLICATIONS, verbs: ['patch'] }],
    without: 'it cannot be asked to look at once, and looks by itself every few minutes'
  }
};

/** The adapters that a cluster may make possible, in the order of the loop. */
export const ADAPTER_NEEDS: IAdapterNeeds[] = [
  TEKTON_NEEDS,
  ARGOCD_NEEDS,
  KSERVE_NEEDS,
  COLLECTOR_NEEDS
];
