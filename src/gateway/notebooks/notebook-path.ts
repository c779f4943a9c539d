import { isAbsolute, join, relative, resolve, sep } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';

/**
 * The absolute path of a notebook.
 *
 * @param path Absolute, or relative to the server's root as JupyterLab names its files.
 * @param rootDir Of the caller's server, which is not always this gateway's.
 * @throws MlopsError `notebook-path` where it leads out of the root or is no notebook's name.
 */
export function notebookPath(path: string, rootDir: string): string {
  if (path.includes('\0')) {
    throw refused(path, 'It holds a NUL character.');
  }
  const absolute = isAbsolute(path) ? resolve(path) : join(rootDir, path);
  if (!isAbsolute(path) && isOutside(rootDir, absolute)) {
    throw refused(path, 'It leads out of the folder that Jupyter serves.');
  }
  return absolute;
}

/** Whether `path` is neither `folder` itself nor below it; both absolute. */
export function isOutside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function refused(path: string, cause: string): MlopsError {
  return new MlopsError('refused', {
    code: 'notebook-path',
    message: `${JSON.stringify(path)} is not a notebook that can be run.`,
    cause,
    action: 'Give the path of a notebook below the folder that Jupyter serves.'
  });
}
