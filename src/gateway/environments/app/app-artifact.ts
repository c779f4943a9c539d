import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';

import { z } from 'zod';

import { Digest } from '../../../contract/identifier';
import { MlopsError } from '../../../contract/mlops-error';
import type { IImageStore } from '../../images/port';

const MOST_FILES = 500;
const MOST_BYTES = 20 * 1024 * 1024;
const TITLE = 'org.opencontainers.image.title';

/** Content types by file name extension; anything else is handed out as bytes. */
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8'
};

export const contentType = (path: string): string =>
  TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';

const Manifest = z.object({
  layers: z.array(
    z.object({ digest: Digest, annotations: z.object({ [TITLE]: z.string() }) })
  )
});

/**
 * Stores the files of an app's folder as one OCI artifact, a layer a file: the same files give the
 * same digest.
 *
 * @throws MlopsError `app-invalid` naming what is wrong with the folder.
 */
export async function storeApp(
  store: IImageStore,
  model: string,
  folder: string
): Promise<string> {
  const files = await collect(folder);
  if (!files.has('index.html')) {
    throw invalid(folder, 'It has no index.html.');
  }
  const layers = [];
  for (const [path, content] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
    layers.push({
      mediaType: contentType(path).split(';')[0],
      digest: await store.putBlob(content),
      size: content.byteLength,
      annotations: { [TITLE]: path }
    });
  }
  const config = Buffer.from('{}');
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType: 'application/vnd.jupyterlab-mlops.app.v1',
    config: {
      mediaType: 'application/vnd.oci.empty.v1+json',
      digest: await store.putBlob(config),
      size: config.byteLength
    },
    layers
  };
  // Each content under a name of its own: an older one is never taken out of the index.
  const content = createHash('sha256').update(JSON.stringify(layers)).digest('hex');
  return store.putManifest(manifest, `${model}-app:${content.slice(0, 16)}`);
}

/** Path → digest of each file of an app. */
export async function appFiles(
  store: IImageStore,
  digest: string
): Promise<Map<string, string>> {
  const manifest: unknown = JSON.parse(
    Buffer.from((await store.readManifest(digest)).content).toString('utf8')
  );
  return new Map(
    Manifest.parse(manifest).layers.map(layer => [
      layer.annotations[TITLE],
      layer.digest
    ])
  );
}

async function collect(folder: string): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  let bytes = 0;
  const walk = async (prefix: string): Promise<void> => {
    const names = await readdir(join(folder, prefix)).catch((error: unknown) => {
      throw invalid(folder, error instanceof Error ? error.message : String(error));
    });
    for (const name of names.filter(each => !each.startsWith('.')).sort()) {
      const path = prefix ? `${prefix}/${name}` : name;
      const stat = await lstat(join(folder, path));
      if (stat.isDirectory()) {
        await walk(path);
        continue;
      }
      if (!stat.isFile()) {
        throw invalid(folder, `${path} is not a plain file.`);
      }
      bytes += stat.size;
      if (files.size >= MOST_FILES || bytes > MOST_BYTES) {
        throw invalid(folder, 'It holds more than 500 files or 20 MiB.');
      }
      files.set(path, await readFile(join(folder, path)));
    }
  };
  await walk('');
  return files;
}

function invalid(folder: string, cause: string): MlopsError {
  return new MlopsError('refused', {
    code: 'app-invalid',
    message: `The app in ${folder} cannot be promoted.`,
    cause,
    action: 'Correct the folder, or take `app` out of mlops.yaml.'
  });
}
