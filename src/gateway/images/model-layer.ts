import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';

import { extract, pack, type Header } from 'tar-stream';

import { MlopsError } from '../../contract/mlops-error';

/** Where a model's files stand in its layer. */
const FOLDER = 'models';
/** One path segment, no hidden file: what any system can hold and no shell or path misreads. */
const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,199}$/;
const EPOCH = new Date(0);

export interface IModelFile {
  /** Name below `/models`, without folders. */
  name: string;
  content: Uint8Array;
}

/**
 * Packs files as an uncompressed tar layer below `/models`. The same files give the same bytes:
 * names sorted, no times, no owner, fixed modes, and no compressor whose version could matter.
 *
 * @throws MlopsError `file-name-invalid`
 */
export async function packModelLayer(files: IModelFile[]): Promise<Uint8Array> {
  const sorted = [...files].sort((a, b) =>
    a.name < b.name ? -1 : a.name > b.name ? 1 : 0
  );
  const archive = pack();
  const content = buffer(archive);
  const owner = { uid: 0, gid: 0, uname: '', gname: '', mtime: EPOCH };
  archive.entry({ ...owner, name: `${FOLDER}/`, type: 'directory', mode: 0o755 });
  for (const { name, content: bytes } of sorted) {
    checkFileName(name);
    archive.entry(
      { ...owner, name: `${FOLDER}/${name}`, type: 'file', mode: 0o644 },
      Buffer.from(bytes)
    );
  }
  archive.finalize();
  return content;
}

/**
 * Writes the files of a model layer into a folder, which must be empty.
 *
 * @throws MlopsError `layer-unsafe` for anything but plain files below `/models`
 */
export async function unpackModelLayer(
  layer: Uint8Array,
  folder: string
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // All names are checked before the first file is written.
  for (const { name, content } of await readModelLayer(layer)) {
    await writeFile(join(folder, name), content, { flag: 'wx', mode: 0o600 });
  }
}

function readModelLayer(layer: Uint8Array): Promise<IModelFile[]> {
  const archive = extract();
  const files: IModelFile[] = [];
  return new Promise((resolve, reject) => {
    archive.on('error', reject);
    archive.on('finish', () => resolve(files));
    archive.on('entry', ({ name, type }, stream, next) => {
      buffer(stream)
        .then(content => {
          const file = fileNameOf(name, type);
          if (file !== null) {
            files.push({ name: file, content });
          }
          next();
        })
        .catch(reject);
    });
    archive.end(Buffer.from(layer));
  });
}

/** The file's name below `/models`; null for that folder itself. */
function fileNameOf(path: string, type: Header['type']): string | null {
  if (type === 'directory' && path === `${FOLDER}/`) {
    return null;
  }
  const [folder, file, ...rest] = path.split('/');
  if (type !== 'file' || folder !== FOLDER || !file || rest.length > 0) {
    throw unsafe(path);
  }
  checkFileName(file);
  return file;
}

/** @throws MlopsError `file-name-invalid` where the name could leave its folder or surprise a shell. */
export function checkFileName(name: string): void {
  if (!FILE_NAME.test(name)) {
    throw new MlopsError('refused', {
      code: 'file-name-invalid',
      message: `A model's file cannot be called ${JSON.stringify(name)}.`,
      cause:
        'Letters, digits, dots, dashes and underscores only, no folders, not hidden.'
    });
  }
}

function unsafe(name: string): MlopsError {
  return new MlopsError('refused', {
    code: 'layer-unsafe',
    message: `The model layer holds ${JSON.stringify(name)}, which is not a plain file of the model.`
  });
}
