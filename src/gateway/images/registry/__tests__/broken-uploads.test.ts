import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { temporaryFolder } from '../../../__tests__/core-builder';
import {
  mountSmallDisk,
  testOnSmallDisk,
  unmountSmallDisk
} from '../../../__tests__/small-disk';
import { copyImage } from '../../copy-image';
import { digestOf } from '../../digest';
import { CONFIG_TYPE, LAYER_TYPE, MANIFEST_TYPE } from '../../manifest';
import { OciLayout } from '../../oci-layout';
import type { RegistryStore } from '../registry-store';
import { FaultyProxy, type ISeen } from './faulty-proxy';
import { describeWithRegistry, RegistryServer } from './registry-server';
import { openStore } from './store-builder';

const MIB = 1024 * 1024;

/** A layout with an image whose only layer has so many bytes. */
async function layoutWithImage(folder: string, bytes: number) {
  const layout = new OciLayout(folder);
  const layer = Buffer.alloc(bytes);
  // No two places are alike: what is sent twice or left out changes the digest.
  for (let at = 0; at + 4 <= bytes; at += 4) {
    layer.writeUInt32LE(at, at);
  }
  const config = Buffer.from('{"os":"linux"}');
  const digest = await layout.putManifest(
    {
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: {
        mediaType: CONFIG_TYPE,
        digest: await layout.putBlob(config),
        size: config.length
      },
      layers: [
        { mediaType: LAYER_TYPE, digest: await layout.putBlob(layer), size: bytes }
      ]
    },
    'demand'
  );
  return { layout, digest, layer: digestOf(layer) };
}

