import { setTimeout as sleep } from 'node:timers/promises';

import { RUNS } from '../../../compile/tekton/tasks';
import { MlopsError } from '../../../contract/mlops-error';
import type { KubeClient } from '../../kube/kube-client';
import type { IManifest } from '../../kube/kube-object';
import { PODS } from '../../kube/resource';
import { podTrouble } from './pod-trouble';
import { seenPod } from './seen-objects';
import type { Submitted, TektonPlan } from './tekton-plan';

export const READER = 'reader';
const MOUNT = '/files';
/** A reader that nobody needs any more ends by itself. */
const LIVES = 1800;
const LOOK_EVERY = 300;
const READY_WITHIN = 180_000;

/** Waits until it is told to end, as the first process of a container must. */
const WAIT = `\
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
time.sleep(${LIVES})
`;

/** Where the run's folder lies in the reader. */
export function folderInReader(plan: TektonPlan): string {
  return `${MOUNT}/${RUNS}/${plan.name}`;
}

/**
 * Starts a pod that does nothing but mount the run's claim, read-only; waits until it runs.
 *
 * @throws MlopsError where it does not come to run, and why
 */
export async function startReader(
  client: KubeClient,
  plan: TektonPlan,
  submitted: Submitted & { claim: string },
  signal: AbortSignal
): Promise<{ namespace: string; name: string; container: string }> {
  const manifest = readerPod(plan, submitted);
  const { namespace } = plan;
  const name = readerName(plan);
  const until = Date.now() + READY_WITHIN;
  for (;;) {
    signal.throwIfAborted();
    await createIfAbsent(client, namespace, manifest);
    const object = await client.get(PODS, { namespace, name }).catch(ifMissing);
    const pod = object && seenPod(object);
    if (pod && object.metadata.deletionTimestamp == null) {
      if (pod.phase === 'Running') {
        return { namespace, name, container: READER };
      }
      if (pod.phase === 'Succeeded' || pod.phase === 'Failed') {
        // An earlier gateway's, whose time is over.
        await client.delete(PODS, { namespace, name });
      }
    }
    if (Date.now() > until) {
      const trouble = pod && podTrouble(pod, 'the pod that reads the results');
      throw new MlopsError('failed', {
        code: 'results-not-reachable',
        message: `The pod that reads the run's results did not start within ${READY_WITHIN / 60_000} minutes.`,
        cause: trouble
          ? [trouble.message, trouble.cause].filter(Boolean).join(' ')
          : `It is ${pod?.phase || 'not there'}.`,
        action: `The results are still on the claim ${submitted.claim}. Remove what is in the way and retry the run.`
      });
    }
    await sleep(LOOK_EVERY, undefined, { signal });
  }
}

export async function stopReader(client: KubeClient, plan: TektonPlan): Promise<void> {
  await client.delete(PODS, { namespace: plan.namespace, name: readerName(plan) });
}

function readerName({ name }: TektonPlan): string {
  return `${name}-reader`;
}

function readerPod(
  plan: TektonPlan,
  { uid, claim }: Submitted & { claim: string }
): IManifest {
  const { pipelineRun, image, serviceAccount, runAsUser, fsGroup } = plan;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: readerName(plan),
      labels: pipelineRun.metadata.labels,
      ownerReferences: [
        {
          apiVersion: pipelineRun.apiVersion,
          kind: pipelineRun.kind,
          name: plan.name,
          uid
        }
      ]
    },
    spec: {
      restartPolicy: 'Never',
      activeDeadlineSeconds: LIVES,
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      ...(serviceAccount === null ? {} : { serviceAccountName: serviceAccount }),
      securityContext: {
        runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
        ...(runAsUser === null ? {} : { runAsUser }),
        ...(fsGroup === null ? {} : { fsGroup })
      },
      containers: [
        {
          name: READER,
          image,
          command: ['python3', '-I', '-c', WAIT],
          securityContext: {
            allowPrivilegeEscalation: false,
            runAsNonRoot: true,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] }
          },
          volumeMounts: [{ name: 'run', mountPath: MOUNT, readOnly: true }]
        }
      ],
      volumes: [{ name: 'run', persistentVolumeClaim: { claimName: claim } }]
    }
  };
}

export async function createIfAbsent(
  client: KubeClient,
  namespace: string,
  manifest: IManifest
): Promise<void> {
  try {
    await client.create(PODS, namespace, manifest);
  } catch (error) {
    if (!isCode(error, 'cluster-object-exists')) {
      throw error;
    }
  }
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof MlopsError && error.body.code === code;
}

/** Null for what is not there; anything else is an error. */
export function ifMissing(error: unknown): null {
  if (isCode(error, 'cluster-object-missing')) {
    return null;
  }
  throw error;
}
