import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import { copyImage } from '../copy-image';
import { digestOf } from '../digest';
import { CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE, MODEL_TYPE } from '../manifest';
import { writeModelArtifact } from '../model-artifact';
import type { IImageStore } from '../port';

const text = (content: string) => Buffer.from(content);

const ARTIFACT = {
  name: 'demand',
  files: [{ name: 'model.joblib', content: Buffer.from([0, 1, 2, 255]) }],
  config: { kind: 'sklearn' },
  annotations: {}
};

async function collect(content: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** What every store of images does, wherever it keeps them. */
export function describeImageStore(
  create: () => Promise<{ store: IImageStore; other: IImageStore }>
): void {
  describe('as a store of images', () => {
    let store: IImageStore;
    let other: IImageStore;
    let folder: string;
    beforeEach(async () => {
      ({ store, other } = await create());
      folder = temporaryFolder();
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('keeps blobs under their digest and gives them back', async () => {
      expect(await store.hasBlob(digestOf('hello'))).toBe(false);
      const digest = await store.putBlob(text('hello'));
      expect(digest).toBe(digestOf('hello'));
      expect(await store.putBlob(text('hello'))).toBe(digest);
      expect(await store.hasBlob(digest)).toBe(true);
      expect(Buffer.from(await store.readBlob(digest)).toString()).toBe('hello');
    });

    it('keeps what is empty', async () => {
      const digest = await store.putBlob(text(''));
      expect(await store.hasBlob(digest)).toBe(true);
      expect(await store.readBlob(digest)).toHaveLength(0);
    });

    it('streams blobs in and out, from any byte on', async () => {
      const content = Buffer.alloc(3 * 1024 * 1024, 'abcdefg');
      const blob = { digest: digestOf(content), size: content.length };
      await store.writeBlob(blob, async function* (start) {
        for (let at = start; at < content.length; at += 100_000) {
          yield content.subarray(at, at + 100_000);
        }
      });
      expect((await collect(store.openBlob(blob.digest))).equals(content)).toBe(true);
      const end = await collect(store.openBlob(blob.digest, 3 * 1024 * 1024 - 5));
      expect(end.equals(content.subarray(-5))).toBe(true);
    });

    it('keeps nothing that is not what its digest says', async () => {
      const blob = { digest: digestOf('right'), size: 5 };
      const wrong = store.writeBlob(blob, async function* () {
        yield text('wrong');
      });
      await expect(wrong).rejects.toMatchObject({
        body: { code: 'blob-damaged' }
      });
      expect(await store.hasBlob(blob.digest)).toBe(false);
    });

    it('says that it does not know a digest', async () => {
      const unknown = { body: { code: 'blob-unknown' } };
      const digest = digestOf('nothing');
      await expect(store.readBlob(digest)).rejects.toMatchObject(unknown);
      await expect(collect(store.openBlob(digest))).rejects.toMatchObject(unknown);
      await expect(store.readManifest(digest)).rejects.toMatchObject(unknown);
      expect(await store.hasManifest(digest)).toBe(false);
    });

    it.each(['sha256:../../../etc/passwd', '../index.json', '', 'latest'])(
      'takes %p for no digest',
      async digest => {
        const invalid = { body: { code: 'digest-invalid' } };
        await expect(store.readBlob(digest)).rejects.toMatchObject(invalid);
        await expect(store.readManifest(digest)).rejects.toMatchObject(invalid);
      }
    );

    it('keeps a model, the same everywhere, and unpacks it', async () => {
      const { digest, layer } = await writeModelArtifact(store, ARTIFACT);
      expect((await writeModelArtifact(other, ARTIFACT)).digest).toBe(digest);
      expect(await store.hasManifest(digest)).toBe(true);
      const { content, mediaType } = await store.readManifest(digest);
      expect(digestOf(content)).toBe(digest);
      expect(mediaType).toBe(MANIFEST_TYPE);
      expect(await store.manifest(digest)).toMatchObject({
        artifactType: MODEL_TYPE,
        layers: [layer]
      });
      const out = join(folder, 'out');
      await store.unpack(digest, out);
      expect(readdirSync(out)).toEqual(['model.joblib']);
      expect([...readFileSync(join(out, 'model.joblib'))]).toEqual([0, 1, 2, 255]);
    });

    it('keeps a manifest byte for byte, as others wrote it', async () => {
      const config = await store.putBlob(text('{}'));
      const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
      const written = JSON.stringify(
        {
          schemaVersion: 2,
          mediaType,
          config: {
            mediaType: 'application/vnd.docker.container.image.v1+json',
            size: 2,
            digest: config
          },
          layers: []
        },
        null,
        3
      );
      const digest = await store.writeManifest(
        { content: text(written), mediaType },
        'base'
      );
      expect(digest).toBe(digestOf(written));
      const read = await store.readManifest(digest);
      expect(Buffer.from(read.content).toString()).toBe(written);
      expect(read.mediaType).toBe(mediaType);
    });

    it('gives an image to another store, under the same digest', async () => {
      const layer = {
        mediaType: LAYER_TYPE,
        digest: await store.putBlob(text('layer')),
        size: 5
      };
      const config = {
        mediaType: CONFIG_TYPE,
        digest: await store.putBlob(text('{"os":"linux"}')),
        size: 14
      };
      const manifest = {
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config,
        // Twice the same: it is copied once.
        layers: [layer, layer]
      };
      const digest = await store.putManifest(manifest, 'image');
      expect(await copyImage(store, other, digest, 'image')).toEqual({
        blobs: 2,
        bytes: 19
      });
      expect(await other.manifest(digest)).toMatchObject(manifest);
      expect(await other.hasBlob(layer.digest)).toBe(true);
    });
  });
}
