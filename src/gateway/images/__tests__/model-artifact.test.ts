import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { pack } from 'tar-stream';

import { temporaryFolder } from '../../__tests__/core-builder';
import { deriveImage } from '../derived-image';
import { digestOf } from '../digest';
import {
  CONFIG_TYPE,
  LAYER_TYPE,
  MANIFEST_TYPE,
  MODEL_CONFIG_TYPE,
  MODEL_TYPE
} from '../manifest';
import { writeModelArtifact, type IModelArtifact } from '../model-artifact';
import { packModelLayer, unpackModelLayer } from '../model-layer';
import { OciLayout } from '../oci-layout';

const artifact: IModelArtifact = {
  name: 'demand',
  files: [
    { name: 'runtime.py', content: Buffer.from('class MlopsModel: ...\n') },
    { name: 'model.joblib', content: Buffer.from([0, 1, 2, 255]) }
  ],
  config: { kind: 'sklearn', python: '3.11' },
  annotations: { 'org.opencontainers.image.title': 'demand' }
};

interface IEntry {
  name: string;
  type?: 'symlink';
  linkname?: string;
}

async function tar(entry: IEntry): Promise<Uint8Array> {
  const archive = pack();
  const content = buffer(archive);
  if (entry.type === 'symlink') {
    archive.entry({ ...entry, size: 0 });
  } else {
    archive.entry(entry, 'x');
  }
  archive.finalize();
  return await content;
}

