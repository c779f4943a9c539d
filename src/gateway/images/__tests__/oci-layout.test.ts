import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync
} from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import {
  mountSmallDisk,
  testOnSmallDisk,
  unmountSmallDisk
} from '../../__tests__/small-disk';
import { digestOf } from '../digest';
import { CONFIG_TYPE, Index, MANIFEST_TYPE } from '../manifest';
import { OciLayout } from '../oci-layout';
import { describeImageStore } from './image-store-contract';

const text = (content: string) => Buffer.from(content);

/** A manifest of an empty image that differs by its note. */
async function putManifest(store: OciLayout, note: string): Promise<string> {
  const digest = await store.putBlob(text('{}'));
  return await store.putManifest(
    {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: CONFIG_TYPE, digest, size: 2 },
      layers: [],
      annotations: { note }
    },
    note
  );
}

describe('an OCI layout', () => {
  const folder = temporaryFolder();
  afterAll(() => rmSync(folder, { recursive: true }));
  let count = 0;
  describeImageStore(async () => {
    const [store, other] = [1, 2].map(() => new OciLayout(join(folder, `${count++}`)));
    return { store, other };
  });
});

describe('an OCI layout on disk', () => {
  let folder: string;
  let root: string;
  let store: OciLayout;
  beforeEach(() => {
    folder = temporaryFolder();
    root = join(folder, 'oci');
    store = new OciLayout(root);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps blobs under their digest and gives them back', async () => {
    const digest = await store.putBlob(text('hello'));
    expect(digest).toBe(
      'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'
    );
    expect(readFileSync(join(root, 'blobs/sha256', digest.slice(7)), 'utf8')).toBe(
      'hello'
    );
    expect(Buffer.from(await store.readBlob(digest)).toString()).toBe('hello');
    expect(JSON.parse(readFileSync(join(root, 'oci-layout'), 'utf8'))).toEqual({
      imageLayoutVersion: '1.0.0'
    });
  });

  it('says that it does not know a digest', () => {
    expect(() => store.readBlobSync(digestOf('nothing'))).toThrow(/holds nothing/);
  });

  it('does not hand out damaged content', async () => {
    const digest = await store.putBlob(text('hello'));
    writeFileSync(join(root, 'blobs/sha256', digest.slice(7)), 'hullo');
    await expect(store.readBlob(digest)).rejects.toMatchObject({
      body: { code: 'blob-damaged' }
    });
    expect(() => store.readBlobSync(digest)).toThrow(/damaged/);
  });

  it('mends damaged content when the same comes again', async () => {
    const digest = await store.putBlob(text('hello'));
    writeFileSync(join(root, 'blobs/sha256', digest.slice(7)), 'hullo');
    await store.putBlob(text('hello'));
    expect(Buffer.from(await store.readBlob(digest)).toString()).toBe('hello');
  });

  it('names each manifest in the index once', async () => {
    const first = await putManifest(store, 'a');
    await putManifest(store, 'b');
    expect(await putManifest(store, 'a')).toBe(first);
    const index = Index.parse(
      JSON.parse(readFileSync(join(root, 'index.json'), 'utf8'))
    );
    expect(index.manifests.map(({ annotations }) => annotations)).toEqual([
      { 'org.opencontainers.image.ref.name': 'a' },
      { 'org.opencontainers.image.ref.name': 'b' }
    ]);
  });

  it('loses no manifest when many are stored at once through several stores', async () => {
    const stores = [store, new OciLayout(root), new OciLayout(root)];
    const notes = Array.from({ length: 24 }, (_, index) => `n${index}`);
    await Promise.all(notes.map((note, index) => putManifest(stores[index % 3], note)));
    expect(await store.manifests()).toHaveLength(24);
  });

  it('removes what dead writers left, and only that', async () => {
    const digest = await store.putBlob(text('kept'));
    const blobs = join(root, 'blobs/sha256');
    const old = new Date(Date.now() - 48 * 3600 * 1000);
    writeFileSync(join(blobs, 'old.tmp'), '');
    utimesSync(join(blobs, 'old.tmp'), old, old);
    writeFileSync(join(blobs, 'young.tmp'), '');
    await store.removeLeftovers();
    expect(readdirSync(blobs).sort()).toEqual([digest.slice(7), 'young.tmp'].sort());
  });

  it('refuses to unpack what is no manifest', async () => {
    const digest = await store.putBlob(text('not a manifest'));
    await expect(store.unpack(digest, join(folder, 'out'))).rejects.toMatchObject({
      body: { code: 'manifest-invalid' }
    });
  });
});

describe('an OCI layout on a full disk', () => {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  beforeAll(() => mountSmallDisk(disk, '256k'));
  afterAll(() => {
    unmountSmallDisk(disk);
    rmSync(folder, { recursive: true });
  });

  testOnSmallDisk('leaves nothing of what did not fit, and goes on', async () => {
    const store = new OciLayout(join(disk, 'oci'));
    const kept = await store.putBlob(text('small'));
    await expect(store.putBlob(Buffer.alloc(1024 * 1024, 7))).rejects.toMatchObject({
      code: 'ENOSPC'
    });
    expect(readdirSync(join(disk, 'oci/blobs/sha256'))).toEqual([kept.slice(7)]);
    expect(Buffer.from(await store.readBlob(kept)).toString()).toBe('small');
    await store.putBlob(text('still works'));
  });
});
