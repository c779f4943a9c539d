import { Digest } from './identifier';
import { MlopsError } from './mlops-error';

/** One repository of one registry. */
export interface IRepository {
  /** Host and, where given, port: `registry.example.com:5000`. */
  host: string;
  /** Path of the repository in it: `team/models`. */
  path: string;
}

/** An image or artifact in a repository, by tag or digest. */
export interface IImageReference extends IRepository {
  tag: string | null;
  digest: string | null;
}

// The grammar of the OCI distribution specification and of its reference implementation.
const HOST =
  /^([a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?$/;
const PATH =
  /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const LONGEST = 255;

/**
 * Reads the name of a repository: a registry's host and a path, without scheme, tag or digest.
 *
 * @throws MlopsError `repository-invalid`
 */
export function parseRepository(text: string): IRepository {
  const cause = whyNoRepository(text);
  if (cause !== null) {
    throw new MlopsError('refused', {
      code: 'repository-invalid',
      message: `"${shown(text)}" does not name a repository of a registry.`,
      cause,
      action: 'Write host and path, such as registry.example.com:5000/team/models.'
    });
  }
  const { host, path } = halves(text);
  return { host: host.toLowerCase(), path };
}

/** Why a text names no repository of a registry, in a sentence; null where it does. */
export function whyNoRepository(text: string): string | null {
  const { host, path } = halves(text);
  // Without one of these the first part would be a folder of Docker Hub, which nobody means here.
  const isHost = /[.:]/.test(host) || host === 'localhost';
  return isHost && HOST.test(host) && PATH.test(path) && text.length <= LONGEST
    ? null
    : reasonOf(text, isHost ? host : '', path);
}

function halves(text: string): IRepository {
  const slash = text.indexOf('/');
  return { host: text.slice(0, Math.max(slash, 0)), path: text.slice(slash + 1) };
}

/**
 * Reads `host/path:tag`, `host/path@sha256:…` or both.
 *
 * @throws MlopsError `repository-invalid`, `reference-invalid`
 */
export function parseImageReference(text: string): IImageReference {
  const [named, digest = null, ...rest] = text.split('@');
  const colon = named.lastIndexOf(':');
  const tagged = colon > named.lastIndexOf('/');
  const tag = tagged ? named.slice(colon + 1) : null;
  if (
    rest.length > 0 ||
    (tag === null && digest === null) ||
    (tag !== null && !TAG.test(tag)) ||
    (digest !== null && !Digest.safeParse(digest).success)
  ) {
    throw new MlopsError('refused', {
      code: 'reference-invalid',
      message: `"${shown(text)}" does not name an image.`,
      action: 'Write host/path:tag, or host/path@sha256: and 64 hexadecimal digits.'
    });
  }
  return { ...parseRepository(tagged ? named.slice(0, colon) : named), tag, digest };
}

/** The name of a repository as users and manifests write it. */
export function repositoryName({ host, path }: IRepository): string {
  return `${host}/${path}`;
}

/** Whether only this computer can listen at that name. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:[0-9]+$/, '');
  return (
    name === 'localhost' || name === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(name)
  );
}

/** Something somebody typed may hold a password: `https://user:secret@host/…`. */
function shown(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@').slice(0, 200);
}

function reasonOf(text: string, host: string, path: string): string {
  if (/^[a-z]+:\/\//.test(text)) {
    return 'It begins with a scheme: write host and path only.';
  }
  if (/@/.test(text)) {
    return 'It holds a digest or a user: write host and path only.';
  }
  if (host === '') {
    return 'It names no registry before the path, such as registry.example.com/team/models.';
  }
  if (/:[^/]*$/.test(path)) {
    return 'It holds a tag: write host and path only.';
  }
  return /[A-Z]/.test(path)
    ? 'The path holds capital letters, which registries do not take.'
    : 'It is not well formed: write host and path, such as registry.example.com/team/models.';
}
