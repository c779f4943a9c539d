/**
 * Paths as texts, as far as the source tells them. What begins with `./` is absolute where the
 * notebook runs: its parents lead out of the folder, those of `..` do not.
 */

/** The notebook's own folder, as `os.getcwd()` gives it. */
export const HERE = './';

export function join(left: string, right: string): string {
  if (right.startsWith('/') || left === '' || left === '.') {
    return right;
  }
  return left.endsWith('/') ? left + right : `${left}/${right}`;
}

/** The path as `resolve()` gives it. */
export function absolute(path: string): string {
  return /^([/~]|\.\/)/.test(path) ? path : HERE + (path === '.' ? '' : path);
}

/** What `Path.parent` gives. */
export function parent(path: string): string {
  if (!path.startsWith(HERE)) {
    const end = path.lastIndexOf('/');
    return end > 0 ? path.slice(0, end) : end === 0 ? '/' : '.';
  }
  const parts = path.split('/').filter(part => part !== '' && part !== '.');
  if (parts.length === 0 || parts.at(-1) === '..') {
    parts.push('..');
  } else {
    parts.pop();
  }
  return HERE + parts.join('/');
}

/** The path that a function of `os` or `str` gives for a path; null where it is not known. */
export function pathText(name: string, given: string | null): string | null {
  if (name === 'os.getcwd') {
    return HERE;
  }
  if (given === null) {
    return null;
  }
  switch (name) {
    case 'str':
    case 'os.fspath':
      return given;
    case 'os.path.abspath':
    case 'os.path.realpath':
      return absolute(given);
    case 'os.path.dirname':
      return given.startsWith(HERE) || given.includes('/') ? parent(given) : '';
    default:
      return null;
  }
}
