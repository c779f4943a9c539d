import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { bundle } from '../../__tests__/bundle-builder';
import { temporaryFolder } from '../../__tests__/core-builder';
import { readProject } from '../../project/read-project';
import {
  describeWithRegistry,
  RegistryServer
} from '../registry/__tests__/registry-server';
import { openStore } from '../registry/__tests__/store-builder';
import { deriveImage } from '../derived-image';
import { digestOf } from '../digest';
import { baseImage, fetchImage } from '../fetch-image';
import { createImagesStage } from '../images-stage';
import { CONFIG_TYPE, INDEX_TYPE, MANIFEST_TYPE } from '../manifest';
import { writeModelArtifact } from '../model-artifact';
import { OciLayout } from '../oci-layout';
import { pushImage } from '../push-image';

const MIB = 1024 * 1024;
const ENVIRONMENT = { HOME: '/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' };

describeWithRegistry('a project with a registry', () => {
  const folder = temporaryFolder();
  const server = new RegistryServer(join(folder, 'registry'));
  const layout = new OciLayout(join(folder, 'oci'));
  beforeAll(async () => {
    mkdirSync(join(folder, 'registry'));
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  let projects = 0;
  /** A folder with an `mlops.yaml`, as {@link readProject} finds it. */
  const project = (yaml: string) => {
    const path = join(folder, `project${projects++}`);
    mkdirSync(path);
    writeFileSync(join(path, 'mlops.yaml'), yaml.replaceAll('HOST', server.host));
    return path;
  };
  const context = (yaml: string, environment: NodeJS.ProcessEnv = ENVIRONMENT) => ({
    found: readProject(join(project(yaml), 'notebook.ipynb')),
    environment,
    pause: 10
  });
  const writeModel = () =>
    writeModelArtifact(layout, {
      name: 'demand',
      files: [{ name: 'model.joblib', content: Buffer.from([1, 2, 3]) }],
      config: { kind: 'sklearn' },
      annotations: {}
    });
  /** A base image in the registry, of Docker's types as most are. */
  const putBase = async (repository: string) => {
    const store = openStore(`${server.host}/${repository}`);
    const layer = Buffer.from('compressed');
    const config = Buffer.from(
      JSON.stringify({
        architecture: 'amd64',
        os: 'linux',
        rootfs: { type: 'layers', diff_ids: [digestOf('uncompressed')] }
      })
    );
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const manifest = {
      schemaVersion: 2,
      mediaType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        digest: await store.putBlob(config),
        size: config.length
      },
      layers: [
        {
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
          digest: await store.putBlob(layer),
          size: layer.length
        }
      ]
    };
    const content = Buffer.from(JSON.stringify(manifest));
    return await store.writeManifest({ content, mediaType }, 'mlserver');
  };

  it('pushes a model under the digest that it has here', async () => {
    const { digest } = await writeModel();
    const settings = context('image: { repository: HOST/team/models }');
    const reference = await pushImage(layout, digest, settings);
    expect(reference).toBe(`${server.host}/team/models@${digest}`);
    expect(await pushImage(layout, digest, settings)).toBe(reference);
    const out = join(folder, 'out');
    const registry = openStore(`${server.host}/team/models`);
    await registry.unpack(digest, out);
    // A tag keeps it from being removed, and is found by its name.
    expect(await registry.resolve(`demand-${digest.slice(7, 39)}`)).toBe(digest);
  });

  it('fetches a base image by digest, and pushes what is derived from it', async () => {
    const base = await putBase('library/mlserver');
    const settings = context('image: { repository: HOST/team/models }');
    const text = `${server.host}/library/mlserver@${base}`;
    expect(await baseImage(layout, text, settings)).toBe(base);
    expect(await baseImage(layout, base, settings)).toBe(base);
    const artifact = await writeModel();
    const image = await deriveImage(layout, base, { name: 'demand', ...artifact });
    const { layers } = await layout.manifest(image);
    // An image of the OCI's types only.
    expect(layers.map(({ mediaType }) => mediaType)).toEqual([
      'application/vnd.oci.image.layer.v1.tar+gzip',
      'application/vnd.oci.image.layer.v1.tar'
    ]);
    await pushImage(layout, image, settings);
    const registry = openStore(`${server.host}/team/models`);
    expect((await registry.manifest(image)).layers).toEqual(layers);
  });

  it('takes no tag for a base image, and says what it names now', async () => {
    const base = await putBase('library/tagged');
    const tag = `mlserver-${base.slice(7, 39)}`;
    const settings = context('{}');
    const named = fetchImage(layout, `${server.host}/library/tagged:${tag}`, settings);
    await expect(named).rejects.toMatchObject({
      body: {
        code: 'image-by-tag',
        action: `Name it by digest: ${server.host}/library/tagged@${base}`
      }
    });
    const absent = fetchImage(layout, `${server.host}/library/tagged:old`, settings);
    await expect(absent).rejects.toMatchObject({
      kind: 'not-found',
      body: {
        code: 'image-tag-unknown',
        message: `There is no image ${server.host}/library/tagged:old.`
      }
    });
  });

  it('takes no list of images for an image', async () => {
    const store = openStore(`${server.host}/library/list`);
    const content = Buffer.from(
      JSON.stringify({ schemaVersion: 2, mediaType: INDEX_TYPE, manifests: [] })
    );
    const list = await store.writeManifest({ content, mediaType: INDEX_TYPE }, 'list');
    const text = `${server.host}/library/list@${list}`;
    await expect(fetchImage(layout, text, context('{}'))).rejects.toMatchObject({
      body: { code: 'image-for-many-platforms' }
    });
  });

  it('says that it names no repository, or a wrong one', async () => {
    const { digest } = await writeModel();
    await expect(pushImage(layout, digest, context('{}'))).rejects.toMatchObject({
      body: { code: 'repository-missing' }
    });
    expect(() => context('image:\n  repository: https://HOST/x')).toThrow(
      /mlops.yaml, line 2, column 15: ‘image.repository’: It begins with a scheme/
    );
    await expect(
      pushImage(layout, digestOf('?'), context('image: { repository: HOST/x }'))
    ).rejects.toMatchObject({ body: { code: 'blob-unknown' } });
  });

  it('holds a few pieces of a large layer in memory, never all of it', async () => {
    const bytes = 400 * MIB;
    const source = join(folder, 'large');
    const large = new OciLayout(source);
    const piece = randomBytes(MIB);
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256');
    for (let at = 0; at < bytes; at += MIB) {
      hash.update(piece);
    }
    const blob = { digest: `sha256:${hash.digest('hex')}`, size: bytes };
    await large.writeBlob(blob, async function* () {
      for (let at = 0; at < bytes; at += MIB) {
        yield piece;
      }
    });
    const config = await large.putBlob(Buffer.from('{}'));
    const digest = await large.putManifest(
      {
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        config: { mediaType: CONFIG_TYPE, digest: config, size: 2 },
        layers: [{ mediaType: 'application/octet-stream', ...blob }]
      },
      'large'
    );
    const script = bundle(`
      import { OciLayout } from './images/oci-layout';
      import { fetchImage } from './images/fetch-image';
      import { pushImage } from './images/push-image';
      import { readProject } from './project/read-project';
      const [, , source, target, project, digest] = process.argv;
      const context = { found: readProject(project), environment: {} };
      // The kernel's own peak begins with that of the process which started this one
      const before = process.memoryUsage.rss();
      let peak = before;
      setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5).unref();
      const reference = await pushImage(new OciLayout(source), digest, context);
      await fetchImage(new OciLayout(target), reference, context);
      console.log((peak - before) / 1024 / 1024);
    `);
    const { stdout } = await promisify(execFile)(process.execPath, [
      script,
      source,
      join(folder, 'fetched'),
      join(project('image: { repository: HOST/large }'), 'x.ipynb'),
      digest
    ]);
    rmSync(join(script, '..'), { recursive: true });
    // There and back: MiB above what Node itself takes.
    expect(Number(stdout)).toBeLessThan(250);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(await new OciLayout(join(folder, 'fetched')).hasManifest(digest)).toBe(true);
  });

  describe('in the words of doctor', () => {
    const status = (yaml: string) =>
      createImagesStage(ENVIRONMENT).status(project(yaml));

    it('is ready', async () => {
      expect(await status('image: { repository: HOST/team/models }')).toEqual([
        {
          stage: 'images',
          adapter: 'OCI registry',
          state: 'ready',
          detail: `${server.host}/team/models: reachable, you may push`
        }
      ]);
    });

    it('is no line where none is named', async () => {
      expect(await status('{}')).toEqual([]);
    });

    it.each([
      [
        'image: { repository: 127.0.0.1:1/models }',
        /127.0.0.1:1 cannot be reached. Nothing/
      ],
      ['image: { repository: registry.invalid/models }', /cannot be reached/],
      ['image: { repository: models }', /line 1, column 22.*names no registry/],
      ['image: { ca: none.pem, repository: HOST/models }', /none.pem cannot be used/]
    ])('says what is wrong with %s', async (yaml, words) => {
      const [{ state, detail }] = await status(yaml);
      expect(detail).toMatch(words);
      expect(state).toBe('failed');
    });
  });
});
