import { MlopsError } from '../../../contract/mlops-error';
import { damaged } from '../checked-content';
import type { BlobContent, BlobSize } from '../port';
import type { RegistryClient } from './registry-client';
import { refused } from './registry-errors';
import type { IReply } from './send';

/** Bytes a piece when a blob is sent in pieces: what one broken connection costs at most. */
const PIECE = 8 * 1024 * 1024;
/** Failures in a row, without any progress, after which an upload is given up. */
const PATIENCE = 6;
const TYPE = { 'content-type': 'application/octet-stream' };

/** An upload that the registry has begun, and how much of it is there. */
interface ISession {
  location: URL;
  offset: number;
  /** Bytes that each piece but the last must have at least. */
  minimum: number;
}

/**
 * Sends one blob. First in one request, which every registry takes; when that breaks, or is too large
 * for a proxy, in pieces, from where the registry says that it stands.
 */
export class BlobUpload {
  constructor(options: BlobUpload.IOptions) {
    this._client = options.client;
    this._blob = options.blob;
    this._content = options.content;
    this._isThere = options.isThere;
  }

  /**
   * Resolves when the registry has taken the blob.
   *
   * @throws MlopsError `blob-damaged`, and what {@link RegistryClient.send} throws.
   */
  async run(): Promise<void> {
    let session: ISession | null = null;
    let inPieces = false;
    let furthest = 0;
    for (let failures = 0; ;) {
      try {
        session ??= await this._start();
        await (inPieces ? this._sendPieces(session) : this._sendWhole(session));
        return;
      } catch (error) {
        if (!(error instanceof BrokenUpload)) {
          throw error;
        }
        if (session && session.offset > furthest) {
          furthest = session.offset;
          failures = 0;
        }
        if (++failures > PATIENCE) {
          throw error.reason;
        }
        await this._client.pause(failures);
        // Perhaps only the reply was lost.
        if (await this._isThere()) {
          return;
        }
        inPieces = true;
        session = session && (await this._resume(session));
      }
    }
  }

  private async _start(): Promise<ISession> {
    const reply = await this._client.send('blobs/uploads/', {
      method: 'POST',
      right: 'push',
      headers: { 'content-length': '0' }
    });
    if (reply.status !== 202) {
      // It was tried several times already.
      const broken = await this._refused(reply);
      throw broken instanceof BrokenUpload ? broken.reason : broken;
    }
    await reply.drop();
    return {
      location: await this._client.locate(reply.header('location')),
      offset: 0,
      minimum: Number(reply.header('oci-chunk-min-length') ?? 0) || 0
    };
  }

  private async _sendWhole({ location }: ISession): Promise<void> {
    const { size } = this._blob;
    await this._finish(location, size, () => this._content(0));
  }

  private async _sendPieces(session: ISession): Promise<void> {
    const piece = Math.max(PIECE, session.minimum);
    while (session.offset < this._blob.size) {
      const start = session.offset;
      const length = Math.min(piece, this._blob.size - start);
      const reply = await this._send(session.location, 'PATCH', {
        headers: {
          ...TYPE,
          'content-length': String(length),
          'content-range': `${start}-${start + length - 1}`
        },
        body: () => firstBytes(this._content(start), length)
      });
      if (reply.status !== 202 && reply.status !== 204) {
        throw await this._refused(reply);
      }
      await reply.drop();
      session.location = await this._client.locate(reply.header('location'));
      session.offset = start + length;
    }
    await this._finish(session.location, 0);
  }

  private async _finish(
    location: URL,
    length: number,
    body?: () => AsyncIterable<Uint8Array>
  ): Promise<void> {
    const url = new URL(location);
    url.searchParams.set('digest', this._blob.digest);
    const headers = { ...TYPE, 'content-length': String(length) };
    const reply = await this._send(url, 'PUT', { headers, body });
    if (reply.status !== 201 && reply.status !== 204) {
      throw await this._refused(reply);
    }
    await reply.drop();
  }

  private async _send(
    url: URL,
    method: 'PUT' | 'PATCH',
    request: { headers: Record<string, string>; body?: () => AsyncIterable<Uint8Array> }
  ): Promise<IReply> {
    try {
      return await this._client.send(url, {
        method,
        right: 'push',
        repeat: false,
        ...request
      });
    } catch (error) {
      if (error instanceof MlopsError && error.body.code === 'registry-not-reachable') {
        throw new BrokenUpload(error);
      }
      throw error;
    }
  }

  /** Where the upload stands; null where the registry has given it up, and it must begin anew. */
  private async _resume({ location, minimum }: ISession): Promise<ISession | null> {
    const reply = await this._client.send(location, { method: 'GET', right: 'push' });
    await reply.drop();
    const range = /^(?:bytes=)?0-([0-9]+)$/.exec(reply.header('range') ?? '');
    if (reply.status !== 204 || !range) {
      return null;
    }
    // Of nothing, too, registries say 0-0.
    const last = Number(range[1]);
    const offset = last === 0 ? 0 : last + 1;
    if (offset > this._blob.size) {
      return null;
    }
    const next = reply.header('location');
    return {
      location: next === null ? location : await this._client.locate(next),
      offset,
      minimum
    };
  }

  private async _refused(reply: IReply): Promise<Error> {
    const refusal = await this._client.refusal(reply);
    if (refusal.code === 'DIGEST_INVALID') {
      return damaged(this._blob.digest, 'what was sent');
    }
    const error = refused(this._client.name, `take ${this._blob.digest}`, refusal);
    const passing =
      reply.status >= 500 || [404, 408, 413, 416, 429].includes(reply.status);
    return passing && !refusal.full ? new BrokenUpload(error) : error;
  }

  private readonly _client: RegistryClient;
  private readonly _blob: BlobSize;
  private readonly _content: BlobContent;
  private readonly _isThere: () => Promise<boolean>;
}

export namespace BlobUpload {
  export interface IOptions {
    client: RegistryClient;
    blob: BlobSize;
    content: BlobContent;
    /** Whether the registry holds the blob now. */
    isThere(): Promise<boolean>;
  }
}

/** The upload stopped; going on may help. */
class BrokenUpload extends Error {
  constructor(readonly reason: MlopsError) {
    super(reason.message);
  }
}

async function* firstBytes(
  content: AsyncIterable<Uint8Array>,
  length: number
): AsyncGenerator<Uint8Array> {
  let left = length;
  for await (const piece of content) {
    yield piece.byteLength <= left ? piece : piece.subarray(0, left);
    left -= piece.byteLength;
    if (left <= 0) {
      return;
    }
  }
}
