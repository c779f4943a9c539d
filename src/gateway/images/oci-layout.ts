import { readFileSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Digest } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import { digestOf } from './digest';
import { writeDurably } from './durable-file';
import {
  canonicalJson,
  INDEX_TYPE,
  Index,
  LAYER_TYPE,
  Manifest,
  MANIFEST_TYPE
} from './manifest';
import { unpackModelLayer } from './model-layer';
import type { IImageStore } from './port';
import { withProcessLock } from './process-lock';
import { errorMessage, systemErrorCode } from './system-error';

const REFERENCE = 'org.opencontainers.image.ref.name';
/** Temporary files of writers that died are removed when they are older than this. */
const STALE_AFTER = 24 * 3600 * 1000;

/** An OCI image layout (version 1.0.0) on disk; any number of processes may write to it at once. */
export class OciLayout implements IImageStore {
  /** @param root The layout's folder; made where it is absent. */
  constructor(root: string) {
    this._root = root;
    this._blobs = join(root, 'blobs', 'sha256');
  }

  async putBlob(content: Uint8Array): Promise<string> {
    const digest = digestOf(content);
    await this._prepare();
    if (!(await this._isIntact(digest))) {
      await writeDurably(this._path(digest), content);
    }
    return digest;
  }

  /** What is there but damaged is written again. */
  private async _isIntact(digest: string): Promise<boolean> {
    return await this.readBlob(digest).then(
      () => true,
      () => false
    );
  }

  async hasBlob(digest: string): Promise<boolean> {
    return await access(this._path(digest)).then(
      () => true,
      () => false
    );
  }

  async readBlob(digest: string): Promise<Uint8Array> {
    const content = await readFile(this._path(digest)).catch((error: unknown) => {
      throw unknown(digest, error);
    });
    return intact(digest, content);
  }

  /** As {@link readBlob}, for small content. */
  readBlobSync(digest: string): Uint8Array {
    const path = this._path(digest);
    try {
      return intact(digest, readFileSync(path));
    } catch (error) {
      throw error instanceof MlopsError ? error : unknown(digest, error);
    }
  }

  /** @param reference Name under which other tools find the manifest, such as `bike-demand`. */
  async putManifest(manifest: object, reference: string): Promise<string> {
    const content = Buffer.from(canonicalJson(Manifest.loose().parse(manifest)));
    const digest = await this.putBlob(content);
    const descriptor = {
      mediaType: MANIFEST_TYPE,
      digest,
      size: content.length,
      annotations: { [REFERENCE]: reference }
    };
    await withProcessLock(`${this._root}.lock`, async () => {
      const index = await this._readIndex();
      if (index.manifests.some(known => known.digest === digest)) {
        return;
      }
      index.manifests.push(descriptor);
      await writeDurably(join(this._root, 'index.json'), canonicalJson(index));
    });
    return digest;
  }

  /** @throws MlopsError `blob-unknown`, `blob-damaged`; `manifest-invalid` where it is none. */
  async manifest(digest: string): Promise<Manifest> {
    const content = await this.readBlob(digest);
    const parsed = Manifest.safeParse(parseJson(content));
    if (!parsed.success) {
      throw new MlopsError('refused', {
        code: 'manifest-invalid',
        message: `${digest} in the model store is not an OCI image manifest.`,
        cause: parsed.error.issues[0]?.message
      });
    }
    return parsed.data;
  }

  async unpack(manifestDigest: string, folder: string): Promise<void> {
    const manifest = await this.manifest(manifestDigest);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // In a derived image the model's layer is the last one.
    const layer = manifest.layers.findLast(({ mediaType }) => mediaType === LAYER_TYPE);
    if (!layer) {
      throw new MlopsError('refused', {
        code: 'manifest-without-model',
        message: `${manifestDigest} holds no model layer.`
      });
    }
    await unpackModelLayer(await this.readBlob(layer.digest), folder);
  }

  /** Digests of all manifests that the index names. */
  async manifests(): Promise<string[]> {
    return (await this._readIndex()).manifests.map(({ digest }) => digest);
  }

  /** Removes what writers left behind that died before their rename. */
  async removeLeftovers(now = Date.now()): Promise<void> {
    await this._prepare();
    for (const folder of [this._root, this._blobs]) {
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        if (name.endsWith('.tmp') && now - (await stat(path)).mtimeMs > STALE_AFTER) {
          await rm(path, { force: true });
        }
      }
    }
  }

  private async _readIndex(): Promise<Index> {
    const text = await readFile(join(this._root, 'index.json'), 'utf8').catch(
      (error: unknown) => {
        if (systemErrorCode(error) === 'ENOENT') {
          return null;
        }
        throw error;
      }
    );
    return text === null
      ? { schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [] }
      : Index.parse(JSON.parse(text));
  }

  private async _prepare(): Promise<void> {
    await mkdir(this._blobs, { recursive: true, mode: 0o700 });
    const marker = join(this._root, 'oci-layout');
    if (!(await stat(marker).catch(() => null))) {
      await writeDurably(marker, '{"imageLayoutVersion":"1.0.0"}');
    }
  }

  private _path(digest: string): string {
    // The digest may come from a request: nothing else may become a path.
    const checked = Digest.safeParse(digest);
    if (!checked.success) {
      throw new MlopsError('refused', {
        code: 'digest-invalid',
        message: `"${digest}" is not a digest.`
      });
    }
    return join(this._blobs, checked.data.slice('sha256:'.length));
  }

  private readonly _root: string;
  private readonly _blobs: string;
}

function intact(digest: string, content: Uint8Array): Uint8Array {
  if (digestOf(content) !== digest) {
    throw new MlopsError('failed', {
      code: 'blob-damaged',
      message: `The content of ${digest} in the model store is damaged: it does not match its digest.`,
      action: 'Restore the data home from a backup, or register the model again.'
    });
  }
  return content;
}

function unknown(digest: string, error: unknown): MlopsError {
  return new MlopsError('not-found', {
    code: 'blob-unknown',
    message: `The model store holds nothing with digest ${digest}.`,
    cause: errorMessage(error)
  });
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(content).toString('utf8'));
  } catch {
    return null;
  }
}
