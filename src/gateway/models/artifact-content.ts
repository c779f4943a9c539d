import { basename } from 'node:path';

import type { Column, Lineage, Signature } from '../../contract/model';
import type { IModelArtifact } from '../images/model-artifact';
import { canonicalJson } from '../images/manifest';
import type { IModelFile } from '../images/model-layer';
import type { IEnvironmentLock } from '../serving/environment-lock';
import type { IServingKind } from '../serving/kinds/kind';
import type { Description } from './model-folder';

const PREFIX = 'org.jupyterlab-mlops';

export interface IArtifactSource {
  name: string;
  kind: IServingKind;
  description: Description;
  signature: Signature;
  lineage: Lineage;
  lock: IEnvironmentLock;
  /** The model's file, as its step wrote it. */
  model: IModelFile;
  /** Modules of the project that it imports, zipped. */
  modules: IModelFile | null;
  /** The inference runtime that travels with it. */
  runtime: Uint8Array;
}

/**
 * What a model artifact holds. Everything here is its identity, so there are no times, no run ids,
 * no version numbers, no users and no folders of this computer (docs/decisions/0003-model-artifact.md).
 */
export function artifactContent(source: IArtifactSource): IModelArtifact {
  const { name, kind, description, signature, lineage, lock, model, modules, runtime } =
    source;
  const settings = Buffer.from(canonicalJson(modelSettings(source)));
  return {
    name,
    files: [
      model,
      ...(modules ? [modules] : []),
      { name: 'runtime.py', content: runtime },
      { name: 'model-settings.json', content: settings }
    ],
    config: {
      version: 1,
      kind: kind.name,
      type: description.type,
      signature,
      classes: description.classes,
      python: lock.python,
      requirements: lock.requirements
    },
    annotations: {
      'org.opencontainers.image.title': name,
      ...(lineage.source
        ? { 'org.opencontainers.image.revision': lineage.source.commit }
        : {}),
      ...(lineage.source?.dirtyDigest
        ? { [`${PREFIX}.source.dirty`]: lineage.source.dirtyDigest }
        : {}),
      [`${PREFIX}.notebook`]: basename(lineage.notebook),
      [`${PREFIX}.variable`]: lineage.variable,
      [`${PREFIX}.data`]: canonicalJson(dataByName(lineage.data)),
      [`${PREFIX}.parameters`]: canonicalJson(lineage.parameters)
    }
  };
}

/** MLServer's settings of the model; any MLServer with its packages can serve the folder. */
function modelSettings({
  name,
  model,
  kind,
  description,
  signature,
  lock
}: IArtifactSource): object {
  return {
    name,
    implementation: 'runtime.MlopsModel',
    platform: kind.platform,
    versions: lock.requirements.map(requirement => requirement.replace('==', '/')),
    inputs: signature.inputs.map(column => tensor(column)),
    outputs: signature.outputs.map(column => tensor({ ...column, name: 'predict' })),
    parameters: {
      uri: `./${model.name}`,
      extra: {
        type: description.type,
        task: description.task,
        // A frame carries the columns' names, which a model without them ignores.
        frame: description.frame ?? 'pandas',
        columns: signature.inputs.map(
          ({ name: column, datatype, dtype, categories }) => ({
            name: column,
            datatype,
            dtype,
            categories
          })
        )
      }
    }
  };
}

function tensor({ name, datatype }: Column): object {
  return { name, datatype, shape: [-1, 1] };
}

/** Files outside of the project have absolute paths, which say where somebody works. */
function dataByName(data: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([path, digest]) => [
      path.startsWith('/') ? basename(path) : path,
      digest
    ])
  );
}
