import type { Descriptor, Manifest } from './manifest';

/** A blob's name and length in bytes. */
export type BlobSize = Pick<Descriptor, 'digest' | 'size'>;

/** Gives a blob's bytes piece by piece, from one on; may be called again after a failure. */
export type BlobContent = (start: number) => AsyncIterable<Uint8Array>;

/** A manifest, byte for byte: its digest depends on every one. */
export interface IManifestContent {
  content: Uint8Array;
  mediaType: string;
}

/**
 * Content-addressed store of blobs and manifests: an OCI image layout on disk, or one repository of
 * a registry. What it gives always matches its digest.
 */
export interface IImageStore {
  /** Stores a blob; does nothing where it is there. Gives its digest. */
  putBlob(content: Uint8Array): Promise<string>;
  hasBlob(digest: string): Promise<boolean>;
  /** @throws MlopsError `blob-unknown`, or `blob-damaged` where the content does not match its digest. */
  readBlob(digest: string): Promise<Uint8Array>;
  /**
   * As {@link readBlob}, piece by piece. Read from its beginning, the last piece comes only when all
   * of it was right; from a later byte on nothing can be checked.
   */
  openBlob(digest: string, start?: number): AsyncIterable<Uint8Array>;
  /**
   * Stores a blob of any size without holding it in memory; does nothing where it is there.
   *
   * @throws MlopsError `blob-damaged` where the content is not what its digest says; nothing of it stays.
   */
  writeBlob(blob: BlobSize, content: BlobContent): Promise<void>;
  /** Stores a manifest and names it in the index. Gives its digest. */
  putManifest(manifest: object, reference: string): Promise<string>;
  /** Stores a manifest as it is. Gives its digest. */
  writeManifest(manifest: IManifestContent, reference: string): Promise<string>;
  hasManifest(digest: string): Promise<boolean>;
  /** @throws MlopsError `blob-unknown`, `blob-damaged`; `manifest-invalid` where it is none. */
  readManifest(digest: string): Promise<IManifestContent>;
  /** As {@link readManifest}, read. */
  manifest(digest: string): Promise<Manifest>;
  /** Unpacks the model's files (below `/models`) into an empty folder. */
  unpack(manifestDigest: string, folder: string): Promise<void>;
}
