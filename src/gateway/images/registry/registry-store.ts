import { Digest } from '../../../contract/identifier';
import { MlopsError } from '../../../contract/mlops-error';
import { checkedContent, readChecked } from '../checked-content';
import { digestOf } from '../digest';
import { INDEX_TYPE, MANIFEST_TYPE, type Manifest } from '../manifest';
import { manifestContent, parseManifest, unpackModel } from '../manifest-content';
import type { BlobContent, BlobSize, IImageStore, IManifestContent } from '../port';
import { BlobUpload } from './blob-upload';
import type { RegistryClient } from './registry-client';
import { refused } from './registry-errors';
import type { IReply } from './send';

/** Without these, registries answer that they know no such manifest. */
const ACCEPT = [
  MANIFEST_TYPE,
  INDEX_TYPE,
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json'
].join(', ');
/** What registries must take at least (OCI distribution specification). */
const MANIFEST_BYTES = 4 * 1024 * 1024;
const TAG_LENGTH = 128;
/** Digits of the digest in a tag: enough that no other content ever gets it. */
const TAG_DIGITS = 32;

/** One repository of a registry. What is pushed is looked up again before it counts. */
export class RegistryStore implements IImageStore {
  constructor(client: RegistryClient) {
    this._client = client;
  }

  /** Host and path of the repository. */
  get name(): string {
    return this._client.name;
  }

  async putBlob(content: Uint8Array): Promise<string> {
    const digest = digestOf(content);
    await this.writeBlob({ digest, size: content.byteLength }, async function* (start) {
      yield content.subarray(start);
    });
    return digest;
  }

  async hasBlob(digest: string): Promise<boolean> {
    return (await this._sizeOf(digest, 'pull')) !== null;
  }

  async readBlob(digest: string): Promise<Uint8Array> {
    const reply = await this._blob(digest, 0);
    return await readChecked(
      { digest, size: lengthOf(reply) ?? Infinity },
      reply.content(),
      this.name
    );
  }

  async *openBlob(digest: string, start = 0): AsyncGenerator<Uint8Array> {
    const content = (await this._blob(digest, start)).content();
    yield* start === 0 ? checkedContent({ digest }, content, this.name) : content;
  }

  async writeBlob(blob: BlobSize, content: BlobContent): Promise<void> {
    const isThere = async () => (await this._sizeOf(blob.digest, 'push')) === blob.size;
    if (await isThere()) {
      return;
    }
    const client = this._client;
    await new BlobUpload({ client, blob, content, isThere }).run();
    if (!(await isThere())) {
      throw notKept(this.name, blob.digest);
    }
  }

  async putManifest(manifest: object, reference: string): Promise<string> {
    return await this.writeManifest(manifestContent(manifest), reference);
  }

  /**
   * Pushes under a tag that is made of the reference and the digest: registries remove what no tag
   * names, and a tag of ours is never moved.
   */
  async writeManifest(manifest: IManifestContent, reference: string): Promise<string> {
    const { content, mediaType } = manifest;
    const digest = digestOf(content);
    const reply = await this._client.send(`manifests/${tagOf(reference, digest)}`, {
      method: 'PUT',
      right: 'push',
      headers: { 'content-type': mediaType },
      body: content
    });
    if (reply.status !== 201) {
      const refusal = await this._client.refusal(reply);
      throw refused(this.name, `take the manifest ${digest}`, refusal);
    }
    await reply.drop();
    if ((await this._resolved(digest, 'push')) !== digest) {
      throw notKept(this.name, digest);
    }
    return digest;
  }

  async hasManifest(digest: string): Promise<boolean> {
    checkDigest(digest);
    return (await this._resolved(digest, 'pull')) === digest;
  }

  async readManifest(digest: string): Promise<IManifestContent> {
    checkDigest(digest);
    const reply = await this._get(`manifests/${digest}`, digest);
    const content = await readChecked(
      { digest, size: Math.min(lengthOf(reply) ?? MANIFEST_BYTES, MANIFEST_BYTES) },
      reply.content(),
      this.name
    );
    const type = reply.header('content-type')?.split(';')[0].trim();
    return { content, mediaType: type || MANIFEST_TYPE };
  }

  async manifest(digest: string): Promise<Manifest> {
    return parseManifest(digest, (await this.readManifest(digest)).content);
  }

