import { isAbsolute, join } from 'node:path';

import type { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import type { IEntry, IKubeconfig } from './kubeconfig-file';
import {
  KubeconfigCluster,
  KubeconfigContext,
  KubeconfigUser
} from './kubeconfig-shape';

/** How many names of contexts a message lists. */
const LISTED = 8;

/** One context with its cluster and user, all paths absolute. */
export interface IChosenContext {
  context: string;
  /** The cluster's name in the kubeconfig. */
  cluster: string;
  namespace: string | null;
  server: KubeconfigCluster;
  user: KubeconfigUser;
  userName: string;
}

/**
 * Takes the context of this name; the kubeconfig's current one plays no part.
 *
 * @throws MlopsError `context-unknown`, `kubeconfig-broken`, `tls-verification-off`, `cluster-without-tls`,
 *   `cluster-proxy-unknown`, `impersonation-unsupported`, `auth-provider-unsupported`,
 *   `basic-auth-unsupported`, `credential-missing`
 */
export function chooseContext(kubeconfig: IKubeconfig, name: string): IChosenContext {
  const entry = kubeconfig.contexts.find(one => one.name === name);
  if (!entry) {
    const names = kubeconfig.contexts.map(one => one.name);
    const more = names.length > LISTED ? `, and ${names.length - LISTED} more` : '';
    throw refused(
      'context-unknown',
      `There is no context ‘${name}’ in the kubeconfig ${kubeconfig.files.join(', ')}.`,
      `Name one of these under ‘cluster’ in mlops.yaml: ${names.slice(0, LISTED).join(', ')}${more}.`
    );
  }
  const context = read(KubeconfigContext, entry, `context ‘${name}’`);
  const clusterEntry = find(kubeconfig.clusters, context.cluster, 'cluster', name);
  const server = read(KubeconfigCluster, clusterEntry, `cluster ‘${context.cluster}’`);
  const userName = context.user ?? '';
  const userEntry = find(kubeconfig.users, userName, 'user', name);
  const user = read(KubeconfigUser, userEntry, `user ‘${userName}’`);
  checkServer(server, context.cluster);
  checkUser(user, userName);
  return {
    context: name,
    cluster: context.cluster,
    namespace: context.namespace ?? null,
    server: withPaths(server, clusterEntry.folder, ['certificate-authority']),
    user: withPaths(user, userEntry.folder, [
      'tokenFile',
      'client-certificate',
      'client-key'
    ]),
    userName
  };
}

function find(entries: IEntry[], name: string, kind: string, context: string): IEntry {
  const entry = entries.find(one => one.name === name);
  if (!entry) {
    throw refused(
      'kubeconfig-broken',
      `The context ‘${context}’ names the ${kind} ‘${name}’, which the kubeconfig does not hold.`,
      'Log in again to have it written anew, or correct it.'
    );
  }
  return entry;
}

function read<T>(schema: z.ZodType<T>, entry: IEntry, what: string): T {
  const parsed = schema.safeParse(entry.content ?? {});
  if (parsed.success) {
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  throw refused(
    'kubeconfig-broken',
    `The ${what} in the kubeconfig is broken: ‘${issue.path.join('.')}’ is missing or not as it must be.`,
    'Log in again to have it written anew, or correct it.'
  );
}

function checkServer(server: KubeconfigCluster, cluster: string): void {
  if (server['insecure-skip-tls-verify'] === true) {
    throw refused(
      'tls-verification-off',
      `The cluster ‘${cluster}’ has ‘insecure-skip-tls-verify’ in the kubeconfig, and a connection that is not verified is not used.`,
      "Put the cluster's ‘certificate-authority’ there instead, for example with `oc login --certificate-authority=FILE`."
    );
  }
  if (!URL.canParse(server.server) || new URL(server.server).protocol !== 'https:') {
    throw refused(
      'cluster-without-tls',
      `The server address of the cluster ‘${cluster}’ does not begin with https://.`,
      'Correct ‘server’ in the kubeconfig: credentials are not sent over a plain connection.'
    );
  }
  const proxy = server['proxy-url'];
  if (
    proxy !== undefined &&
    !(URL.canParse(proxy) && /^(https?|socks5):$/.test(new URL(proxy).protocol))
  ) {
    throw refused(
      'cluster-proxy-unknown',
      `The ‘proxy-url’ of the cluster ‘${cluster}’ is none of http, https and socks5.`,
      'Correct it in the kubeconfig.'
    );
  }
}

function checkUser(user: KubeconfigUser, name: string): void {
  if (user['as-groups']?.length || user['as-uid'] || user['as-user-extra']) {
    throw refused(
      'impersonation-unsupported',
      `The user ‘${name}’ in the kubeconfig acts as somebody else's groups, uid or extras, which is not done here.`,
      'Keep only ‘as’, or use a context of your own.'
    );
  }
  const provider = user['auth-provider'];
  if (provider && provider.name !== 'oidc') {
    throw refused(
      'auth-provider-unsupported',
      `The user ‘${name}’ in the kubeconfig logs in by the auth-provider ‘${provider.name}’, which Kubernetes has given up.`,
      'Log in anew with the current tool of your platform, which writes an ‘exec’ entry.'
    );
  }
  if (
    !user.exec &&
    !provider &&
    !(user.token ?? user.tokenFile) &&
    !(user['client-certificate'] ?? user['client-certificate-data']) &&
    user.username === undefined
  ) {
    throw refused(
      'credential-missing',
      `The user ‘${name}’ in the kubeconfig has no credential.`,
      'Log in to the cluster, for example with `oc login`.'
    );
  }
  if (user.username !== undefined) {
    throw refused(
      'basic-auth-unsupported',
      `The user ‘${name}’ in the kubeconfig has a password, which clusters do not take any more.`,
      'Log in anew, for example with `oc login`.'
    );
  }
}

function withPaths<T extends object>(content: T, folder: string, keys: (keyof T)[]): T {
  const copy = { ...content };
  for (const key of keys) {
    const path = copy[key];
    if (typeof path === 'string' && !isAbsolute(path)) {
      Object.assign(copy, { [key]: join(folder, path) });
    }
  }
  return copy;
}

function refused(code: string, message: string, action: string): MlopsError {
  return new MlopsError('refused', { code, message, action });
}
