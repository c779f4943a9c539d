import { createReadStream, readFileSync } from 'node:fs';
import { access, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { Digest } from '../../contract/identifier';
import { MlopsError } from '../../contract/mlops-error';
import { checkedContent, damaged, MODEL_STORE } from './checked-content';
import { digestOf } from './digest';
import { writeDurably } from './durable-file';
import { canonicalJson, INDEX_TYPE, Index, type Manifest } from './manifest';
import {
  manifestContent,
  mediaTypeOf,
  parseManifest,
  unpackModel
} from './manifest-content';
import type { BlobContent, BlobSize, IImageStore, IManifestContent } from './port';
import { withProcessLock } from './process-lock';
import { errorMessage, systemErrorCode } from './system-error';

const REFERENCE = 'org.opencontainers.image.ref.name';
/** Temporary files of writers that died are removed when they are older than this. */
const STALE_AFTER = 24 * 3600 * 1000;
/** Bytes that are read at once. */
const PIECE = 1024 * 1024;

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

  async *openBlob(digest: string, start = 0): AsyncGenerator<Uint8Array> {
    const path = this._path(digest);
    const { size } = await stat(path).catch((error: unknown) => {
      throw unknown(digest, error);
    });
    const content = createReadStream(path, { start, highWaterMark: PIECE });
    yield* start === 0
      ? checkedContent({ digest, size }, content, MODEL_STORE)
      : content;
  }

  async writeBlob(blob: BlobSize, content: BlobContent): Promise<void> {
    const path = this._path(blob.digest);
    await this._prepare();
    if (!(await this._isIntact(blob.digest))) {
      await writeDurably(path, checkedContent(blob, content(0), 'what was read'));
    }
  }

  /** What is there but damaged is written again. */
  private async _isIntact(digest: string): Promise<boolean> {
    try {
      for await (const _ of this.openBlob(digest)) {
        // Only whether it can be read to its end matters.
      }
      return true;
    } catch {
      return false;
    }
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
    return await this.writeManifest(manifestContent(manifest), reference);
  }

  async writeManifest(
    { content, mediaType }: IManifestContent,
    reference: string
  ): Promise<string> {
    const digest = await this.putBlob(content);
    const descriptor = {
      mediaType,
      digest,
      size: content.byteLength,
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

  hasManifest(digest: string): Promise<boolean> {
    return this.hasBlob(digest);
  }

  async readManifest(digest: string): Promise<IManifestContent> {
    const content = await this.readBlob(digest);
    return { content, mediaType: mediaTypeOf(content) };
  }

  async manifest(digest: string): Promise<Manifest> {
    return parseManifest(digest, await this.readBlob(digest));
  }

  unpack(manifestDigest: string, folder: string): Promise<void> {
    return unpackModel(this, manifestDigest, folder);
  }

  /** Name under which the index knows a manifest; null where it does not. */
  async referenceOf(digest: string): Promise<string | null> {
    const { manifests } = await this._readIndex();
    const known = manifests.find(one => one.digest === digest);
    return known?.annotations?.[REFERENCE] ?? null;
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
    throw damaged(digest, MODEL_STORE);
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
