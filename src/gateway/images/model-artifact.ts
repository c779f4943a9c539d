import { digestOf } from './digest';
import {
  canonicalJson,
  LAYER_TYPE,
  type Descriptor,
  MANIFEST_TYPE,
  MODEL_CONFIG_TYPE,
  MODEL_TYPE
} from './manifest';
import { packModelLayer, type IModelFile } from './model-layer';
import type { IImageStore } from './port';

export interface IModelArtifact {
  name: string;
  files: IModelFile[];
  /** Facts that are part of the model's identity: signature, kind, packages. No times, no run ids. */
  config: object;
  /** Where it came from; part of the identity too, so equally free of times. */
  annotations: Record<string, string>;
}

export interface IWrittenArtifact {
  /** Digest of the manifest. */
  digest: string;
  layer: Descriptor;
  /** Bytes of layer, configuration and manifest. */
  bytes: number;
}

/** Stores a model as one OCI artifact. The same input gives the same digest, on any machine. */
export async function writeModelArtifact(
  store: IImageStore,
  artifact: IModelArtifact
): Promise<IWrittenArtifact> {
  const layerContent = await packModelLayer(artifact.files);
  const configContent = Buffer.from(canonicalJson(artifact.config));
  const layer = {
    mediaType: LAYER_TYPE,
    digest: digestOf(layerContent),
    size: layerContent.length
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: MODEL_TYPE,
    config: {
      mediaType: MODEL_CONFIG_TYPE,
      digest: digestOf(configContent),
      size: configContent.length
    },
    layers: [layer],
    annotations: artifact.annotations
  };
  // What the manifest names is there before the manifest is.
  await store.putBlob(layerContent);
  await store.putBlob(configContent);
  const digest = await store.putManifest(manifest, artifact.name);
  const bytes =
    layer.size + configContent.length + Buffer.byteLength(canonicalJson(manifest));
  return { digest, layer, bytes };
}
