import { createHash } from 'node:crypto';
import type { RequestOptions } from 'node:https';

import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Dispatcher } from 'undici';

import { MlopsError } from '../../contract/mlops-error';
import { codeOf } from '../thrown';
import type { IChosenContext } from './chosen-context';
import { ProgramCredential, readTokenFile } from './credential';
import { environmentNamesProxy, type DispatcherPool } from './dispatcher-pool';
import { runExecPlugin } from './exec-plugin';

/** All that a request needs to reach the cluster as one identity. */
export interface IAccess {
  /** Address of the API server, without a slash at its end. */
  server: string;
  headers: Record<string, string>;
  dispatcher: Dispatcher;
  /** Whether a proxy stands between. */
  proxied: boolean;
  /** The same for the same credential at the same server. */
  fingerprint: string;
}

/** Marks a user whose credential we get ourselves, and not the library. */
const OURS = 'mlops';

/** One context made ready for requests: certificates, tokens and programs are the library's and ours. */
export class ContextAccess {
  private constructor(
    readonly chosen: IChosenContext,
    config: KubeConfig,
    program: ProgramCredential,
    pool: DispatcherPool
  ) {
    this._config = config;
    this._program = program;
    this._pool = pool;
  }

  static async open(
    chosen: IChosenContext,
    options: { environment: NodeJS.ProcessEnv; pool: DispatcherPool }
  ): Promise<ContextAccess> {
    // A third of the whole library.
    const { KubeConfig } = await import('@kubernetes/client-node/dist/config.js');
    const { server, user } = chosen;
    const program = new ProgramCredential(async () => {
      if (!user.exec) {
        throw new Error('This user has no program.');
      }
      const ca = server['certificate-authority-data'];
      return runExecPlugin(
        user.exec,
        { server: server.server, ca },
        options.environment
      );
    });
    const config = new KubeConfig();
    config.addAuthenticator({
      isAuthProvider: one => one.authProvider?.name === OURS,
      applyAuthentication: async (_user, request) => {
        await authenticate(chosen, program, request);
      }
    });
    config.loadFromOptions(libraryOptions(chosen));
    return new ContextAccess(chosen, config, program, options.pool);
  }

  /** Reads what changes: token files, certificates, a program's credential. */
  async current(): Promise<IAccess> {
    const options: RequestOptions = {};
    try {
      await this._config.applyToHTTPSOptions(options);
    } catch (error) {
      throw error instanceof MlopsError ? error : unreadable(error);
    }
    const { server } = this.chosen;
    const [ca, cert, key] = [options.ca, options.cert, options.key].map(single);
    const proxy = server['proxy-url'];
    const servername = server['tls-server-name'];
    const dispatcher = this._pool.get({ ca, cert, key, servername, proxy });
    const proxied = proxy !== undefined || environmentNamesProxy();
    const headers = Object.fromEntries(
      Object.entries(options.headers ?? {}).map(([name, value]) => [
        name,
        String(value)
      ])
    );
    const address = server.server.replace(/\/+$/, '');
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([address, headers, cert?.toString() ?? null]))
      .digest('hex');
    return { server: address, headers, dispatcher, proxied, fingerprint };
  }

  /** The cluster refused the credential: a program is asked anew. */
  forget(): void {
    this._program.forget();
  }

  private readonly _config: KubeConfig;
  private readonly _program: ProgramCredential;
  private readonly _pool: DispatcherPool;
}

async function authenticate(
  { user }: IChosenContext,
  program: ProgramCredential,
  request: { cert?: unknown; key?: unknown; headers?: unknown }
): Promise<void> {
  let token: string | undefined;
  if (user.exec) {
    const credential = await program.get();
    token = credential.token;
    request.cert = credential.clientCertificateData ?? request.cert;
    request.key = credential.clientKeyData ?? request.key;
  } else if (user.tokenFile !== undefined) {
    token = readTokenFile(user.tokenFile);
  }
  if (token !== undefined) {
    request.headers = { ...Object(request.headers), Authorization: `Bearer ${token}` };
  }
}

function libraryOptions({
  context,
  cluster,
  server,
  user,
  userName
}: IChosenContext): Parameters<KubeConfig['loadFromOptions']>[0] {
  const byUs = Boolean(user.exec) || user.tokenFile !== undefined;
  return {
    currentContext: context,
    contexts: [{ name: context, cluster, user: userName }],
    clusters: [
      {
        name: cluster,
        server: server.server,
        caFile: server['certificate-authority'],
        caData: server['certificate-authority-data'],
        tlsServerName: server['tls-server-name'],
        proxyUrl: server['proxy-url'],
        skipTLSVerify: false
      }
    ],
    users: [
      {
        name: userName,
        certFile: user['client-certificate'],
        certData: user['client-certificate-data'],
        keyFile: user['client-key'],
        keyData: user['client-key-data'],
        // kubectl, too, prefers the file: the token beside it may be its first content.
        token: byUs ? undefined : user.token,
        impersonateUser: user.as,
        authProvider: byUs ? { name: OURS } : (user['auth-provider'] ?? undefined)
      }
    ]
  };
}

function single(value: unknown): string | Buffer | undefined {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'string' || Buffer.isBuffer(one) ? one : undefined;
}

/** A certificate or key that the kubeconfig names is not there, or the login provider failed. */
function unreadable(error: unknown): MlopsError {
  const path =
    typeof error === 'object' && error !== null && 'path' in error
      ? String(error.path)
      : null;
  return new MlopsError('refused', {
    code: 'credential-not-readable',
    message:
      path === null
        ? 'The credential that the kubeconfig names cannot be used.'
        : `The kubeconfig names the file ${path}, which cannot be read (${codeOf(error)}).`,
    action: 'Log in again to have it written anew, or correct the kubeconfig.'
  });
}
