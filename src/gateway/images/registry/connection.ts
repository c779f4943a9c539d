import { readFile, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';

import type { Dispatcher } from 'undici';

import { MlopsError } from '../../../contract/mlops-error';
import { codeOf } from '../../thrown';

const CONNECT_WITHIN = 10_000;
/** A registry may take minutes to store what it was sent, but says so within this. */
const SILENT_FOR = 300_000;

export interface IConnectionOptions {
  host: string;
  /** PEM file with further authorities to trust; null for none. */
  ca: string | null;
  environment: NodeJS.ProcessEnv;
}

/**
 * Opens the way to one registry: through the proxy that the environment names, trusting Node's and
 * the system's authorities and those named for this registry. Certificates are always verified.
 *
 * @throws MlopsError `certificates-not-readable`
 */
export async function openConnection(options: IConnectionOptions): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('./http-library');
  const ca = await authorities(options);
  // Said, so that NODE_TLS_REJECT_UNAUTHORIZED cannot switch it off.
  const tls = { ca, rejectUnauthorized: true };
  const { environment } = options;
  return new EnvHttpProxyAgent({
    httpProxy: environment.http_proxy ?? environment.HTTP_PROXY ?? '',
    httpsProxy: environment.https_proxy ?? environment.HTTPS_PROXY ?? '',
    noProxy: environment.no_proxy ?? environment.NO_PROXY ?? '',
    allowH2: false,
    connect: { ...tls, timeout: CONNECT_WITHIN },
    requestTls: tls,
    proxyTls: tls,
    headersTimeout: SILENT_FOR,
    bodyTimeout: SILENT_FOR
  });
}

/** PEM texts. `default` holds what `NODE_EXTRA_CA_CERTS` names. */
async function authorities({
  host,
  ca,
  environment
}: IConnectionOptions): Promise<string[]> {
  const named = [ca, environment.SSL_CERT_FILE].flatMap(path => path || []);
  const files = [...named, ...(await perRegistry(host, environment))];
  return [
    ...new Set([
      ...getCACertificates('default'),
      ...getCACertificates('system'),
      ...(await Promise.all(files.map(pem)))
    ])
  ];
}

/** Files that podman and Docker trust for one registry: `certs.d/<host>/*.crt`. */
async function perRegistry(
  host: string,
  environment: NodeJS.ProcessEnv
): Promise<string[]> {
  const home = environment.HOME || homedir();
  const folders = [
    join(home, '.config/containers/certs.d', host),
    join('/etc/containers/certs.d', host),
    join('/etc/docker/certs.d', host)
  ];
  const found = await Promise.all(
    folders.map(async folder =>
      // Most computers have none of these folders.
      (await readdir(folder).catch(() => []))
        .filter(name => name.endsWith('.crt'))
        .map(name => join(folder, name))
    )
  );
  return found.flat();
}

async function pem(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw notReadable(path, codeOf(error));
  });
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw notReadable(path, 'It holds no certificate in PEM format.');
  }
  return text;
}

function notReadable(path: string, cause: string): MlopsError {
  return new MlopsError('refused', {
    code: 'certificates-not-readable',
    message: `The certificates in ${path} cannot be used.`,
    cause,
    action: 'Correct image.ca in mlops.yaml, or SSL_CERT_FILE.'
  });
}
