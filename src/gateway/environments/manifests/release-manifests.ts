import type { EnvironmentRules } from '../../../contract/environment';
import type { ModelVersion } from '../../../contract/model';
import { releaseFolder } from './layout';
import { yamlText } from './yaml-text';

/** Prefix of our labels and annotations. */
export const PREFIX = 'jupyterlab-mlops';

/** Stands where a cluster's repository names its registry: the content lies in this computer's store. */
const STORE = 'oci://localhost';

export interface IReleaseParts {
  environment: string;
  version: ModelVersion;
  /** Digest of the intelligent app's content; null where the model has none. */
  app: string | null;
  rules: EnvironmentRules;
}

/** The rendered manifests of one release: path → text; null where a file must not be. */
export function renderRelease(parts: IReleaseParts): Map<string, string | null> {
  const folder = releaseFolder(parts.environment, parts.version.model);
  return new Map([
    [`${folder}/inferenceservice.yaml`, inferenceService(parts)],
    [`${folder}/servingruntime.yaml`, servingRuntime(parts)],
    [`${folder}/app.yaml`, parts.app ? app(parts, parts.app) : null],
    [`${folder}/monitoring.yaml`, monitoring(parts)]
  ]);
}

function metadata(
  { environment, version }: IReleaseParts,
  name: string,
  annotations: Record<string, string> = {}
): object {
  return {
    name,
    namespace: environment,
    labels: {
      'app.kubernetes.io/part-of': version.model,
      [`${PREFIX}/environment`]: environment,
      [`${PREFIX}/model`]: version.model,
      [`${PREFIX}/version`]: String(version.version)
    },
    annotations: { [`${PREFIX}/digest`]: version.digest, ...annotations }
  };
}

function inferenceService(parts: IReleaseParts): string {
  const { model, digest, kind, lineage } = parts.version;
  const run: Record<string, string> = lineage.run
    ? { [`${PREFIX}/run`]: lineage.run }
    : {};
  return yamlText({
    apiVersion: 'serving.kserve.io/v1beta1',
    kind: 'InferenceService',
    metadata: metadata(parts, model, {
      'serving.kserve.io/deploymentMode': 'Standard',
      ...run
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
  });
}

function servingRuntime(parts: IReleaseParts): string {
  const { model, kind, image, lineage } = parts.version;
  return yamlText({
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
  });
}

function app(parts: IReleaseParts, digest: string): string {
  const { model } = parts.version;
  return yamlText({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(parts, `${model}-app`),
    data: { content: `${STORE}/${model}-app@${digest}`, endpoint: model }
  });
}

function monitoring(parts: IReleaseParts): string {
  const { environment, rules, version } = parts;
  const { model, baseline } = version;
  const selector = `namespace="${environment}",model_name="${model}"`;
  const latency = `histogram_quantile(0.95, sum by (le) (rate(rest_server_requests_duration_seconds_bucket{${selector}}[5m])))`;
  const failures = `sum(rate(model_infer_request_failure_total{${selector}}[5m]))`;
  return yamlText(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: metadata(parts, `${model}-monitoring`),
      data: { baseline: baseline ?? '' }
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata: metadata(parts, model),
      spec: {
        selector: { matchLabels: { 'serving.kserve.io/inferenceservice': model } },
        endpoints: [{ targetPort: 8080, path: '/metrics' }]
      }
    },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: metadata(parts, model),
      spec: {
        groups: [
          {
            name: model,
            rules: [
              alert(
                'ModelIsSlow',
                `${latency} > ${rules.maxP95Milliseconds / 1000}`,
                `${model} in ${environment} answers more slowly than ${rules.maxP95Milliseconds} ms (p95).`
              ),
              alert(
                'ModelFails',
                `${failures} > 0`,
                `${model} in ${environment} fails requests.`
              )
            ]
          }
        ]
      }
    }
  );
}

function alert(name: string, expression: string, summary: string): object {
  return {
    alert: name,
    expr: expression,
    for: '5m',
    labels: { severity: 'warning' },
    annotations: { summary }
  };
}