  unpack(manifestDigest: string, folder: string): Promise<void> {
    return unpackModel(this, manifestDigest, folder);
  }

  /**
   * The digest that a tag names now.
   *
   * @throws MlopsError `image-tag-unknown`
   */
  async resolve(tag: string): Promise<string> {
    const digest = await this._resolved(tag, 'pull');
    if (digest === null) {
      throw new MlopsError('not-found', {
        code: 'image-tag-unknown',
        message: `There is no image ${this.name}:${tag}.`,
        cause: 'The registry knows neither the tag, or not the repository.',
        action: 'Check the name, or push the image first.'
      });
    }
    return digest;
  }

  /** Lets go of all connections. */
  close(): Promise<void> {
    return this._client.close();
  }

  private async _resolved(
    reference: string,
    right: 'pull' | 'push'
  ): Promise<string | null> {
    const reply = await this._client.send(`manifests/${reference}`, {
      method: 'HEAD',
      right,
      headers: { accept: ACCEPT }
    });
    await reply.drop();
    if (reply.status === 404) {
      return null;
    }
    if (reply.status !== 200) {
      const refusal = await this._client.refusal(reply);
      throw refused(this.name, `say what ${reference} is`, refusal);
    }
    const digest = reply.header('docker-content-digest');
    return digest ?? (await this._hashed(reference));
  }

  /** Where a registry does not name the digest, the content has to be read. */
  private async _hashed(reference: string): Promise<string> {
    const reply = await this._get(`manifests/${reference}`, reference);
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    for await (const piece of reply.content()) {
      pieces.push(piece);
      bytes += piece.byteLength;
      if (bytes > MANIFEST_BYTES) {
        break;
      }
    }
    return digestOf(Buffer.concat(pieces));
  }

  private async _sizeOf(
    digest: string,
    right: 'pull' | 'push'
  ): Promise<number | null> {
    checkDigest(digest);
    const reply = await this._client.send(`blobs/${digest}`, { method: 'HEAD', right });
    await reply.drop();
    if (reply.status === 404) {
      return null;
    }
    if (reply.status !== 200) {
      const refusal = await this._client.refusal(reply);
      throw refused(this.name, `say whether it holds ${digest}`, refusal);
    }
    return lengthOf(reply);
  }

  private async _blob(digest: string, start: number): Promise<IReply> {
    checkDigest(digest);
    const headers: Record<string, string> =
      start === 0 ? {} : { range: `bytes=${start}-` };
    return await this._get(`blobs/${digest}`, digest, headers);
  }

  private async _get(
    path: string,
    thing: string,
    headers: Record<string, string> = { accept: ACCEPT }
  ): Promise<IReply> {
    const reply = await this._client.send(path, {
      method: 'GET',
      right: 'pull',
      headers
    });
    if (reply.status === ('range' in headers ? 206 : 200)) {
      return reply;
    }
    const refusal = await this._client.refusal(reply);
    throw reply.status === 404
      ? new MlopsError('not-found', {
          code: 'blob-unknown',
          message: `${this.name} holds nothing with digest ${thing}.`,
          cause: refusal.words || undefined
        })
      : refused(this.name, `give ${thing}`, refusal);
  }

  private readonly _client: RegistryClient;
}

/** The tag under which a manifest is pushed: `bike-demand-4f2a…`. */
export function tagOf(reference: string, digest: string): string {
  const digits = digest.slice('sha256:'.length, 'sha256:'.length + TAG_DIGITS);
  const name = reference.replace(/[^A-Za-z0-9_.-]/g, '-').replace(/^[.-]+/, '');
  return `${name.slice(0, TAG_LENGTH - digits.length - 1) || 'image'}-${digits}`;
}

function lengthOf(reply: IReply): number | null {
  const text = reply.header('content-length');
  return text !== null && /^[0-9]+$/.test(text) ? Number(text) : null;
}

function checkDigest(digest: string): void {
  if (!Digest.safeParse(digest).success) {
    throw new MlopsError('refused', {
      code: 'digest-invalid',
      message: `"${digest}" is not a digest.`
    });
  }
}

function notKept(registry: string, digest: string): MlopsError {
  return new MlopsError('failed', {
    code: 'registry-did-not-keep',
    message: `${registry} took ${digest} and does not hold it now.`,
    action: 'Push again; if it stays so, ask whoever runs the registry.'
  });
}
