/** The bike story on a cluster: who acts there, what serves, what holds a promotion up. */
import type { ClusterStatus } from '../../contract/cluster';
import type { Environment } from '../../contract/environment';
import type { ApiError } from '../../contract/error';
import type { Promotion } from '../../contract/promotion';
import * as story from './story';

export const TARGET = 'dev-cluster';
const SERVER = 'https://api.dev.example.com:6443';

/** What tells a run in pods from one on this computer. */
export const IN_PODS = {
  engine: 'tekton',
  place: {
    cluster: TARGET,
    namespace: 'ml-team',
    name: 'demand-1f2e',
    pods: { load: 'demand-1f2e-load-pod', train: 'demand-1f2e-train-pod' }
  }
};

export function clusterStatus(parts: Partial<ClusterStatus> = {}): ClusterStatus {
  return {
    identity: {
      source: 'kubeconfig',
      context: 'ml-dev',
      user: 'anna',
      groups: ['data-science'],
      proven: true,
      namespace: 'ml-team',
      cluster: TARGET,
      server: SERVER
    },
    version: 'v1.34.4',
    problem: null,
    adapters: [
      {
        stage: 'pipelines',
        adapter: 'tekton',
        state: 'ready',
        detail: 'Tekton Pipelines in ml-team'
      },
      {
        stage: 'environments',
        adapter: 'argocd',
        state: 'not-allowed',
        detail: 'You may not list applications.argoproj.io in argocd.'
      },
      {
        stage: 'serving',
        adapter: 'kserve',
        state: 'not-installed',
        detail: 'KServe is not installed: the cluster does not know serving.kserve.io.'
      }
    ],
    engine: 'tekton',
    ...parts
  };
}

/** The context means bob now, who is not who the project has worked as. */
export function changedIdentity(): ClusterStatus {
  return clusterStatus({
    identity: null,
    version: null,
    adapters: [],
    problem: {
      code: 'cluster-identity-changed',
      message:
        'The context ‘ml-dev’ now means bob, and meant anna before: nothing was done as somebody else.',
      action: 'Log in as anna again, or accept the change.',
      details: {
        before: { user: 'anna', server: SERVER },
        now: { user: 'bob', server: SERVER }
      }
    }
  });
}

export function expiredSession(): ClusterStatus {
  return clusterStatus({
    identity: null,
    version: null,
    adapters: [],
    problem: {
      code: 'cluster-session-expired',
      message: 'Your session on dev-cluster has expired.',
      action: 'Log in again: `oc login https://api.dev.example.com:6443`'
    }
  });
}

export const PULL_TROUBLE: ApiError = {
  code: 'pod-image',
  message: 'The image of the pod cannot be pulled.',
  cause: 'registry.example.com refuses it.',
  action: 'Check the pull secret of ml-team.'
};

export function deploying(parts: Partial<Promotion> = {}): Promotion {
  return story.promotion({
    progress: 'Argo CD has applied the commit; 1 of 2 pods is ready.',
    ...parts
  });
}

export function environment(
  name: 'dev' | 'prod',
  version: number | null,
  replicas = { ready: 2, total: 2 }
): Environment {
  const plain = story.environment(name, version);
  return {
    ...plain,
    target: TARGET,
    endpoints: plain.endpoints.map(endpoint => ({
      ...endpoint,
      replicas,
      address: null
    }))
  };
}
