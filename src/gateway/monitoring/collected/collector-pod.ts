import type { Readable } from 'node:stream';

import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { requireRights } from '../../kube/access-review';
import { COLLECTOR_NEEDS } from '../../kube/adapter-needs';
import type { Cluster } from '../../kube/cluster';
import type { KubeObject } from '../../kube/kube-object';
import { Condition, many } from '../../kube/object-parts';
import { PODS } from '../../kube/resource';
import { COLLECTOR, COLLECTOR_LABELS } from '../collector/place';

/** A connection to `monitor follow`. */
export interface ICollectorStream {
  stdout: Readable;
  write(bytes: Uint8Array): void;
  close(): void;
}

/** Opens a connection to the collector of a place; another one each time. */
export type OpenCollector = () => Promise<ICollectorStream>;

const Pod = z.looseObject({
  status: z.looseObject({ conditions: many(Condition) }).prefault({})
});

/**
 * Runs `monitor follow` in the collector's pod, as the user.
 *
 * @throws MlopsError `cluster-not-allowed`, `collector-missing`, `collector-not-ready`, …
 */
export async function openCollectorPod(
  cluster: Cluster,
  namespace: string
): Promise<ICollectorStream> {
  const { client } = cluster;
  await requireRights(
    client,
    COLLECTOR_NEEDS.rights.flatMap(({ verbs, ...what }) =>
      verbs.map(verb => ({ verb, namespace, ...what }))
    )
  );
  const pods: KubeObject[] = [];
  const labelSelector = Object.entries(COLLECTOR_LABELS)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  await client.list(PODS, namespace, pod => pods.push(pod), { labelSelector });
  const pod = pods.find(isReady);
  if (!pod) {
    throw pods.length === 0 ? missing(namespace) : notReady(namespace);
  }
  // Loaded only where there is a cluster.
  const { podExec } = await import('../../kube/pod-exec');
  const { name } = pod.metadata;
  const command = ['jupyter', 'mlops', 'monitor', 'follow'];
  return podExec(client, { namespace, name, container: COLLECTOR }, command);
}

function isReady(pod: KubeObject): boolean {
  const read = Pod.safeParse(pod);
  return (
    !pod.metadata.deletionTimestamp &&
    read.success &&
    read.data.status.conditions.some(
      ({ type, status }) => type === 'Ready' && status === 'True'
    )
  );
}

function missing(namespace: string): MlopsError {
  return new MlopsError('not-found', {
    code: 'collector-missing',
    message: `There is no collector of requests in ${namespace}.`,
    action:
      'Promote a model there with ‘monitoring.collector’ in mlops.yaml, and see whether Argo CD has synced it.'
  });
}

function notReady(namespace: string): MlopsError {
  return new MlopsError('unavailable', {
    code: 'collector-not-ready',
    message: `The collector of requests in ${namespace} is not ready.`,
    action: `See \`kubectl describe pod -l app.kubernetes.io/name=${COLLECTOR} -n ${namespace}\` if it lasts.`
  });
}
