import type { KubeClient } from '../../kube/kube-client';
import type { IManifest } from '../../kube/kube-object';
import type { IResource } from '../../kube/resource';
import type { RunFolder } from '../run-folder';
import { ifMissing, isCode } from './reader-pod';
import { PIPELINE_RUNS, PIPELINES } from './resources';
import { seenPipelineRun } from './seen-objects';
import { writeSubmitted, type Submitted, type TektonPlan } from './tekton-plan';

/**
 * Makes the run's objects; whatever an earlier attempt has made already is left as it is.
 *
 * @returns null where a stop was wished before anything was made
 */
export async function submitRun(
  client: KubeClient,
  plan: TektonPlan,
  folder: RunFolder,
  stopRequested: () => boolean
): Promise<Submitted | null> {
  const { namespace, name } = plan;
  const at = { namespace, name };
  let made = await client.get(PIPELINE_RUNS, at).catch(ifMissing);
  if (!made) {
    if (stopRequested()) {
      return null;
    }
    await make(client, PIPELINES, namespace, plan.pipeline);
    await make(client, PIPELINE_RUNS, namespace, plan.pipelineRun);
    made = await client.get(PIPELINE_RUNS, at);
  }
  const { uid } = made.metadata;
  // Whoever deletes the run deletes its pipeline with it.
  const { apiVersion, kind } = plan.pipelineRun;
  await client.patch(PIPELINES, at, {
    metadata: { ownerReferences: [{ apiVersion, kind, name, uid }] }
  });
  const submitted = { uid, claim: null };
  await writeSubmitted(folder, submitted);
  return submitted;
}

/** Ends the run's pods; the task that puts the executed notebook together still runs. */
export async function cancelRun(client: KubeClient, plan: TektonPlan): Promise<void> {
  const { namespace, name } = plan;
  const at = { namespace, name };
  try {
    await client.patch(PIPELINE_RUNS, at, { spec: { status: 'CancelledRunFinally' } });
  } catch (error) {
    const known = await client.get(PIPELINE_RUNS, at).catch(ifMissing);
    // It is gone, or has ended in the meantime, and Tekton takes no change any more.
    if (known && seenPipelineRun(known).completedAt === null) {
      throw error;
    }
  }
}

async function make(
  client: KubeClient,
  resource: IResource,
  namespace: string,
  manifest: IManifest
): Promise<void> {
  try {
    await client.create(resource, namespace, manifest);
  } catch (error) {
    if (!isCode(error, 'cluster-object-exists')) {
      throw error;
    }
  }
}
