import { basename, dirname, join } from 'node:path';

import type { Conversion, Split } from '../../contract/pipeline';
import { folderFiles, localReader } from './folder-files';
import { localModules } from './local-modules';

/** Turns a notebook into a pipeline; see `src/notebook/convert.ts`. */
export type Converter = (options: {
  content: unknown;
  fileName: string;
  split?: Split;
  folderFiles: string[];
  readLocal: (path: string) => string | null;
  backend?: string;
}) => Conversion;

/**
 * Converts a notebook where its folder can be looked at: modules in folders that it puts on
 * `sys.path` belong to the pipeline's files, and are read as those beside the notebook are.
 *
 * @param path Absolute path of the notebook, which need not exist.
 */
export function convertedNotebook(
  convert: Converter,
  path: string,
  content: unknown,
  split?: Split
): Conversion {
  const folder = dirname(path);
  const readHere = localReader(folder);
  const input = {
    content,
    fileName: basename(path),
    split,
    folderFiles: folderFiles(folder),
    backend: process.env.MPLBACKEND
  };
  const first = convert({ ...input, readLocal: readHere });
  const { searchPath = [] } = first;
  if (!first.pipeline || searchPath.length === 0) {
    return first;
  }
  const places = searchPath.map(place =>
    place.startsWith('/') ? place : join(folder, place)
  );
  const readers = [readHere, ...places.map(localReader)];
  const conversion = convert({
    ...input,
    readLocal: file =>
      readers.map(read => read(file)).find(text => text !== null) ?? null
  });
  const { pipeline } = conversion;
  if (!pipeline) {
    return conversion;
  }
  const { files } = localModules(folder, searchPath, pipeline.imports);
  const all = [...new Set([...pipeline.files, ...files])].sort();
  return { ...conversion, pipeline: { ...pipeline, files: all } };
}
