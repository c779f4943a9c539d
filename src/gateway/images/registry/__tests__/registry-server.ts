import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { REPOSITORY } from '../../../__tests__/core-builder';

/** Debian's package, installed or unpacked by `tests/docker-registry.sh`. */
const PROGRAM = [
  ...(process.env.PATH ?? '').split(delimiter),
  join(REPOSITORY, '.cache/debian/usr/bin')
]
  .map(folder => join(folder, 'docker-registry'))
  .find(path => existsSync(path));

/** Tests against a real registry; they say why where they cannot run. */
export function describeWithRegistry(name: string, body: () => void): void {
  const missing = !PROGRAM
    ? 'docker-registry'
    : spawnSync('openssl', ['version']).status !== 0
      ? 'openssl'
      : null;
  if (missing === null) {
    describe(name, body);
  } else {
    const reason = `skipped because ${missing} is not installed`;
    describe(name, () => it.skip(reason, () => {}));
  }
}

/** Users of {@link RegistryServer.IOptions.htpasswd}; bcrypt, as the registry asks for. */
export const USER = { name: 'anna', password: 'correct horse' };

/** A real registry on a free port of 127.0.0.1, which can be killed and started again. */
export class RegistryServer {
  /** @param folder Where it keeps its data; the caller's to remove. */
  constructor(folder: string, options: RegistryServer.IOptions = {}) {
    this._folder = folder;
    this._options = options;
  }

  get host(): string {
    return `127.0.0.1:${this._port}`;
  }

  get log(): string {
    return readFileSync(join(this._folder, 'log'), 'utf8');
  }

  async start(): Promise<this> {
    mkdirSync(this._data, { recursive: true });
    this._port ||= await freePort();
    const config = join(this._folder, 'config.yml');
    writeFileSync(config, JSON.stringify(this._configuration()));
    const log = openSync(join(this._folder, 'log'), 'a');
    const child = spawn(PROGRAM ?? '', ['serve', config], {
      stdio: ['ignore', log, log]
    });
    this._child = child;
    for (let waited = 0; !(await listens(this._port)); waited += 50) {
      if (child.exitCode !== null || waited > 20_000) {
        throw new Error(`The registry did not start: ${this.log}`);
      }
      await sleep(50);
    }
    return this;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    const child = this._child;
    this._child = null;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
  }

  private get _data(): string {
    return this._options.data ?? join(this._folder, 'data');
  }

  private _configuration(): object {
    const { htpasswd, token, tls } = this._options;
    return {
      version: 0.1,
      log: { level: 'error', accesslog: { disabled: true } },
      storage: {
        filesystem: { rootdirectory: this._data },
        delete: { enabled: true },
        maintenance: { uploadpurging: { enabled: false } }
      },
      // Uploads that were begun before a restart go on after it.
      http: { addr: this.host, secret: 'of these tests', ...(tls ? { tls } : {}) },
      ...(htpasswd ? { auth: { htpasswd: { realm: 'tests', path: htpasswd } } } : {}),
      ...(token ? { auth: { token } } : {})
    };
  }

  private readonly _folder: string;
  private readonly _options: RegistryServer.IOptions;
  private _port = 0;
  private _child: ChildProcess | null = null;
}

export namespace RegistryServer {
  export interface IOptions {
    /** Where blobs lie; in the server's folder where absent. */
    data?: string;
    /** Path of a password file. */
    htpasswd?: string;
    tls?: { certificate: string; key: string };
    token?: { realm: string; service: string; issuer: string; rootcertbundle: string };
  }
}

/** Of the password of {@link USER}. */
const BCRYPT = '$2y$05$yCCTEN5DKbTX8JgpXhhSiOOZomgQ0RBIVSgLVeludZdO3XBsWqQiO';

/** A password file with {@link USER}. */
export function writePasswords(folder: string): string {
  const path = join(folder, 'htpasswd');
  writeFileSync(path, `${USER.name}:${BCRYPT}\n`);
  return path;
}

/** An auth file as `podman login` writes it. */
export function writeAuthFile(
  path: string,
  logins: Record<string, { name: string; password: string }>
): string {
  const auths = Object.fromEntries(
    Object.entries(logins).map(([key, { name, password }]) => [
      key,
      { auth: Buffer.from(`${name}:${password}`).toString('base64') }
    ])
  );
  writeFileSync(path, JSON.stringify({ auths }));
  return path;
}

/** A private authority and a certificate of it for 127.0.0.1. */
export function writeCertificates(folder: string) {
  const file = (name: string) => join(folder, name);
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ...['-nodes', '-days', '2', '-subj', '/CN=Authority of these tests'],
    ...['-keyout', file('ca.key'), '-out', file('ca.pem')]
  );
  openssl(
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    ...['-nodes', '-days', '2', '-subj', '/CN=127.0.0.1'],
    ...['-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-CA', file('ca.pem'), '-CAkey', file('ca.key')],
    ...['-keyout', file('server.key'), '-out', file('server.pem')]
  );
  return {
    ca: file('ca.pem'),
    key: file('server.key'),
    certificate: file('server.pem')
  };
}

function openssl(...words: string[]): void {
  const done = spawnSync('openssl', words, { encoding: 'utf8' });
  if (done.status !== 0) {
    throw new Error(`openssl ${words[0]}: ${done.stderr}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

async function listens(port: number): Promise<boolean> {
  return await new Promise(resolve => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
