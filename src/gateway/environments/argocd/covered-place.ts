import { isGitAddress, readGitAddress } from '../../../contract/git-address';
import type { IApplication, Source } from './application';

/** The folder of a repository's branch that is to be applied. */
export interface IPlace {
  /** Address of the repository. */
  repository: string;
  branch: string;
  /** From the repository's root, without slashes at its ends. */
  folder: string;
}

const DEFAULT_PORTS: Record<string, string> = { https: '443', http: '80', ssh: '22' };

/**
 * Whether two addresses name the same repository: over ssh or https, with `.git` or without, whatever
 * the user and the case of the host.
 */
export function sameRepository(one: string, other: string): boolean {
  const [a, b] = [readAddress(one), readAddress(other)];
  if (a === null || b === null) {
    return one === other;
  }
  // A file has no host. A port tells hosts apart only where the same protocol is spoken there.
  return (
    a.host === b.host && a.path === b.path && (a.kind !== b.kind || a.port === b.port)
  );
}

/** Which source of the Application applies the folder; null where none does. */
export function coveringSource(
  { sources, kinds }: Pick<IApplication, 'sources' | 'kinds'>,
  place: IPlace
): number | null {
  const index = sources.findIndex((source, at) =>
    covers(source, kinds[at] ?? '', place)
  );
  return index < 0 ? null : index;
}

/** Whether two sources ask for the same files. */
export function sameSource(a: Source, b: Source): boolean {
  return (
    a.repository === b.repository &&
    a.revision === b.revision &&
    trimmed(a.path) === trimmed(b.path)
  );
}

function covers(source: Source, kind: string, place: IPlace): boolean {
  return (
    source.isFolder &&
    followsBranch(source.revision, place.branch) &&
    reaches(source, kind, place.folder) &&
    sameRepository(source.repository, place.repository)
  );
}

/** Which branch is the default one is not known here; the revision that is applied will tell. */
function followsBranch(revision: string, branch: string): boolean {
  return ['', 'HEAD', branch, `refs/heads/${branch}`].includes(revision);
}

function reaches({ path, recurse }: Source, kind: string, folder: string): boolean {
  const root = trimmed(path);
  if (root === folder) {
    return true;
  }
  // Plain files are taken from below only where that is asked for; Kustomize, Helm and plugins decide themselves.
  const goesDown = recurse || (kind !== '' && kind !== 'Directory');
  return goesDown && (root === '' || folder.startsWith(`${root}/`));
}

function trimmed(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/');
}

/** Users, which our own settings refuse over https, are no part of where a repository lies. */
function readAddress(
  url: string
): { kind: string; host: string; port: string; path: string } | null {
  const text = url.trim().replace(/^(https?:\/\/)[^/@]*@/i, '$1');
  const read = readGitAddress(text);
  if (!isGitAddress(read)) {
    return null;
  }
  const { kind, host, port, path } = read;
  return { kind, host, path, port: port || (DEFAULT_PORTS[kind] ?? '') };
}
