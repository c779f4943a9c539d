import type { Dispatcher } from 'undici';

import { MlopsError } from '../../../contract/mlops-error';
import { Authorizer, type Right } from './authorizer';
import { parseChallenges } from './challenge';
import { openConnection } from './connection';
import { HttpSender } from './http-sender';
import {
  isLoopback,
  repositoryName,
  type IRepository
} from '../../../contract/image-reference';
import {
  isNetworkError,
  isPlainAnswer,
  notAllowed,
  notReachable,
  readRefusal,
  type IRefusal
} from './registry-errors';
import type { IOutgoing, IReply } from './send';

const REDIRECTS = 5;
const HUB = 'docker.io';
const HUB_HOST = 'registry-1.docker.io';

/** A request to the registry: a path below the repository, or an address that it gave. */
export interface IRegistryRequest extends IOutgoing {
  right: Right;
  /** Whether it may be sent again after a passing failure; so where absent. */
  repeat?: boolean;
}

/** Speaks to one repository of one registry: logins, redirections, repetitions. */
export class RegistryClient {
  constructor(options: RegistryClient.IOptions) {
    this._options = options;
    this._sender = new HttpSender({
      dispatcher: () => this._connection(),
      pause: options.pause ?? 500,
      signal: options.signal
    });
    this._authorizer = new Authorizer({
      repository: options.repository,
      environment: options.environment,
      send: (url, request) => this._sent(() => this._sender.patiently(url, request)),
      plain: () => this._plain === true
    });
  }

  /** Host and path of the repository. */
  get name(): string {
    return repositoryName(this._options.repository);
  }

  /**
   * Sends a request; all replies but 401, 403 and redirections are the caller's to read.
   *
   * @param place Path below the repository (`blobs/sha256:…`), or an address from {@link locate}.
   * @throws MlopsError `registry-not-reachable` and those about login and rights
   */
  async send(place: string | URL, request: IRegistryRequest): Promise<IReply> {
    const base = await this._base();
    const url =
      typeof place === 'string'
        ? new URL(`/v2/${this._options.repository.path}/${place}`, base)
        : place;
    return await this._answered(url, request);
  }

  /** Asks whether a registry is there, and logs in where it wants that. */
  async ping(): Promise<IReply> {
    const base = await this._base();
    return await this._answered(new URL('/v2/', base), {
      method: 'GET',
      right: 'pull'
    });
  }

  /**
   * The absolute form of an address that the registry gave.
   *
   * @throws MlopsError `registry-invalid` where it gave none, or one that would leave encryption.
   */
  async locate(location: string | null): Promise<URL> {
    const base = await this._base();
    const url = location !== null ? URL.parse(location, base.href) : null;
    // Behind a proxy that ends TLS, registries name themselves without it.
    if (
      url?.protocol === 'http:' &&
      base.protocol === 'https:' &&
      url.hostname === base.hostname
    ) {
      url.protocol = 'https:';
      url.port = base.port;
    }
    const open = url?.protocol === 'http:' && base.protocol === 'http:';
    if (!url || !(url.protocol === 'https:' || open)) {
      throw new MlopsError('failed', {
        code: 'registry-invalid',
        message: `The registry ${this._options.repository.host} named no usable address to go on at.`,
        cause: url ? `It named ${url.origin}.` : undefined,
        action: 'Check that the address in mlops.yaml is that of a registry.'
      });
    }
    return url;
  }

  /** Reads why the registry refused; ends the reply. */
  async refusal(reply: IReply): Promise<IRefusal> {
    const body = await reply.text();
    return readRefusal(reply.status, body, text => this._authorizer.hide(text));
  }

  /** Waits before something is tried again. */
  pause(attempt: number): Promise<void> {
    return this._sender.pause(attempt);
  }

  async close(): Promise<void> {
    const connection = await this._opened?.catch(() => null);
    this._opened = null;
    await connection?.destroy();
  }

