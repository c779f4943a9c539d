import { PageConfig } from '@jupyterlab/coreutils';

/**
 * The path below the server's root, as documents are opened by; null where the file lies outside.
 *
 * The server tells its root with `~` for the home folder, whose place the browser does not know: then
 * the first place in the path where the rest of the root stands is taken.
 */
export function serverPath(
  absolute: string,
  root: string = PageConfig.getOption('serverRoot')
): string | null {
  if (root === '') {
    return null;
  }
  const folder = root.replace(/\/+$/, '');
  if (!folder.startsWith('~')) {
    return absolute.startsWith(`${folder}/`) ? absolute.slice(folder.length + 1) : null;
  }
  const rest = `${folder.slice(1)}/`;
  const home = /^(\/home\/[^/]+|\/Users\/[^/]+|\/root)(?=\/)/.exec(absolute)?.[0];
  const start = home !== undefined ? home.length : absolute.indexOf(rest);
  return start >= 0 && absolute.startsWith(rest, start)
    ? absolute.slice(start + rest.length)
    : null;
}

/** Whether an absolute path and one below the server's root may be the same file. */
export function isSameFile(absolute: string, local: string): boolean {
  const path = serverPath(absolute);
  return path === null ? absolute.endsWith(`/${local}`) : path === local;
}
