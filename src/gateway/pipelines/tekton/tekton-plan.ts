import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { ClusterSettings } from '../../../contract/cluster';
import type { IManifest } from '../../kube/kube-object';
import { codeOf } from '../../thrown';
import type { RunFolder } from '../run-folder';

const Manifest = z.custom<IManifest>(
  value =>
    z
      .looseObject({
        apiVersion: z.string(),
        kind: z.string(),
        metadata: z.looseObject({ name: z.string() })
      })
      .safeParse(value).success
);

/** What was decided when a run was started: it is submitted and followed by this alone. */
export const TektonPlan = z.object({
  cluster: ClusterSettings,
  /** What the cluster is called; null in plans of earlier versions. */
  clusterName: z.string().nullable().default(null),
  /** Folder of the project that names the cluster. */
  project: z.string().nullable(),
  namespace: z.string(),
  /** Name of the PipelineRun, of its Pipeline, and of the run's folder on the claim. */
  name: z.string(),
  image: z.string(),
  serviceAccount: z.string().nullable(),
  runAsUser: z.number().nullable(),
  fsGroup: z.number().nullable(),
  prepare: z.string(),
  notebook: z.string(),
  pipeline: Manifest,
  pipelineRun: Manifest
});
export type TektonPlan = z.infer<typeof TektonPlan>;

/** What is known once the objects were made: from then on their absence means that they are gone. */
export const Submitted = z.object({
  uid: z.string(),
  /** The claim with the run's folder; null until a task has named it. */
  claim: z.string().nullable()
});
export type Submitted = z.infer<typeof Submitted>;

const PLAN = 'tekton.json';
const SUBMITTED = 'tekton-submitted.json';

export async function writeTektonPlan(
  folder: RunFolder,
  plan: TektonPlan
): Promise<void> {
  await writeWhole(join(folder.path, PLAN), plan);
}

export function readTektonPlan(folder: RunFolder): TektonPlan {
  return TektonPlan.parse(JSON.parse(readFileSync(join(folder.path, PLAN), 'utf8')));
}

export async function writeSubmitted(
  folder: RunFolder,
  submitted: Submitted
): Promise<void> {
  await writeWhole(join(folder.path, SUBMITTED), submitted);
}

export function readSubmitted(folder: RunFolder): Submitted | null {
  try {
    const text = readFileSync(join(folder.path, SUBMITTED), 'utf8');
    return Submitted.parse(JSON.parse(text));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return null;
    }
    throw error;
  }
}

async function writeWhole(path: string, document: unknown): Promise<void> {
  await writeFile(`${path}.partial`, JSON.stringify(document), { mode: 0o600 });
  await rename(`${path}.partial`, path);
}
