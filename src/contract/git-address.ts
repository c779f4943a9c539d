/** Where a Git repository lies, as the user wrote it, and the parts that matter. */
export interface IGitAddress {
  /** As it is given to git; it never holds a password. */
  url: string;
  kind: 'https' | 'http' | 'ssh' | 'file';
  /** Lower case, without port; empty for a file. */
  host: string;
  /** Port where one is named. */
  port: string;
  /** Path on the host, without the slashes at its ends and without `.git`. */
  path: string;
}

/** What is wrong with an address, and what to write instead. */
export interface IGitAddressFault {
  message: string;
}

const FORMS =
  'Write https://host/path, ssh://user@host/path, user@host:path, file:///path, or an absolute path.';
/** `user@host:path`, as ssh and scp write it; no slash before the colon. */
const SCP =
  /^(?:([A-Za-z0-9_][\w.+-]*)@)?([A-Za-z0-9][A-Za-z0-9.-]*):(?!\/\/)([^\s:\\][^\s\\]*)$/;
const PLAIN = /^[^\p{Cc}\s]+$/u;
/** Scheme, user (with password), host, port, the rest; the user ends at the last `@` before the path. */
const URL_PARTS =
  /^([a-z][a-z0-9+.-]*):\/\/(?:([^/]*)@)?(\[[0-9a-f:.]*\]|[^/:@?#]*)(?::(\d*))?((?:[/?#].*)?)$/i;
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9._-]*)$/i;
const KINDS = ['https', 'http', 'ssh', 'file'] as const;
const SECRET =
  'An address in a file must not hold a user or a password (ssh: no password). Take them out and let git keep them: set a `credential.helper`, then run `git ls-remote` on the address once in a terminal.';

/** Reads the address of a Git remote: nothing that git would read as an option, a command or a secret. */
export function readGitAddress(url: string): IGitAddress | IGitAddressFault {
  if (!PLAIN.test(url) || url.startsWith('-')) {
    return { message: `This is no address of a Git repository. ${FORMS}` };
  }
  if (/^[\w-]+::/.test(url)) {
    return { message: `Remote helpers (‘name::address’) are not used. ${FORMS}` };
  }
  if (url.startsWith('/')) {
    return { url, kind: 'file', host: '', port: '', path: trimmed(url) };
  }
  if (url.includes('://')) {
    return readUrl(url);
  }
  const scp = SCP.exec(url);
  return scp
    ? { url, kind: 'ssh', host: scp[2].toLowerCase(), port: '', path: trimmed(scp[3]) }
    : { message: `This is no address of a Git repository. ${FORMS}` };
}

export function isGitAddress(
  read: IGitAddress | IGitAddressFault
): read is IGitAddress {
  return 'url' in read;
}

function readUrl(url: string): IGitAddress | IGitAddressFault {
  const [, scheme, user, host, port = '', rest] = URL_PARTS.exec(url) ?? [];
  const kind = KINDS.find(each => each === scheme?.toLowerCase());
  if (!kind) {
    return { message: `Git is asked over https, http, ssh or file only. ${FORMS}` };
  }
  if (user !== undefined && (kind !== 'ssh' || user.includes(':'))) {
    return { message: SECRET };
  }
  if (/[?#]/.test(rest)) {
    return { message: `The address must not have ‘?’ or ‘#’. ${FORMS}` };
  }
  // A host or a user that begins with a dash would be read as an option by ssh.
  const isHost = kind === 'file' ? host === '' : HOST.test(host);
  if (!isHost || user?.startsWith('-')) {
    return { message: `This is no address of a Git repository. ${FORMS}` };
  }
  const path = trimmed(rest);
  return path === ''
    ? { message: `The address names no repository. ${FORMS}` }
    : { url, kind, host: host.toLowerCase(), port, path };
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
}
