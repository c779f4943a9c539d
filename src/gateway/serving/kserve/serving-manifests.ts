import type { ServingSettings } from '../../../contract/serving';
import type { IManifest } from '../../kube/kube-object';
import {
  originAnnotations,
  type IEventOrigin
} from '../../monitoring/collector/annotations';
import { collectorUrl } from '../../monitoring/collector/place';
import {
  HTTP_PORT,
  METRICS_PORT,
  METRICS_PORT_NAME,
  SERVER_CONTAINER,
  serviceName
} from './resources';

/** Loading a model must begin within this time; the container is started anew after it. */
const START_SECONDS = 300;
const PROBE_SECONDS = 2;

/** One model as a cluster serves it. */
export interface IServingParts {
  namespace: string;
  model: string;
  /** As MLServer's runtimes call it, such as `sklearn`. */
  kind: string;
  /** The derived model image: `registry/path@sha256:…`. */
  modelImage: string;
  settings: ServingSettings;
  /** What its requests are collected as, where the namespace has a collector. */
  collected?: IEventOrigin;
  labels: Record<string, string>;
  /** KServe hands them on to the pods. */
  annotations: Record<string, string>;
}

/**
 * What a cluster needs to serve a model with KServe, ready to be written to the GitOps repository.
 * Only what KServe keeps as it is stands in it, so that Argo CD finds no difference. Pure.
 */
export function servingManifests(parts: IServingParts): {
  inferenceService: IManifest;
  servingRuntime: IManifest;
} {
  return {
    inferenceService: inferenceService(parts),
    servingRuntime: servingRuntime(parts)
  };
}

function inferenceService(parts: IServingParts): IManifest {
  const { kind, modelImage, settings } = parts;
  const { serviceAccount, minReplicas, maxReplicas = minReplicas } = settings;
  // Who is named in the settings comes before the collector, and is not told whose the requests are.
  const collected = settings.logger === undefined ? parts.collected : undefined;
  const origin = collected ? originAnnotations(collected) : {};
  const name = serviceName(parts.model);
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: metadata(parts, name, {
      ...origin,
      'serving.kserve.io/deploymentMode': settings.deploymentMode,
      // An autoscaler with nothing to do would only complain of missing figures.
      ...(minReplicas === maxReplicas
        ? { 'serving.kserve.io/autoscalerClass': 'none' }
        : {})
    }),
    spec: {
      predictor: {
        ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
        minReplicas,
        maxReplicas,
        ...loggerOf(parts, Object.keys(origin)),
        model: {
          modelFormat: { name: kind },
          protocolVersion: 'v2',
          runtime: runtimeName(name),
          storageUri: `oci://${modelImage}`
        }
      }
    }
  };
}

function loggerOf({ settings, namespace }: IServingParts, sent: string[]): object {
  if (settings.logger !== undefined) {
    return { logger: { mode: 'all', url: settings.logger } };
  }
  return sent.length === 0
    ? {}
    : {
        logger: {
          mode: 'all',
          url: collectorUrl(namespace),
          metadataAnnotations: sent
        }
      };
}

function servingRuntime(parts: IServingParts): IManifest {
  const { kind, model, settings } = parts;
  const name = serviceName(model);
  const { cpu, memory } = settings;
  // MLServer alone is ready before it has a model, and stays so without one.
  const ready = {
    httpGet: { path: `/v2/models/${model}/ready`, port: HTTP_PORT },
    periodSeconds: PROBE_SECONDS
  };
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ServingRuntime',
    metadata: metadata(parts, runtimeName(name)),
    spec: {
      annotations: {
        'prometheus.kserve.io/port': String(METRICS_PORT),
        'prometheus.kserve.io/path': '/metrics'
      },
      protocolVersions: ['v2'],
      supportedModelFormats: [{ name: kind, version: '1', autoSelect: false }],
      containers: [
        {
          name: SERVER_CONTAINER,
          image: settings.image,
          env: mlserver({
            MLSERVER_HTTP_PORT: HTTP_PORT,
            MLSERVER_METRICS_PORT: METRICS_PORT,
            MLSERVER_MODELS_DIR: '/mnt/models',
            MLSERVER_PARALLEL_WORKERS: 0,
            // Its model is the promoted one: nobody loads another by a request.
            MLSERVER_LOAD_MODELS_AT_STARTUP: true,
            MLSERVER_DEBUG: false
          }),
          ports: [
            { name: 'http1', containerPort: HTTP_PORT, protocol: 'TCP' },
            { name: METRICS_PORT_NAME, containerPort: METRICS_PORT, protocol: 'TCP' }
          ],
          resources: { requests: { cpu, memory }, limits: { cpu, memory } },
          startupProbe: {
            ...ready,
            failureThreshold: START_SECONDS / PROBE_SECONDS
          },
          readinessProbe: ready,
          livenessProbe: {
            httpGet: { path: '/v2/health/live', port: HTTP_PORT },
            periodSeconds: 10
          },
          // Why a model cannot be loaded stands at the log's end, and from here in KServe's status.
          terminationMessagePolicy: 'FallbackToLogsOnError',
          securityContext: {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ['ALL'] }
          }
        }
      ]
    }
  };
}

function runtimeName(name: string): string {
  return `${name}-runtime`;
}

function metadata(
  { namespace, labels, annotations }: IServingParts,
  name: string,
  own: Record<string, string> = {}
): IManifest['metadata'] {
  return { name, namespace, labels, annotations: { ...annotations, ...own } };
}

function mlserver(settings: Record<string, string | number | boolean>): object[] {
  return Object.entries(settings).map(([name, value]) => ({
    name,
    value: String(value)
  }));
}
