import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import { codeOf } from '../../thrown';
import { askCredentialHelper } from './credential-helper';
import { repositoryName, type IRepository } from '../../../contract/image-reference';

/** How somebody proves to a registry who they are. Never logged, never part of a message. */
export type Login =
  | { kind: 'password'; user: string; password: string }
  /** Exchanged for access tokens at the registry's token server. */
  | { kind: 'identity-token'; user: string; token: string }
  /** Sent to the registry as it is. */
  | { kind: 'access-token'; token: string };

/** A login and where it was found, which may be told. */
export interface IFoundLogin {
  login: Login;
  source: string;
}

const AuthEntry = z.object({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
  registrytoken: z.string().optional()
});

/** The parts of containers' `auth.json` and Docker's `config.json` that are about logins. */
const AuthFile = z.object({
  auths: z.record(z.string(), AuthEntry).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional()
});
type AuthFile = z.infer<typeof AuthFile>;

/** Where logins are looked for, in this order; the first file that knows the registry counts. */
export function authFiles(environment: NodeJS.ProcessEnv): string[] {
  if (environment.REGISTRY_AUTH_FILE) {
    return [environment.REGISTRY_AUTH_FILE];
  }
  const home = environment.HOME || homedir();
  const runtime = environment.XDG_RUNTIME_DIR;
  const config = environment.XDG_CONFIG_HOME || join(home, '.config');
  return [
    join(
      runtime || `/run/containers/${process.getuid?.() ?? 0}`,
      runtime ? 'containers/auth.json' : 'auth.json'
    ),
    join(config, 'containers/auth.json'),
    join(environment.DOCKER_CONFIG || join(home, '.docker'), 'config.json')
  ];
}

/**
 * Finds the user's login for a repository. Files are read anew each time: tokens in them change.
 *
 * @returns null where no file knows the registry.
 * @throws MlopsError `auth-file-invalid`, `auth-file-missing`, `credential-helper-failed`,
 * `credential-helper-unknown`
 */
export async function findLogin(
  repository: IRepository,
  environment: NodeJS.ProcessEnv
): Promise<IFoundLogin | null> {
  for (const path of authFiles(environment)) {
    const file = await readAuthFile(path, path === environment.REGISTRY_AUTH_FILE);
    const login = file && (await loginIn(file, path, repository, environment));
    if (login) {
      return { login, source: path };
    }
  }
  return null;
}

async function readAuthFile(path: string, asked: boolean): Promise<AuthFile | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!asked && ['ENOENT', 'ENOTDIR'].includes(codeOf(error))) {
      return null;
    }
    throw new MlopsError('refused', {
      code: 'auth-file-missing',
      message: `The file with logins for registries, ${path}, cannot be read.`,
      cause: codeOf(error),
      action: asked ? 'Correct REGISTRY_AUTH_FILE, or unset it.' : 'Make it readable.'
    });
  }
  try {
    return AuthFile.parse(text.trim() === '' ? {} : JSON.parse(text));
  } catch {
    // The cause would quote the file, which holds passwords.
    throw invalid(path, 'It is not the JSON that podman and Docker write.');
  }
}

async function loginIn(
  file: AuthFile,
  path: string,
  repository: IRepository,
  environment: NodeJS.ProcessEnv
): Promise<Login | null> {
  const { host } = repository;
  const helper = file.credHelpers?.[host] ?? file.credHelpers?.[serverOf(host)];
  if (helper) {
    return await askCredentialHelper(helper, host, environment);
  }
  const key = longestMatch(Object.keys(file.auths ?? {}), repository);
  const login = key === null ? null : loginOf(file.auths?.[key] ?? {}, path);
  if (login) {
    return login;
  }
  // Docker's store holds whole registries only, Docker Hub under its old address.
  return file.credsStore
    ? await askCredentialHelper(file.credsStore, serverOf(host), environment)
    : null;
}

/** Keys may be a registry or any folder or repository in it; old ones are addresses. */
function longestMatch(keys: string[], repository: IRepository): string | null {
  const name = repositoryName(repository);
  const matching = keys
    .map(key => ({ key, names: plainKey(key) }))
    .filter(({ names }) => name === names || name.startsWith(`${names}/`))
    .sort((a, b) => b.names.length - a.names.length);
  return matching[0]?.key ?? null;
}

function plainKey(key: string): string {
  const address = /^https?:\/\/([^/]+)/.exec(key);
  const plain = address ? address[1] : key.replace(/\/$/, '');
  return HUB_NAMES.has(plain) ? HUB : plain;
}

const HUB = 'docker.io';
const HUB_NAMES = new Set(['index.docker.io', 'registry-1.docker.io']);

function serverOf(host: string): string {
  return host === HUB ? 'https://index.docker.io/v1/' : host;
}

function loginOf(entry: z.infer<typeof AuthEntry>, path: string): Login | null {
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (entry.auth && colon < 0) {
    throw invalid(path, 'An "auth" in it is not user and password in base64.');
  }
  const user = entry.username ?? decoded.slice(0, Math.max(colon, 0));
  // Docker pads with zero bytes.
  const password = entry.password ?? decoded.slice(colon + 1).replace(/\0+$/, '');
  if (entry.registrytoken) {
    return { kind: 'access-token', token: entry.registrytoken };
  }
  if (entry.identitytoken) {
    return { kind: 'identity-token', user, token: entry.identitytoken };
  }
  return user === '' ? null : { kind: 'password', user, password };
}

function invalid(path: string, cause: string): MlopsError {
  return new MlopsError('refused', {
    code: 'auth-file-invalid',
    message: `The file with logins for registries, ${path}, cannot be used.`,
    cause,
    action: 'Write it anew with podman login or docker login.'
  });
}
