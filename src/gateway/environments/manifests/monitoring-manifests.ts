import {
  METRICS_PORT_NAME,
  predictorService,
  SERVICE_LABEL,
  serviceName
} from '../../serving/kserve/resources';
import { metadata, type IReleaseParts } from './release-parts';
import { yamlText } from './yaml-text';

/** The baseline's digest, and what Prometheus is to watch where its operator is installed. */
export function monitoring(parts: IReleaseParts): string {
  const { model, baseline } = parts.version;
  const own = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: metadata(parts, `${model}-monitoring`),
    data: { baseline: baseline ?? '' }
  };
  const watches = parts.cluster === null || parts.cluster.prometheus;
  return watches
    ? yamlText(own, podMonitor(parts), prometheusRule(parts))
    : yamlText(own);
}

/** The pods themselves: their Service does not have the port of the figures. */
function podMonitor(parts: IReleaseParts): object {
  const { model } = parts.version;
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: metadata(parts, model),
    spec: {
      selector: { matchLabels: { [SERVICE_LABEL]: serviceName(model) } },
      podMetricsEndpoints: [{ port: METRICS_PORT_NAME, path: '/metrics' }]
    }
  };
}

function prometheusRule(parts: IReleaseParts): object {
  const { environment, rules, version, cluster } = parts;
  const { model } = version;
  // A pod holds one model only; MLServer's figures by path do not name it.
  const pods = `namespace="${cluster?.namespace ?? environment}",pod=~"${predictorService(serviceName(model))}-.+"`;
  const latency = `histogram_quantile(0.95, sum by (le) (rate(rest_server_request_duration_seconds_bucket{${pods},path=~".*/infer"}[5m])))`;
  const failures = `sum(rate(model_infer_request_failure_total{${pods}}[5m]))`;
  return {
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
  };
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
