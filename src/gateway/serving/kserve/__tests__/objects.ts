import { KubeObject } from '../../../kube/kube-object';
import {
  seenPod,
  seenService,
  type ISeenPod,
  type ISeenService
} from '../seen-objects';

export const digest = (character: string): string => `sha256:${character.repeat(64)}`;
export const NEW = digest('a');
export const OLD = digest('b');
export const SERVER = digest('c');

export const REGISTRY = 'registry.example.com/ml';

export function condition(
  type: string,
  status: 'True' | 'False' | 'Unknown',
  reason = '',
  message = ''
): object {
  return { type, status, reason, message, lastTransitionTime: '2026-08-01T10:00:00Z' };
}

/** An InferenceService as KServe 0.20 writes it in Standard mode. */
export function serviceObject(parts: {
  digest?: string;
  conditions?: object[];
  modelStatus?: object;
  logger?: string;
}): object {
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: {
      name: 'fraud',
      namespace: 'ml-team',
      uid: 'service',
      resourceVersion: '10',
      generation: 2,
      annotations: { 'serving.kserve.io/deploymentMode': 'Standard' }
    },
    spec: {
      predictor: {
        minReplicas: 1,
        maxReplicas: 1,
        ...(parts.logger ? { logger: { mode: 'all', url: parts.logger } } : {}),
        model: {
          modelFormat: { name: 'sklearn' },
          name: '',
          protocolVersion: 'v2',
          resources: {},
          runtime: 'fraud-runtime',
          storageUri: `oci://${REGISTRY}/fraud@${parts.digest ?? NEW}`
        }
      }
    },
    status: {
      address: { url: 'http://fraud-predictor.ml-team.svc.cluster.local' },
      components: { predictor: {} },
      conditions: parts.conditions ?? [
        condition('IngressReady', 'True'),
        condition('PredictorReady', 'True'),
        condition('Ready', 'True'),
        condition('Stopped', 'False')
      ],
      deploymentMode: 'Standard',
      modelStatus: parts.modelStatus ?? {
        copies: { failedCopies: 0, totalCopies: 1 },
        states: { activeModelState: 'Loaded', targetModelState: 'Loaded' },
        transitionStatus: 'UpToDate'
      },
      observedGeneration: 1,
      url: 'http://fraud-predictor.ml-team.svc.cluster.local'
    }
  };
}

const RUNNING = { running: { startedAt: '2026-08-01T10:00:00Z' } };
const DONE = { terminated: { exitCode: 0, reason: 'Completed' } };

export interface IPodParts {
  name?: string;
  digest?: string;
  server?: string;
  ready?: boolean;
  leaving?: boolean;
  template?: string;
  createdAt?: string;
  phase?: string;
  conditions?: object[];
  reason?: string;
  message?: string;
  /** State of the model server's container. */
  main?: object;
  /** State of the container that looks into the model image before the others start. */
  init?: object;
  noStatus?: boolean;
}

/** A pod as KServe makes it for `oci://`: the model's image beside the server, and before it. */
export function podObject(parts: IPodParts = {}): object {
  const { ready = false, digest: model = NEW, server = SERVER } = parts;
  const image = `${REGISTRY}/fraud@${model}`;
  const conditions = parts.conditions ?? [
    condition('PodScheduled', 'True'),
    condition('Initialized', 'True'),
    condition('Ready', ready ? 'True' : 'False', ready ? '' : 'ContainersNotReady')
  ];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: parts.name ?? 'fraud-predictor-6d5f-x2x9k',
      namespace: 'ml-team',
      uid: parts.name ?? 'pod',
      resourceVersion: '11',
      creationTimestamp: parts.createdAt ?? '2026-08-01T10:00:00Z',
      labels: {
        'serving.kserve.io/inferenceservice': 'fraud',
        'pod-template-hash': parts.template ?? '6d5f'
      },
      ...(parts.leaving ? { deletionTimestamp: '2026-08-01T10:05:00Z' } : {})
    },
    spec: {
      shareProcessNamespace: true,
      initContainers: [{ name: 'modelcar-init', image }],
      containers: [
        { name: 'kserve-container', image: `${REGISTRY}/mlserver@${server}` },
        { name: 'modelcar', image }
      ],
      volumes: [{ name: 'kserve-provision-location', emptyDir: {} }]
    },
    status: parts.noStatus
      ? {}
      : {
          phase: parts.phase ?? 'Running',
          reason: parts.reason,
          message: parts.message,
          conditions,
          initContainerStatuses: [
            { name: 'modelcar-init', restartCount: 0, state: DONE, ...parts.init }
          ],
          containerStatuses: [
            {
              name: 'kserve-container',
              restartCount: 0,
              state: RUNNING,
              ...parts.main
            },
            { name: 'modelcar', restartCount: 0, state: RUNNING }
          ]
        }
  };
}

export const service = (
  parts: Parameters<typeof serviceObject>[0] = {}
): ISeenService => seenService(KubeObject.parse(serviceObject(parts)));

export const pod = (parts: IPodParts = {}): ISeenPod =>
  seenPod(KubeObject.parse(podObject(parts)));
