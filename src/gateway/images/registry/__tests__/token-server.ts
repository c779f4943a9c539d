import { createPrivateKey, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Who may do what, in the words of scopes. */
export interface ITokenUser {
  name: string;
  password: string;
  actions: ('pull' | 'push')[];
  /** Takes the password's place in the exchange of an identity token. */
  identityToken?: string;
}

const ISSUER = 'token server of these tests';
export const SERVICE = 'registry of these tests';

/** Issues tokens that the registry verifies: JSON Web Tokens, signed with a key whose certificate it knows. */
export class TokenServer {
  /** Scopes and users that were asked for, one a request. */
  readonly asked: { user: string | null; scope: string; method: string }[] = [];
  /** Seconds that a token is said to live. */
  life = 300;

  constructor(options: { key: string; certificate: string; users: ITokenUser[] }) {
    this._options = options;
  }

  async start(): Promise<this> {
    this._server.listen(0, '127.0.0.1');
    await once(this._server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this._server.closeAllConnections();
    await new Promise(resolve => this._server.close(resolve));
  }

  /** What the registry's configuration says about it. */
  get settings() {
    const { port } = this._server.address() as AddressInfo;
    return {
      realm: `http://127.0.0.1:${port}/token`,
      service: SERVICE,
      issuer: ISSUER,
      rootcertbundle: this._options.certificate
    };
  }

  private async _answer(request: IncomingMessage): Promise<[number, object]> {
    const url = new URL(request.url ?? '', 'http://token');
    const form =
      request.method === 'POST'
        ? new URLSearchParams(await text(request))
        : url.searchParams;
    const user = this._userOf(request, form);
    const scope = form.get('scope') ?? '';
    this.asked.push({ user: user?.name ?? null, scope, method: request.method ?? '' });
    const anonymous = !request.headers.authorization && !form.has('refresh_token');
    if (form.get('service') !== SERVICE || (!user && !anonymous)) {
      return [401, { details: 'incorrect username or password' }];
    }
    const [type, name, wanted] = scope.split(':');
    const actions = (wanted ?? '')
      .split(',')
      .filter(action => user?.actions.some(allowed => allowed === action));
    const token = this._token(user?.name ?? '', [{ type, name, actions }]);
    // Both names are in use.
    const named = request.method === 'POST' ? { access_token: token } : { token };
    return [200, { ...named, expires_in: this.life }];
  }

  private _userOf(request: IncomingMessage, form: URLSearchParams): ITokenUser | null {
    const { users } = this._options;
    const refresh = form.get('refresh_token');
    const login = Buffer.from(
      (request.headers.authorization ?? '').replace('Basic ', ''),
      'base64'
    ).toString();
    return (
      users.find(
        ({ name, password, identityToken }) =>
          (refresh !== null && refresh === identityToken) ||
          login === `${name}:${password}`
      ) ?? null
    );
  }

  private _token(subject: string, access: object[]): string {
    const { key, certificate } = this._options;
    const now = Math.floor(Date.now() / 1000);
    const der = new X509Certificate(readFileSync(certificate)).raw.toString('base64');
    const part = (value: object) =>
      Buffer.from(JSON.stringify(value)).toString('base64url');
    const content = [
      part({ typ: 'JWT', alg: 'ES256', x5c: [der] }),
      part({
        iss: ISSUER,
        sub: subject,
        aud: SERVICE,
        exp: now + 300,
        nbf: now - 10,
        iat: now,
        jti: `${now}-${this.asked.length}`,
        access
      })
    ].join('.');
    const signature = sign('sha256', Buffer.from(content), {
      key: createPrivateKey(readFileSync(key)),
      dsaEncoding: 'ieee-p1363'
    });
    return `${content}.${signature.toString('base64url')}`;
  }

  private readonly _options: { key: string; certificate: string; users: ITokenUser[] };
  private readonly _server = createServer((request, response) => {
    void this._answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
}
