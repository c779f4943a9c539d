import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { temporaryFolder } from '../../../../__tests__/core-builder';

export const SSHD = '/usr/sbin/sshd';
/** Why nothing runs over ssh here; null where it does. */
export const NO_SSHD = existsSync(SSHD)
  ? null
  : 'openssh-server is not installed (tests/servers.sh installs it)';

/** A Git host that was started for a test. */
export interface IHost {
  /** Of the repository that it serves. */
  url: string;
  /** The bare repository itself, to look at it and to break it. */
  bare: string;
  /** A user of this host: the text of their `.gitconfig`. */
  gitconfig(name: string): string;
  /** Refuses every credential from now on, or accepts them again. */
  refuse(refused: boolean): void;
  close(): Promise<void>;
}

export const SECRET = 'geheim-4711';

export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe']
  }).trim();
}

/** Makes a home folder with such a `.gitconfig`, and gives its path. */
export function userHome(host: IHost, name: string): string {
  const home = temporaryFolder('mlops-user-');
  writeFileSync(join(home, '.gitconfig'), host.gitconfig(name), { mode: 0o600 });
  return home;
}

const identityOf = (name: string): string =>
  `[user]\n\tname = ${name}\n\temail = ${name}@example.org\n`;

function bareRepository(): { folder: string; bare: string } {
  const folder = temporaryFolder('mlops-host-');
  const bare = join(folder, 'gitops.git');
  git(folder, 'init', '--quiet', '--bare', '-b', 'main', bare);
  git(bare, 'config', 'http.receivepack', 'true');
  // As forges answer while another push is being written.
  git(bare, 'config', 'core.filesRefLockTimeout', '2000');
  return { folder, bare };
}

export async function fileHost(): Promise<IHost> {
  const { bare, folder } = bareRepository();
  return {
    url: `file://${bare}`,
    bare,
    gitconfig: identityOf,
    refuse: () => undefined,
    close: async () => rmSync(folder, { recursive: true, force: true })
  };
}

/** A key and a certificate for 127.0.0.1 that nobody has signed. */
function certificate(folder: string): { key: string; cert: string } {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 -keyout ${key} -out ${cert}`.split(
      ' '
    ),
    { stdio: 'ignore' }
  );
  return { key, cert };
}

/** The same over TLS; a user trusts the certificate where `.gitconfig` names it. */
export const httpsHost = (): Promise<IHost> => httpHost(true);

/** `git http-backend` behind a small server that asks for a password. */
export async function httpHost(secure = false): Promise<IHost> {
  const { bare, folder } = bareRepository();
  let refused = false;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const [, given = ''] = (request.headers.authorization ?? '').split(' ');
    const [user, password] = Buffer.from(given, 'base64').toString().split(':');
    if (refused || password !== SECRET) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="git"' }).end();
      return;
    }
    serveGit(folder, user, request, response);
  };
  const tls = secure ? certificate(folder) : null;
  const server = tls
    ? createSecureServer(
        { key: readFileSync(tls.key), cert: readFileSync(tls.cert) },
        answer
      )
    : createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http${tls ? 's' : ''}://127.0.0.1:${port}`;
  return {
    url: `${origin}/gitops.git`,
    bare,
    gitconfig: name =>
      `${identityOf(name)}${tls ? `[http]\n\tsslCAInfo = ${tls.cert}\n` : ''}[credential "${origin}"]\n\thelper = "!f() { test \\"$1\\" = get && printf 'username=${name}\\\\npassword=${SECRET}\\\\n'; }; f"\n`,
    refuse: now => {
      refused = now;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

function serveGit(
  folder: string,
  user: string,
  request: IncomingMessage,
  response: ServerResponse
): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://host');
  const backend = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: user,
      REMOTE_ADDR: '127.0.0.1',
      REQUEST_METHOD: request.method,
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? ''
    },
    stdio: ['pipe', 'pipe', 'ignore']
  });
  backend.stdin.on('error', () => undefined);
  request.pipe(backend.stdin);
  let head: Buffer | null = Buffer.alloc(0);
  backend.stdout.on('data', (chunk: Buffer) => {
    if (head === null) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end >= 0) {
      const lines = head.toString('latin1', 0, end).split('\r\n');
      const headers = Object.fromEntries(
        lines.map(line => line.split(/:\s*/, 2) as [string, string])
      );
      response.writeHead(Number.parseInt(headers.Status ?? '200', 10), headers);
      response.write(head.subarray(end + 4));
      head = null;
    }
  });
  backend.on('close', () => response.end());
}

/** OpenSSH's server as this user, on 127.0.0.1, with keys and configuration of its own. */
export async function sshHost(): Promise<IHost> {
  const { bare, folder } = bareRepository();
  const key = (name: string): string => {
    const file = join(folder, name);
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    return file;
  };
  const [hostKey, userKey] = [key('host'), key('user')];
  const publicKey = (file: string): string =>
    execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim();
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, `${publicKey(userKey)}\n`);
  if (process.getuid?.() === 0) {
    // Where root's sshd locks itself in.
    mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  }
  const port = await freePort();
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${authorized}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'MaxStartups 100'
    ].join('\n')
  );
  const server = spawn(SSHD, ['-D', '-e', '-f', config], { stdio: 'ignore' });
  await untilListening(port);
  const known = join(folder, 'known_hosts');
  writeFileSync(known, `[127.0.0.1]:${port} ${publicKey(hostKey)}\n`);
  const client = join(folder, 'ssh_config');
  writeFileSync(
    client,
    `Host *\n  IdentityFile ${userKey}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${known}\n  GlobalKnownHostsFile /dev/null\n`
  );
  return {
    url: `ssh://${userInfo().username}@127.0.0.1:${port}${bare}`,
    bare,
    gitconfig: name => `${identityOf(name)}[core]\n\tsshCommand = ssh -F ${client}\n`,
    refuse: refused =>
      writeFileSync(authorized, refused ? '' : `${publicKey(userKey)}\n`),
    close: async () => {
      const ended = new Promise(resolve => server.once('exit', resolve));
      server.kill();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const there = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (there) {
      return;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  throw new Error('sshd did not start');
}