describeWithRegistry('an upload that breaks', () => {
  const folder = temporaryFolder();
  const server = new RegistryServer(folder);
  let proxy: FaultyProxy;
  let image: Awaited<ReturnType<typeof layoutWithImage>>;
  let store: RegistryStore;
  let count = 0;
  beforeAll(async () => {
    await server.start();
    image = await layoutWithImage(join(folder, 'oci'), 20 * MIB);
  });
  beforeEach(async () => {
    proxy = await new FaultyProxy(server.host).start();
    store = openStore(`${proxy.host}/models${count++}`);
  });
  afterEach(() => proxy.stop());
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  const push = () => copyImage(image.layout, store, image.digest, 'demand');
  const layerRequests = (method: string) =>
    proxy.seen.filter(one => one.method === method && !one.path.includes('manifests/'));
  const ranges = () => layerRequests('PATCH').map(one => one.headers['content-range']);
  /** Nth request with a body of that method, counted from 0. */
  const isNth = (method: string, nth: number) => (seen: ISeen) =>
    seen.method === method &&
    Number(seen.headers['content-length']) > 100 &&
    !seen.path.includes('manifests/') &&
    layerRequests(method).filter(one => Number(one.headers['content-length']) > 100)
      .length ===
      nth + 1;
  const expectWhole = async () => {
    const direct = openStore(store.name.replace(proxy.host, server.host));
    expect(await direct.hasManifest(image.digest)).toBe(true);
    expect(digestOf(await direct.readBlob(image.layer))).toBe(image.layer);
  };

  it('is one request where nothing breaks', async () => {
    await push();
    expect(layerRequests('PATCH')).toEqual([]);
    await expectWhole();
  });

  it('goes on in pieces after the first connection was cut', async () => {
    const first = isNth('PUT', 0);
    proxy.fault = seen => (first(seen) ? { cutAfter: 5 * MIB } : undefined);
    await push();
    expect(ranges()).toEqual(['0-8388607', '8388608-16777215', '16777216-20971519']);
    await expectWhole();
  });

  it('goes on where the registry stands when a piece was lost', async () => {
    const first = isNth('PUT', 0);
    const second = isNth('PATCH', 1);
    proxy.fault = seen =>
      first(seen)
        ? { cutBuffered: MIB }
        : second(seen)
          ? { cutBuffered: 3 * MIB }
          : undefined;
    await push();
    // The first piece is not sent again.
    expect(ranges()).toEqual([
      '0-8388607',
      '8388608-16777215',
      '8388608-16777215',
      '16777216-20971519'
    ]);
    await expectWhole();
  });

  it('begins anew where the registry has given up what it had', async () => {
    const first = isNth('PUT', 0);
    const second = isNth('PATCH', 1);
    proxy.fault = seen =>
      first(seen) || second(seen) ? { cutAfter: 3 * MIB } : undefined;
    await push();
    expect(ranges().slice(0, 3)).toEqual([
      '0-8388607',
      '8388608-16777215',
      '0-8388607'
    ]);
    await expectWhole();
  });

  it('is not sent again when only the reply was lost', async () => {
    const first = isNth('PUT', 0);
    proxy.fault = seen => (first(seen) ? { loseReply: true } : undefined);
    await push();
    expect(ranges()).toEqual([]);
    await expectWhole();
  });

  it('is sent in pieces where a proxy takes no large request', async () => {
    proxy.fault = seen =>
      Number(seen.headers['content-length']) > 10 * MIB ? { status: 413 } : undefined;
    await push();
    expect(ranges()).toHaveLength(3);
    await expectWhole();
  });

  it('waits as long as a registry that is busy asks for', async () => {
    let busy = 2;
    proxy.fault = seen =>
      seen.method === 'POST' && busy-- > 0
        ? { status: 429, headers: { 'retry-after': '1' } }
        : undefined;
    const started = Date.now();
    await push();
    expect(Date.now() - started).toBeGreaterThan(1900);
    await expectWhole();
  });

  it('survives that the registry is killed and started again', async () => {
    const first = isNth('PUT', 0);
    const third = isNth('PATCH', 2);
    proxy.fault = seen =>
      first(seen)
        ? { cutBuffered: MIB }
        : third(seen)
          ? {
              first: async () => {
                await server.stop('SIGKILL');
                setTimeout(() => void server.start(), 300);
              }
            }
          : undefined;
    store = openStore(store.name, { pause: 500 });
    await push();
    // It knows the pieces that came before.
    expect(ranges()).toEqual([
      '0-8388607',
      '8388608-16777215',
      '16777216-20971519',
      '16777216-20971519'
    ]);
    await expectWhole();
  });

  it('is given up when nothing gets through, and names nothing', async () => {
    proxy.fault = ({ method, headers }) =>
      ['PUT', 'PATCH'].includes(method) && Number(headers['content-length']) > MIB
        ? { cutBuffered: MIB }
        : undefined;
    await expect(push()).rejects.toMatchObject({
      body: { code: 'registry-not-reachable', cause: 'The connection broke.' }
    });
    const direct = openStore(store.name.replace(proxy.host, server.host));
    expect(await direct.hasManifest(image.digest)).toBe(false);
    // Later it works, and what is there already is not sent again.
    proxy.fault = () => undefined;
    await push();
    proxy.seen.length = 0;
    await push();
    expect(layerRequests('POST')).toEqual([]);
  });

  it('can be stopped', async () => {
    const stop = new AbortController();
    store = openStore(store.name, { signal: stop.signal });
    const first = isNth('PUT', 0);
    proxy.fault = seen =>
      first(seen)
        ? {
            first: async () => {
              stop.abort();
              await sleep(100);
            }
          }
        : undefined;
    await expect(push()).rejects.toMatchObject({ name: 'AbortError' });
    expect(layerRequests('POST')).toHaveLength(2);
  });

  it('sends nothing whole of what is damaged in the model store', async () => {
    const oci = join(folder, 'damaged');
    const damaged = await layoutWithImage(oci, 2 * MIB);
    writeFileSync(
      join(oci, 'blobs/sha256', damaged.layer.slice(7)),
      'x'.repeat(2 * MIB)
    );
    const pushing = copyImage(damaged.layout, store, damaged.digest, 'demand');
    await expect(pushing).rejects.toMatchObject({ body: { code: 'blob-damaged' } });
    expect(await store.hasManifest(damaged.digest)).toBe(false);
  });
});

describeWithRegistry('a registry whose disk is full', () => {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  const server = new RegistryServer(folder, { data: join(disk, 'data') });
  beforeAll(async () => {
    mountSmallDisk(disk, '4m');
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    unmountSmallDisk(disk);
    rmSync(folder, { recursive: true });
  });

  testOnSmallDisk('says so, once, and takes what fits', async () => {
    const large = await layoutWithImage(join(folder, 'large'), 6 * MIB);
    const store = openStore(`${server.host}/models`);
    await expect(
      copyImage(large.layout, store, large.digest, 'demand')
    ).rejects.toMatchObject({ body: { code: 'registry-full' } });
    expect(await store.hasManifest(large.digest)).toBe(false);
    const small = await layoutWithImage(join(folder, 'small'), 1000);
    rmSync(join(disk, 'data/docker/registry/v2/repositories/models/_uploads'), {
      recursive: true
    });
    await copyImage(small.layout, store, small.digest, 'demand');
    expect(await store.hasManifest(small.digest)).toBe(true);
  });
});