  private async _answered(url: URL, request: IRegistryRequest): Promise<IReply> {
    const { right } = request;
    let answered = false;
    for (;;) {
      const reply = await this._sent(() => this._redirected(url, request));
      if (reply.status === 401) {
        await reply.drop();
        const challenges = parseChallenges(reply.headers['www-authenticate']);
        if (answered) {
          throw this._authorizer.refusal(challenges, right);
        }
        await this._authorizer.answer(challenges, right);
        answered = true;
        continue;
      }
      if (reply.status === 403) {
        const { words } = await this.refusal(reply);
        throw notAllowed(this.name, right === 'push', this._authorizer.source, words);
      }
      return reply;
    }
  }

  /** Storage of its own is where registries send readers to; nobody else gets the login. */
  private async _redirected(url: URL, request: IRegistryRequest): Promise<IReply> {
    const base = await this._base();
    let at = url;
    for (let hops = 0; ; hops++) {
      const authorization =
        at.origin === base.origin ? this._authorizer.header(request.right) : null;
      const headers = {
        ...request.headers,
        ...(authorization === null ? {} : { authorization })
      };
      const { method, body, repeat = true } = request;
      const outgoing = { method, headers, body };
      const reply = repeat
        ? await this._sender.patiently(at, outgoing)
        : await this._sender.once(at, outgoing);
      const reading = method === 'GET' || method === 'HEAD';
      if (
        !reading ||
        ![301, 302, 303, 307, 308].includes(reply.status) ||
        hops === REDIRECTS
      ) {
        return reply;
      }
      await reply.drop();
      at = await this.locate(reply.header('location'));
    }
  }

  private async _sent<T>(send: () => Promise<T>): Promise<T> {
    try {
      return await send();
    } catch (error) {
      this._options.signal?.throwIfAborted();
      throw error instanceof MlopsError || !isNetworkError(error)
        ? error
        : notReachable(this.name, error);
    }
  }

  private _base(): Promise<URL> {
    this._found ??= this._find();
    // The next request looks again.
    this._found.catch(() => (this._found = null));
    return this._found;
  }

  /** Registries on this computer may do without encryption; others only where the project says so. */
  private async _find(): Promise<URL> {
    const { repository, plainHttp } = this._options;
    const host = repository.host === HUB ? HUB_HOST : repository.host;
    const encrypted = new URL(`https://${host}`);
    this._plain =
      plainHttp ??
      (isLoopback(host) && (await this._sent(() => this._speaksPlainly(encrypted))));
    return this._plain ? new URL(`http://${host}`) : encrypted;
  }

  private async _speaksPlainly(encrypted: URL): Promise<boolean> {
    try {
      const url = new URL('/v2/', encrypted);
      await (await this._sender.patiently(url, { method: 'GET' })).drop();
      return false;
    } catch (error) {
      if (isPlainAnswer(error)) {
        return true;
      }
      throw error;
    }
  }

  private _connection(): Promise<Dispatcher> {
    const { repository, ca, environment } = this._options;
    this._opened ??= openConnection({ host: repository.host, ca, environment });
    return this._opened;
  }

  private readonly _options: RegistryClient.IOptions;
  private readonly _sender: HttpSender;
  private readonly _authorizer: Authorizer;
  private _found: Promise<URL> | null = null;
  private _opened: Promise<Dispatcher> | null = null;
  private _plain: boolean | null = null;
}

export namespace RegistryClient {
  export interface IOptions {
    repository: IRepository;
    /** Path of a PEM file with further authorities; null for none. */
    ca: string | null;
    /** Whether to do without encryption; null to find out, which only loopback addresses allow. */
    plainHttp: boolean | null;
    environment: NodeJS.ProcessEnv;
    /** Milliseconds before the first repetition; 500 where absent. */
    pause?: number;
    signal?: AbortSignal;
  }
}
