import { PREFIX } from '../../monitoring/collector/annotations';
import { collectorManifests } from '../../monitoring/collector/collector-manifests';
import { servingManifests } from '../../serving/kserve/serving-manifests';
import { collectorFile, releaseFolder } from './layout';
import { monitoring } from './monitoring-manifests';
import {
  annotationsOf,
  labelsOf,
  metadata,
  type IClusterParts,
  type IReleaseParts
} from './release-parts';
import { yamlText } from './yaml-text';

/** Stands where a cluster's repository names its registry: the content lies in this computer's store. */
export const STORE = 'oci://localhost';

/** The rendered manifests of one release: path → text; null where a file must not be. */
export function renderRelease(parts: IReleaseParts): Map<string, string | null> {
  const folder = releaseFolder(parts.environment, parts.version.model);
  const { inferenceService, servingRuntime } = parts.cluster
    ? onCluster(parts, parts.cluster)
    : onThisComputer(parts);
  const collector = parts.cluster?.collector;
  return new Map([
    ...(parts.cluster && collector
      ? [
          [
            collectorFile(parts.environment),
            collectorManifests(parts.cluster.namespace, collector.settings)
          ] as const
        ]
      : []),
    [`${folder}/inferenceservice.yaml`, yamlText(inferenceService)],
    [`${folder}/servingruntime.yaml`, yamlText(servingRuntime)],
    [`${folder}/app.yaml`, parts.app ? app(parts, parts.app) : null],
    [`${folder}/monitoring.yaml`, monitoring(parts)]
  ]);
}

interface IServingObjects {
  inferenceService: object;
  servingRuntime: object;
}

function onCluster(
  parts: IReleaseParts,
  { namespace, repository, image, settings, collector }: IClusterParts
): IServingObjects {
  const { environment } = parts;
  const { model, digest, kind, lineage } = parts.version;
  return servingManifests({
    namespace,
    model,
    kind,
    modelImage: `${repository}@${image}`,
    settings,
    collected: collector
      ? { digest, environment, sensitive: collector.sensitive }
      : undefined,
    labels: labelsOf(parts),
    annotations: { ...annotationsOf(parts), [`${PREFIX}/python`]: lineage.python }
  });
}

function onThisComputer(parts: IReleaseParts): IServingObjects {
  return {
    inferenceService: inferenceService(parts),
    servingRuntime: servingRuntime(parts)
  };
}

function inferenceService(parts: IReleaseParts): object {
  const { model, digest, kind } = parts.version;
  return {
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: metadata(parts, model, {
      'serving.kserve.io/deploymentMode': 'Standard',
      ...annotationsOf(parts)
    }),
    spec: {
      predictor: {
        model: {
          modelFormat: { name: kind },
          protocolVersion: 'v2',
          runtime: `${model}-runtime`,
          storageUri: `${STORE}/${model}@${digest}`
        }
      }
    }
  };
}

function servingRuntime(parts: IReleaseParts): object {
  const { model, kind, image, lineage } = parts.version;
  return {
    apiVersion: 'serving.kserve.io/v1alpha1',
    kind: 'ServingRuntime',
    metadata: metadata(parts, `${model}-runtime`, {
      [`${PREFIX}/python`]: lineage.python
    }),
    spec: {
      protocolVersions: ['v2'],
      supportedModelFormats: [{ name: kind, version: '1', autoSelect: true }],
      containers: [
        {
          name: 'kserve-container',
          // Without a derived image this computer serves the artifact with its own environment.
          ...(image ? { image: `localhost/${model}@${image}` } : {}),
          env: [
            { name: 'MLSERVER_HTTP_PORT', value: '8080' },
            { name: 'MLSERVER_MODELS_DIR', value: '/mnt/models' },
            { name: 'MLSERVER_PARALLEL_WORKERS', value: '0' }
          ]
        }
      ]
    }
  };
}

function app(parts: IReleaseParts, digest: string): string {
  const { model } = parts.version;
  const place = parts.cluster
    ? `oci://${parts.cluster.repository}`
    : `${STORE}/${model}-app`;
  return yamlText({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(parts, `${model}-app`),
    data: { content: `${place}@${digest}`, endpoint: model }
  });
}
