import { z } from 'zod';

import { MlopsError } from '../../../contract/mlops-error';
import type { IChallenge } from './challenge';
import {
  isLoopback,
  repositoryName,
  type IRepository
} from '../../../contract/image-reference';
import { findLogin, type IFoundLogin, type Login } from './login';
import { loginRefused, notAllowed, readRefusal, refused } from './registry-errors';
import type { IReply, Send } from './send';

/** What is asked for: reading alone, or writing too. */
export type Right = 'pull' | 'push';

/** Seconds that a token lives where its server does not say (Docker's token specification). */
const DEFAULT_LIFE = 60;
/** Seconds before its end at which a token is renewed; at half its life where that is shorter. */
const RENEW_BEFORE = 10;

const TokenReply = z
  .object({
    token: z.string().min(1).optional(),
    access_token: z.string().min(1).optional(),
    expires_in: z.number().positive().optional()
  })
  .transform(({ token, access_token, expires_in }) => ({
    token: token ?? access_token ?? '',
    life: expires_in ?? DEFAULT_LIFE
  }))
  .refine(({ token }) => token !== '');

interface IToken {
  header: string;
  /** When it is renewed, in milliseconds since the epoch. */
  until: number;
}

/**
 * Answers a registry's questions about who is there, with the login of the user's auth file.
 * Credentials live in this object only; {@link hide} takes them out of what others write.
 */
export class Authorizer {
  constructor(options: Authorizer.IOptions) {
    this._options = options;
  }

  /** Where the login that is used was found; null while none is. */
  get source(): string | null {
    return this._found?.source ?? null;
  }

  /** The `Authorization` header for a request; null while nothing is known to be needed. */
  header(right: Right): string | null {
    const token = this._tokens.get(right);
    return token && Date.now() < token.until ? token.header : null;
  }

  /**
   * Finds what a 401 asks for.
   *
   * @throws MlopsError `registry-login-missing`, `registry-login-refused`, `registry-push-refused`,
   * `registry-pull-refused`, `registry-auth-unknown`, and what reading the auth file throws.
   */
  async answer(challenges: IChallenge[], right: Right): Promise<void> {
    const { repository, environment } = this._options;
    this._found = await findLogin(repository, environment);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const header = bearer
      ? await this._bearer(bearer, right)
      : challenges.some(({ scheme }) => scheme === 'basic')
        ? this._basic(this._found)
        : null;
    if (header === null) {
      throw new MlopsError('unavailable', {
        code: 'registry-auth-unknown',
        message: `The registry ${repository.host} asks for a login of a kind that is not known here.`,
        cause: challenges.map(({ scheme }) => scheme).join(', ') || undefined,
        action: 'Basic and token (Bearer) logins are known.'
      });
    }
    this._tokens.set(right, header);
  }

  /** What {@link answer} found was refused: is it the login, or the right? */
  refusal(challenges: IChallenge[], right: Right): MlopsError {
    const name = repositoryName(this._options.repository);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    this._tokens.delete(right);
    if (!bearer || (bearer.parameters.error ?? '') === 'invalid_token') {
      return loginRefused(name, this.source);
    }
    return this._found
      ? notAllowed(name, right === 'push', this.source)
      : loginRefused(name, null);
  }

  /** Takes everything secret out of a text. */
  hide(text: string): string {
    return this._secrets()
      .filter(secret => secret.length > 0)
      .reduce((hidden, secret) => hidden.split(secret).join('[hidden]'), text);
  }

  private _basic(found: IFoundLogin | null): IToken {
    const name = repositoryName(this._options.repository);
    if (!found) {
      throw loginRefused(name, null);
    }
    const { login } = found;
    if (login.kind === 'access-token') {
      return { header: `Bearer ${login.token}`, until: Infinity };
    }
    if (login.kind === 'identity-token') {
      throw loginRefused(name, found.source);
    }
    return { header: basic(login), until: Infinity };
  }

  private async _bearer({ parameters }: IChallenge, right: Right): Promise<IToken> {
    const { repository } = this._options;
    const name = repositoryName(repository);
    const found = this._found;
    if (found?.login.kind === 'access-token') {
      return { header: `Bearer ${found.login.token}`, until: Infinity };
    }
    const realm = this._realm(parameters.realm);
    const scope = `repository:${repository.path}:${right === 'push' ? 'pull,push' : 'pull'}`;
    const service = parameters.service ?? '';
    const started = Date.now();
    const reply = await this._ask(realm, { service, scope }, found?.login ?? null);
    const body = await reply.text();
    if (reply.status === 401 || reply.status === 400) {
      throw loginRefused(name, this.source);
    }
    if (reply.status === 403) {
      throw notAllowed(name, right === 'push', this.source);
    }
    const token = reply.status === 200 ? TokenReply.safeParse(parse(body)) : null;
    if (!token?.success) {
      const refusal = readRefusal(reply.status, body, text => this.hide(text));
      throw refused(name, 'give an access token', refusal);
    }
    const { token: value, life } = token.data;
    const used = Math.max(life - RENEW_BEFORE, life / 2);
    return { header: `Bearer ${value}`, until: started + used * 1000 };
  }

  private _ask(
    realm: URL,
    { service, scope }: { service: string; scope: string },
    login: Login | null
  ): Promise<IReply> {
    const { send } = this._options;
    if (login?.kind === 'identity-token') {
      const form = new URLSearchParams({
        grant_type: 'refresh_token',
        service,
        client_id: 'jupyterlab-mlops',
        scope,
        refresh_token: login.token
      });
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return send(realm, { method: 'POST', headers, body: form.toString() });
    }
    const url = new URL(realm);
    if (service) {
      url.searchParams.set('service', service);
    }
    url.searchParams.set('scope', scope);
    const headers: Record<string, string> =
      login?.kind === 'password' ? { authorization: basic(login) } : {};
    return send(url, { method: 'GET', headers });
  }

  /** Logins leave this computer encrypted only, save where the registry itself is used without. */
  private _realm(text: string | undefined): URL {
    const { repository, plain } = this._options;
    const realm = URL.canParse(text ?? '') ? new URL(text ?? '') : null;
    const sameHost = realm?.hostname === new URL(`http://${repository.host}`).hostname;
    const safe =
      realm?.protocol === 'https:' ||
      (realm?.protocol === 'http:' &&
        ((isLoopback(realm.host) && isLoopback(repository.host)) ||
          (plain() && sameHost)));
    if (!realm || !safe) {
      throw new MlopsError('refused', {
        code: 'registry-realm-unsafe',
        message: `The registry ${repository.host} wants the login sent to an address without encryption.`,
        cause: realm ? `It names ${realm.protocol}//${realm.host}.` : 'It names none.',
        action:
          'Ask whoever runs the registry to name an https address of its token server.'
      });
    }
    return realm;
  }

  private _secrets(): string[] {
    const login = this._found?.login;
    const own = !login
      ? []
      : login.kind === 'password'
        ? [login.password, basic(login).slice('Basic '.length)]
        : [login.token];
    return [
      ...own,
      ...[...this._tokens.values()].map(({ header }) => header.split(' ')[1])
    ];
  }

  private readonly _options: Authorizer.IOptions;
  private readonly _tokens = new Map<Right, IToken>();
  private _found: IFoundLogin | null = null;
}

export namespace Authorizer {
  export interface IOptions {
    repository: IRepository;
    environment: NodeJS.ProcessEnv;
    /** Sends a request to the token server, with retries. */
    send: Send;
    /** Whether the registry is spoken to without encryption. */
    plain(): boolean;
  }
}

function basic({ user, password }: { user: string; password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
