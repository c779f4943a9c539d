import { MlopsError, type ErrorKind } from '../../../../contract/mlops-error';
import type { IEnded } from './network-process';

interface IKnownFailure {
  says: RegExp;
  kind: ErrorKind;
  code: string;
  message(place: string): string;
  action: string;
}

const KNOWN: IKnownFailure[] = [
  {
    says: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    kind: 'refused',
    code: 'git-host-key-changed',
    message: place =>
      `The host of ${place} shows another key than it did before: it may be somebody else.`,
    action:
      'Ask whoever runs it. If the change is right, remove the old key with `ssh-keygen -R <host>` and connect once with ssh.'
  },
  {
    says: /Host key verification failed|No \w+ host key is known/,
    kind: 'refused',
    code: 'git-host-key-unknown',
    message: place => `The host of ${place} is not known to ssh yet.`,
    action:
      'Connect to it once with ssh in a terminal and compare the key, or add it to ~/.ssh/known_hosts.'
  },
  {
    says: /Permission denied \(|Too many authentication failures|no such identity/i,
    kind: 'forbidden',
    code: 'git-authentication-refused',
    message: place => `${place} did not accept your ssh key.`,
    action:
      'Load the key with `ssh-add`, or name it in ~/.ssh/config; nothing here can ask for its passphrase.'
  },
  {
    says: /could not read (Username|Password)|Authentication failed|requested URL returned error: 401|Invalid username or (password|token)/i,
    kind: 'forbidden',
    code: 'git-authentication-refused',
    message: place =>
      `${place} asks for a user and a password, and got none that it accepts.`,
    action:
      'Let git know them: set `credential.helper` and run `git ls-remote` on the address once in a terminal.'
  },
  {
    says: /requested URL returned error: 403|access denied|not permitted|insufficient permission|You are not allowed to|Write access to repository not granted|denied to /i,
    kind: 'forbidden',
    code: 'git-access-refused',
    message: place => `${place} knows you, but does not let you do this.`,
    action: 'Ask its owners for the right to read and push.'
  },
  {
    says: /certificate|SSL (peer|routines)|unable to get local issuer/i,
    kind: 'unavailable',
    code: 'git-certificate-refused',
    message: place => `The certificate of ${place} cannot be checked.`,
    action:
      'Name the authority that signed it: `git config --global http.sslCAInfo <file>`, or GIT_SSL_CAINFO.'
  },
  {
    says: /Repository not found|does not appear to be a git repository|requested URL returned error: 404|repository '[^']*' not found|does not exist|Could not find the project/i,
    kind: 'not-found',
    code: 'git-repository-unknown',
    message: place => `There is no repository at ${place}, or you may not see it.`,
    action: 'Correct `gitops.repository` in mlops.yaml, or ask its owners for access.'
  },
  {
    says: /dubious ownership/,
    kind: 'refused',
    code: 'git-repository-foreign',
    message: place => `${place} belongs to another user, and git does not trust it.`,
    action: 'Run `git config --global --add safe.directory <its folder>` if you do.'
  },
  {
    says: /mismatched algorithms|unsupported object format|unknown repository extension/i,
    kind: 'refused',
    code: 'git-format-unknown',
    message: place =>
      `${place} keeps its objects in a format that is not read here (SHA-256).`,
    action: 'Use a repository in the usual format (SHA-1).'
  },
  {
    says: /No space left on device|Disk quota exceeded/i,
    kind: 'unavailable',
    code: 'git-disk-full',
    message: place => `A disk was full while talking to ${place}.`,
    action: 'Free some space and try again.'
  }
];

/** Nothing was sent yet: what was asked for cannot have happened. */
const NEVER_REACHED =
  /Could not resolve host|Name or service not known|Temporary failure in name resolution|Connection refused|No route to host|Network is unreachable|Failed to connect to|Couldn't connect to server|transport '\w+' not allowed|Unable to find remote helper/i;

/** A failure of the remote, and whether anything may have happened there all the same. */
export interface IRemoteFailure {
  error: MlopsError;
  uncertain: boolean;
}

/**
 * Why git could not do what it should at a remote, in plain words.
 *
 * @param sent Whether something was sent: what the remote's hooks then print decides nothing.
 */
export function remoteFailure(
  place: string,
  ended: IEnded,
  sent = false
): IRemoteFailure {
  const { late } = ended;
  const stderr = sent ? ended.stderr.replace(/^remote:.*$/gm, '') : ended.stderr;
  const cause = lastLines(stderr) || 'Git was ended from outside.';
  const known = late ? undefined : KNOWN.find(({ says }) => says.test(stderr));
  if (known) {
    const { kind, code, action } = known;
    const error = new MlopsError(kind, {
      code,
      message: known.message(place),
      cause,
      action
    });
    return { error, uncertain: false };
  }
  const error = new MlopsError('unavailable', {
    code: 'git-remote-unreachable',
    message: late
      ? `${place} did not answer in time.`
      : `${place} could not be reached.`,
    cause,
    action:
      'Try again when the network and the host are there; what was read before stays.'
  });
  return { error, uncertain: late || !NEVER_REACHED.test(stderr) };
}

/** What the remote itself printed. */
export function remoteWords(stderr: string): string {
  return stderr
    .split('\n')
    .flatMap(line => /^remote: ?(.*?)\s*$/.exec(line)?.[1] ?? [])
    .join('\n')
    .trim()
    .slice(0, 4000);
}

function lastLines(stderr: string): string {
  const lines = stderr.split('\n').map(line => line.trim());
  return lines
    .filter(line => line !== '' && !/^hint:/.test(line))
    .slice(-6)
    .join('\n')
    .slice(-2000);
}