describe('a model artifact', () => {
  let folder: string;
  let store: OciLayout;
  beforeEach(() => {
    folder = temporaryFolder();
    store = new OciLayout(join(folder, 'oci'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has the same digest for the same input, whatever the order and the hour', async () => {
    const { digest } = await writeModelArtifact(store, artifact);
    const other = new OciLayout(join(folder, 'other'));
    const again = await writeModelArtifact(other, {
      ...artifact,
      config: { python: '3.11', kind: 'sklearn' },
      files: [...artifact.files].reverse()
    });
    expect(again.digest).toBe(digest);
    // Fixed, so that a change of the format does not pass unnoticed.
    expect(digest).toMatchInlineSnapshot(
      `"sha256:e340fbe0b212f79e781a61b9396fe17c5d560ce7a2f69c50cae17ae394ad185d"`
    );
  });

  it.each([
    ['a file', { files: [{ name: 'model.joblib', content: Buffer.from([1]) }] }],
    ['the configuration', { config: { kind: 'xgboost' } }],
    ['an annotation', { annotations: { 'org.opencontainers.image.title': 'other' } }]
  ])('has another digest when %s differs', async (_, change) => {
    const { digest } = await writeModelArtifact(store, artifact);
    const other = await writeModelArtifact(store, { ...artifact, ...change });
    expect(other.digest).not.toBe(digest);
  });

  it('says in its manifest what it is', async () => {
    const { digest, layer, bytes } = await writeModelArtifact(store, artifact);
    const manifest = await store.manifest(digest);
    expect(manifest.artifactType).toBe(MODEL_TYPE);
    expect(manifest.config.mediaType).toBe(MODEL_CONFIG_TYPE);
    expect(manifest.layers).toEqual([layer]);
    expect(layer.mediaType).toBe(LAYER_TYPE);
    expect(bytes).toBeGreaterThan(layer.size);
  });

  it('holds a tar that tar reads, without owner and time', async () => {
    const { layer } = await writeModelArtifact(store, artifact);
    const path = join(folder, 'oci/blobs/sha256', layer.digest.slice(7));
    const listed = spawnSync('tar', ['--full-time', '--utc', '-tvf', path], {
      encoding: 'utf8'
    });
    expect(listed.stdout.replace(/ +/g, ' ').trim().split('\n')).toEqual([
      'drwxr-xr-x 0/0 0 1970-01-01 00:00:00 models/',
      '-rw-r--r-- 0/0 4 1970-01-01 00:00:00 models/model.joblib',
      '-rw-r--r-- 0/0 22 1970-01-01 00:00:00 models/runtime.py'
    ]);
  });

  it('unpacks to the same files, for their owner only', async () => {
    const { digest } = await writeModelArtifact(store, artifact);
    const out = join(folder, 'out');
    await store.unpack(digest, out);
    expect(readdirSync(out).sort()).toEqual(['model.joblib', 'runtime.py']);
    expect([...readFileSync(join(out, 'model.joblib'))]).toEqual([0, 1, 2, 255]);
  });

  it.each(['../evil.py', 'a/b', '/etc/passwd', '.hidden', '..', '', 'a\0b', 'a b'])(
    'refuses a file that is called %p',
    async name => {
      const files = [{ name, content: Buffer.from('x') }];
      await expect(
        writeModelArtifact(store, { ...artifact, files })
      ).rejects.toMatchObject({ body: { code: 'file-name-invalid' } });
    }
  );

  it.each<[string, IEntry]>([
    ['leads out of the folder', { name: 'models/../../evil' }],
    ['is absolute', { name: '/models/evil' }],
    [
      'is a symbolic link',
      { name: 'models/a', type: 'symlink', linkname: '/etc/passwd' }
    ],
    ['lies elsewhere', { name: 'etc/passwd' }],
    ['lies deeper', { name: 'models/a/b' }]
  ])('unpacks no entry that %s', async (_, entry) => {
    const layer = await tar(entry);
    await expect(unpackModelLayer(layer, join(folder, 'out'))).rejects.toMatchObject({
      body: { code: expect.stringMatching(/layer-unsafe|file-name-invalid/) }
    });
    expect(readdirSync(join(folder, 'out'))).toEqual([]);
  });

  it('never writes over a file that is there', async () => {
    const layer = await packModelLayer(artifact.files);
    await unpackModelLayer(layer, join(folder, 'out'));
    await expect(unpackModelLayer(layer, join(folder, 'out'))).rejects.toThrow(
      /EEXIST/
    );
  });
});

describe('a derived image', () => {
  let folder: string;
  let store: OciLayout;
  let base: string;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = new OciLayout(join(folder, 'oci'));
    const layer = Buffer.from('base layer');
    const layerDigest = await store.putBlob(layer);
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        config: { Cmd: ['mlserver', 'start', '/models'] },
        rootfs: { type: 'layers', diff_ids: [digestOf('uncompressed')] }
      })
    );
    base = await store.putManifest(
      {
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config: {
          mediaType: CONFIG_TYPE,
          digest: await store.putBlob(config),
          size: config.length
        },
        layers: [{ mediaType: LAYER_TYPE, digest: layerDigest, size: layer.length }]
      },
      'base'
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the base with the model on top, the same every time', async () => {
    const model = { name: 'demand', ...(await writeModelArtifact(store, artifact)) };
    const image = await deriveImage(store, base, model);
    expect(await deriveImage(store, base, model)).toBe(image);
    const manifest = await store.manifest(image);
    expect(manifest.layers.map(({ digest }) => digest)).toEqual([
      digestOf('base layer'),
      model.layer.digest
    ]);
    expect(manifest.annotations).toEqual({
      'org.opencontainers.image.base.digest': base,
      'org.jupyterlab-mlops.model.digest': model.digest
    });
    const config: unknown = JSON.parse(
      Buffer.from(await store.readBlob(manifest.config.digest)).toString()
    );
    expect(config).toMatchObject({
      config: { Cmd: ['mlserver', 'start', '/models'] },
      rootfs: { diff_ids: [digestOf('uncompressed'), model.layer.digest] }
    });
  });

  it('holds the model where the artifact holds it', async () => {
    const model = { name: 'demand', ...(await writeModelArtifact(store, artifact)) };
    await store.unpack(await deriveImage(store, base, model), join(folder, 'out'));
    expect(readdirSync(join(folder, 'out')).sort()).toEqual([
      'model.joblib',
      'runtime.py'
    ]);
  });

  it('needs a base that is in the store', async () => {
    const model = { name: 'demand', ...(await writeModelArtifact(store, artifact)) };
    await expect(deriveImage(store, digestOf('none'), model)).rejects.toMatchObject({
      body: { code: 'base-image-missing' }
    });
    // A model artifact is no image.
    await expect(deriveImage(store, model.digest, model)).rejects.toMatchObject({
      body: { code: 'base-image-invalid' }
    });
  });
});
