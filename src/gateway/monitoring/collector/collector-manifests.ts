import type { CollectorSettings } from '../../../contract/collector';
import { yamlText } from '../../environments/manifests/yaml-text';
import { COLLECTOR, COLLECTOR_LABELS, COLLECTOR_PORT, DATA_VARIABLE } from './place';

const DATA = '/data';
/** The collector keeps 1 GiB, and beside it what SQLite has not yet written back. */
const EMPTY_DIR = '1536Mi';
/** Set by KServe on every pod of an InferenceService. */
const OF_KSERVE = 'serving.kserve.io/inferenceservice';

/**
 * The collector of a namespace, ready to be written to the GitOps repository. It passes Pod Security
 * “restricted”, has no right on the cluster, reaches nobody, and is reached by models only. Pure.
 */
export function collectorManifests(
  namespace: string,
  settings: CollectorSettings
): string {
  return yamlText(
    deployment(namespace, settings),
    service(namespace),
    networkPolicy(namespace)
  );
}

function metadata(namespace: string): object {
  const labels = {
    ...COLLECTOR_LABELS,
    'app.kubernetes.io/part-of': 'jupyterlab-mlops'
  };
  return { name: COLLECTOR, namespace, labels };
}

function deployment(namespace: string, settings: CollectorSettings): object {
  const { claim, runAsUser, fsGroup } = settings;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(namespace),
    spec: {
      replicas: 1,
      // Two at once would each hold a part of the requests.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: COLLECTOR_LABELS },
      template: {
        metadata: { labels: COLLECTOR_LABELS },
        spec: {
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            ...(runAsUser === undefined ? {} : { runAsUser }),
            ...(fsGroup === undefined ? {} : { fsGroup }),
            seccompProfile: { type: 'RuntimeDefault' }
          },
          containers: [container(namespace, settings)],
          volumes: [
            claim === undefined
              ? { name: 'data', emptyDir: { sizeLimit: EMPTY_DIR } }
              : { name: 'data', persistentVolumeClaim: { claimName: claim } },
            { name: 'tmp', emptyDir: { sizeLimit: '64Mi' } }
          ]
        }
      }
    }
  };
}

function container(namespace: string, settings: CollectorSettings): object {
  const { image, cpu, memory } = settings;
  const probe = (path: string): object => ({ path, port: 'http' });
  return {
    name: COLLECTOR,
    image,
    command: ['jupyter', 'mlops', 'monitor', 'serve'],
    args: [
      '--host',
      '0.0.0.0',
      '--port',
      String(COLLECTOR_PORT),
      '--namespace',
      namespace
    ],
    env: [
      { name: DATA_VARIABLE, value: DATA },
      // The file system of the image is read-only.
      { name: 'HOME', value: '/tmp' }
    ],
    ports: [{ name: 'http', containerPort: COLLECTOR_PORT, protocol: 'TCP' }],
    resources: { requests: { cpu, memory }, limits: { cpu, memory } },
    startupProbe: {
      httpGet: probe('/livez'),
      periodSeconds: 2,
      failureThreshold: 60
    },
    livenessProbe: { httpGet: probe('/livez'), periodSeconds: 10, timeoutSeconds: 5 },
    readinessProbe: { httpGet: probe('/readyz'), periodSeconds: 5, timeoutSeconds: 5 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] }
    },
    volumeMounts: [
      { name: 'data', mountPath: DATA },
      { name: 'tmp', mountPath: '/tmp' }
    ]
  };
}

function service(namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(namespace),
    spec: {
      selector: COLLECTOR_LABELS,
      ports: [
        { name: 'http', port: COLLECTOR_PORT, targetPort: 'http', protocol: 'TCP' }
      ]
    }
  };
}

/** Without an `egress` beside its type, nothing may be reached from the pod. */
function networkPolicy(namespace: string): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadata(namespace),
    spec: {
      podSelector: { matchLabels: COLLECTOR_LABELS },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [
            {
              podSelector: {
                matchExpressions: [{ key: OF_KSERVE, operator: 'Exists' }]
              }
            }
          ],
          ports: [{ port: COLLECTOR_PORT, protocol: 'TCP' }]
        }
      ]
    }
  };
}
