/** Content-addressed store of blobs and manifests: an OCI image layout on disk, or a registry. */
export interface IImageStore {
  /** Stores a blob; does nothing where it is there. Gives its digest. */
  putBlob(content: Uint8Array): Promise<string>;
  hasBlob(digest: string): Promise<boolean>;
  /** @throws MlopsError `blob-unknown`, or `blob-damaged` where the content does not match its digest. */
  readBlob(digest: string): Promise<Uint8Array>;
  /** Stores a manifest and names it in the index. Gives its digest. */
  putManifest(manifest: object, reference: string): Promise<string>;
  /** Unpacks the model's files (below `/models`) into an empty folder. */
  unpack(manifestDigest: string, folder: string): Promise<void>;
}
