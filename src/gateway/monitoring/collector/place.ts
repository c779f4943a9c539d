/** Name of the collector's Deployment, Service and NetworkPolicy in a namespace. */
export const COLLECTOR = 'mlops-monitor';
export const COLLECTOR_PORT = 8080;
/** By it the collector's pods are found. */
export const COLLECTOR_LABELS = { 'app.kubernetes.io/name': COLLECTOR };
/** Names its data folder to whatever is started in its container. */
export const DATA_VARIABLE = 'MLOPS_MONITOR_DATA';

/** Where the InferenceServices of a namespace send their requests. */
export function collectorUrl(namespace: string): string {
  return `http://${COLLECTOR}.${namespace}.svc:${COLLECTOR_PORT}/`;
}
