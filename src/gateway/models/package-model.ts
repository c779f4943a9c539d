import { readFile } from 'node:fs/promises';

import type { Actor } from '../../contract/identifier';
import { Timestamp } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import { deriveImage } from '../images/derived-image';
import { baseImage } from '../images/fetch-image';
import { canonicalJson } from '../images/manifest';
import { writeModelArtifact } from '../images/model-artifact';
import type { IModelFile } from '../images/model-layer';
import type { OciLayout } from '../images/oci-layout';
import type { IFoundProject } from '../project/read-project';
import { environmentLock } from '../serving/environment-lock';
import { servingKind } from '../serving/kinds';
import { artifactContent } from './artifact-content';
import { baselineOf } from './baseline';
import type { ICollected } from './collect';
import { goldenRequest } from './golden';
import { signatureOf } from './signature';
import type { IVersionExtras, NewVersion } from './version-table';

export interface IPackageOptions {
  store: OciLayout;
  name: string;
  actor: Actor;
  found: IFoundProject;
  /** Stops the pulling of a base image. */
  signal?: AbortSignal;
  /** Path of the inference runtime that goes into the artifact. */
  runtime: string;
}

export interface IPackaged {
  version: NewVersion;
  extras: IVersionExtras;
}

/** Puts a collected model into the store; the same model again changes nothing there. */
export async function packageModel(
  collected: ICollected,
  options: IPackageOptions
): Promise<IPackaged> {
  const { description, lineage, folder } = collected;
  const { store, name, found, signal } = options;
  const { project } = found;
  const kind = servingKind(description.kind, description);
  const lock = environmentLock(kind, lineage);
  const signature = signatureOf(description);
  const artifact = await writeModelArtifact(
    store,
    artifactContent({
      name,
      kind,
      description,
      signature,
      lineage,
      lock,
      model: await modelFile(collected),
      modules: await modulesOf(collected),
      runtime: await readFile(options.runtime)
    })
  );
  const { base } = project.image;
  const image = base
    ? await deriveImage(
        store,
        await baseImage(store, base, { found, signal, environment: process.env }),
        { name, ...artifact }
      )
    : null;
  const profile = await profileOf(collected, options);
  const golden = await goldenOf(collected, options);
  const rows = await folder.rows();
  const cutOff = description.cutOff ? new Date(description.cutOff).toISOString() : null;
  return {
    extras: {
      rowsDigest: rows ? await store.putBlob(rows) : null,
      monitoring: project.monitoring
    },
    version: {
      model: name,
      digest: artifact.digest,
      image,
      kind: kind.name,
      bytes: artifact.bytes,
      metrics: collected.metrics,
      signature,
      baseline: profile.digest,
      golden: golden.digest,
      trainedRows: description.trainedRows,
      cutOff: cutOff === null ? null : Timestamp.parse(cutOff),
      lineage,
      reproducible: collected.reproducible,
      missing: [...collected.missing, ...profile.missing, ...golden.missing],
      actor: options.actor,
      createdAt: new Date().toISOString()
    }
  };
}

async function modelFile({ folder, description }: ICollected): Promise<IModelFile> {
  const { file: name, inputs, variable, missing } = description;
  if (name === null || inputs.length === 0) {
    throw new MlopsError('refused', {
      code: name === null ? 'model-file-missing' : 'signature-unknown',
      message:
        name === null
          ? `The model in ${variable} was not saved.`
          : `The columns that the model in ${variable} takes could not be found.`,
      cause: missing[0],
      action:
        'Train it in the notebook with a call of its fit method, and run it again.'
    });
  }
  return { name, content: await folder.file(name) };
}

async function modulesOf({
  folder,
  description: { modules: name }
}: ICollected): Promise<IModelFile | null> {
  return name === null ? null : { name, content: await folder.file(name) };
}

interface IStored {
  digest: string | null;
  missing: string[];
}

async function profileOf(
  { folder, description }: ICollected,
  { store, found: { project } }: IPackageOptions
): Promise<IStored> {
  const training = await folder.training();
  if (!training) {
    const why =
      description.trainedRows === null
        ? 'the data that the model was fitted on was not seen.'
        : 'the training rows of this run have been deleted; run the notebook again.';
    return { digest: null, missing: [`The baseline: ${why}`] };
  }
  const { sensitive, windowHours } = project.monitoring;
  const profile = baselineOf(training, description.inputs, sensitive, windowHours);
  return { digest: await putJson(store, profile), missing: [] };
}

async function goldenOf(
  { description: { example, inputs } }: ICollected,
  { store, found: { project } }: IPackageOptions
): Promise<IStored> {
  const hidden = inputs.filter(({ name }) =>
    project.monitoring.sensitive.includes(name)
  );
  if (hidden.length > 0) {
    const names = hidden.map(({ name }) => name).join(', ');
    return {
      digest: null,
      missing: [`The golden request: ${names} is sensitive, so no rows are kept.`]
    };
  }
  const golden = goldenRequest(example);
  return golden
    ? { digest: await putJson(store, golden), missing: [] }
    : { digest: null, missing: ['The golden request: no example row was found.'] };
}

function putJson(store: OciLayout, content: unknown): Promise<string> {
  return store.putBlob(Buffer.from(canonicalJson(content)));
}
