import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { parseRepository } from '../../../../contract/image-reference';
import { digestOf } from '../../digest';
import { RegistryClient } from '../registry-client';
import { registryState } from '../registry-state';
import {
  describeWithRegistry,
  RegistryServer,
  USER,
  writeAuthFile,
  writeCertificates,
  writePasswords
} from './registry-server';
import { failureOf, openStore } from './store-builder';
import { TokenServer } from './token-server';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true }));
const content = Buffer.from('a model');

let files = 0;
/** An environment whose auth file holds these logins. */
function withLogins(logins: Parameters<typeof writeAuthFile>[1]): NodeJS.ProcessEnv {
  const path = join(folder, `auth-${files++}.json`);
  return { REGISTRY_AUTH_FILE: writeAuthFile(path, logins), HOME: folder };
}

function withFile(file: object, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const path = join(folder, `auth-${files++}.json`);
  writeFileSync(path, JSON.stringify(file));
  return { REGISTRY_AUTH_FILE: path, HOME: folder, ...more };
}

describeWithRegistry('a registry with users and passwords', () => {
  const server = new RegistryServer(join(folder, 'basic'), {
    htpasswd: writePasswords(folder)
  });
  beforeAll(() => server.start());
  afterAll(() => server.stop());

  const open = (environment: NodeJS.ProcessEnv, path = 'team/models') =>
    openStore(`${server.host}/${path}`, { environment });
  const state = async (environment: NodeJS.ProcessEnv) => {
    const repository = parseRepository(`${server.host}/team/models`);
    const client = new RegistryClient({
      ...{ repository, environment, ca: null, plainHttp: null, pause: 20 }
    });
    return await registryState(client).finally(() => client.close());
  };

  it('takes a push with the login of the auth file', async () => {
    const environment = withLogins({ [server.host]: USER });
    const store = open(environment);
    const digest = await store.putBlob(content);
    expect(Buffer.from(await store.readBlob(digest))).toEqual(content);
    expect(await state(environment)).toEqual({
      state: 'ready',
      detail: `${server.host}/team/models: reachable, you may push`
    });
  });

  it('uses the login whose key fits best', async () => {
    const wrong = { name: USER.name, password: 'not the right one' };
    const environment = withLogins({
      [server.host]: wrong,
      [`${server.host}/team/models`]: USER,
      [`${server.host}/team`]: wrong,
      [`${server.host}/team/mod`]: wrong
    });
    await open(environment).putBlob(content);
    await expect(open(environment, 'team/other').putBlob(content)).rejects.toThrow(
      /did not accept the login/
    );
  });

  it.each(['http://HOST', 'https://HOST/v1/', 'https://HOST/v2/'])(
    'knows the old key %s',
    async key => {
      await open(withLogins({ [key.replace('HOST', server.host)]: USER })).putBlob(
        content
      );
    }
  );

  it('says that nobody is logged in', async () => {
    const environment = withLogins({ 'elsewhere.example.com': USER });
    await expect(open(environment).putBlob(content)).rejects.toMatchObject({
      kind: 'forbidden',
      body: {
        code: 'registry-login-missing',
        message: `The registry ${server.host} asks for a login, and none was found for ${server.host}/team/models.`
      }
    });
    expect(await state(environment)).toMatchObject({ state: 'not-allowed' });
  });

  it('says which login was refused, and not what it was', async () => {
    const password = 'hunter2 is secret';
    const environment = withLogins({ [server.host]: { name: 'anna', password } });
    const failure = await failureOf(open(environment).putBlob(content));
    expect(failure).toContain('registry-login-refused');
    expect(failure).toContain(environment.REGISTRY_AUTH_FILE);
    expect(failure).not.toContain(password);
    expect(failure).not.toContain(Buffer.from(`anna:${password}`).toString('base64'));
  });

  it('reads the login anew when it has changed', async () => {
    const environment = withLogins({ [server.host]: { ...USER, password: 'old' } });
    const store = open(environment);
    await expect(store.putBlob(content)).rejects.toThrow(/did not accept/);
    writeAuthFile(environment.REGISTRY_AUTH_FILE ?? '', { [server.host]: USER });
    await store.putBlob(content);
  });

  describe('through a credential helper', () => {
    const helper = (script: string) => {
      const path = join(folder, 'docker-credential-pass');
      writeFileSync(path, `#!/bin/sh\n${script}\n`);
      chmodSync(path, 0o755);
      return { PATH: `${folder}:${process.env.PATH}` };
    };

    it('asks the one of the registry', async () => {
      const more = helper(
        `read server; test "$1 $server" = "get ${server.host}" && echo '{"Username":"${USER.name}","Secret":"${USER.password}"}'`
      );
      const credHelpers = { [server.host]: 'pass' };
      await open(withFile({ credHelpers }, more)).putBlob(content);
    });

    it('asks the store of all registries', async () => {
      const more = helper(
        `cat > /dev/null; echo '{"Username":"${USER.name}","Secret":"${USER.password}"}'`
      );
      await open(withFile({ credsStore: 'pass' }, more)).putBlob(content);
    });

    it('takes its word that there is no login', async () => {
      const more = helper(`echo 'credentials not found in native keychain'; exit 1`);
      await expect(
        open(withFile({ credsStore: 'pass' }, more)).putBlob(content)
      ).rejects.toMatchObject({ body: { code: 'registry-login-missing' } });
    });

    it.each([
      ['fails', `echo 'the secret is hunter2'; echo hunter2 >&2; exit 3`],
      ['talks nonsense', 'echo hunter2']
    ])('says that it %s, without its words', async (_, script) => {
      const environment = withFile({ credsStore: 'pass' }, helper(script));
      const failure = await failureOf(open(environment).putBlob(content));
      expect(failure).toContain('credential-helper-failed');
      expect(failure).not.toContain('hunter2');
    });

    it('says that it is not installed', async () => {
      const environment = withFile({ credsStore: 'secretservice' }, { PATH: folder });
      await expect(open(environment).putBlob(content)).rejects.toMatchObject({
        body: { code: 'credential-helper-failed', cause: 'It is not installed.' }
      });
    });

    it('runs no other program than those that are known', async () => {
      const mark = join(folder, 'was-run');
      writeFileSync(join(folder, 'docker-credential-x'), `#!/bin/sh\ntouch ${mark}\n`, {
        mode: 0o755
      });
      for (const name of ['x', '../evil', 'pass; touch /tmp/x']) {
        const environment = withFile({ credsStore: name }, { PATH: folder });
        await expect(open(environment).putBlob(content)).rejects.toMatchObject({
          body: { code: 'credential-helper-unknown' }
        });
      }
      expect(() => rmSync(mark)).toThrow(/ENOENT/);
    });
  });

  it.each([
    ['no JSON', 'auths: {}'],
    ['another shape', '{"auths": []}'],
    ['no base64 of a user', '{"auths": {"HOST": {"auth": "c2VjcmV0"}}}']
  ])('says that the auth file holds %s', async (_, text) => {
    const path = join(folder, `bad-${files++}.json`);
    writeFileSync(path, text.replace('HOST', server.host));
    await expect(
      open({ REGISTRY_AUTH_FILE: path }).putBlob(content)
    ).rejects.toMatchObject({
      body: { code: 'auth-file-invalid', message: expect.stringContaining(path) }
    });
  });

  it('says that the auth file is not there', async () => {
    const path = join(folder, 'nowhere.json');
    await expect(
      open({ REGISTRY_AUTH_FILE: path }).putBlob(content)
    ).rejects.toMatchObject({ body: { code: 'auth-file-missing', cause: 'ENOENT' } });
  });
});

describeWithRegistry('a registry with a token server', () => {
  const { ca: certificate } = writeCertificates(folder);
  const key = join(folder, 'ca.key');
  const rita = { name: 'rita', password: 'may only read' };
  const tokens = new TokenServer({
    key,
    certificate,
    users: [
      { ...USER, actions: ['pull', 'push'], identityToken: 'identity of anna' },
      { ...rita, actions: ['pull'] }
    ]
  });
  let server: RegistryServer;
  beforeAll(async () => {
    await tokens.start();
    server = await new RegistryServer(join(folder, 'token'), {
      token: tokens.settings
    }).start();
  });
  afterAll(async () => {
    await server.stop();
    await tokens.stop();
  });
  beforeEach(() => {
    tokens.asked.length = 0;
    tokens.life = 300;
  });

  const open = (environment: NodeJS.ProcessEnv) =>
    openStore(`${server.host}/team/models`, { environment });

  it('takes a push, with one token for each right', async () => {
    const store = open(withLogins({ [server.host]: USER }));
    const digest = await store.putBlob(content);
    await store.putBlob(Buffer.from('another'));
    await store.readBlob(digest);
    await store.readBlob(digest);
    expect(tokens.asked).toEqual([
      { user: 'anna', scope: 'repository:team/models:pull,push', method: 'GET' },
      { user: 'anna', scope: 'repository:team/models:pull', method: 'GET' }
    ]);
  });

  it('gets a new token before the old one ends', async () => {
    tokens.life = 2;
    const store = open(withLogins({ [server.host]: USER }));
    await store.putBlob(content);
    await store.putBlob(content);
    expect(tokens.asked).toHaveLength(1);
    await sleep(1100);
    await store.putBlob(content);
    expect(tokens.asked).toHaveLength(2);
  });

  it('exchanges an identity token', async () => {
    const auths = { [server.host]: { identitytoken: 'identity of anna' } };
    await open(withFile({ auths })).putBlob(content);
    expect(tokens.asked[0]).toEqual({
      user: 'anna',
      scope: 'repository:team/models:pull,push',
      method: 'POST'
    });
    const wrong = { [server.host]: { identitytoken: 'of nobody' } };
    const failure = await failureOf(open(withFile({ auths: wrong })).putBlob(content));
    expect(failure).toContain('registry-login-refused');
    expect(failure).not.toContain('of nobody');
  });

  it('says that somebody may read only, before anything is sent', async () => {
    const digest = await open(withLogins({ [server.host]: USER })).putBlob(content);
    const environment = withLogins({ [server.host]: rita });
    const store = open(environment);
    await expect(store.putBlob(Buffer.from('new'))).rejects.toMatchObject({
      kind: 'forbidden',
      body: {
        code: 'registry-push-refused',
        message: `You may not push to ${server.host}/team/models.`
      }
    });
    expect(await store.hasBlob(digestOf('new'))).toBe(false);
    expect(await store.hasBlob(digest)).toBe(true);
    const repository = parseRepository(`${server.host}/team/models`);
    const client = new RegistryClient({
      ...{ repository, environment, ca: null, plainHttp: null, pause: 20 }
    });
    expect(await registryState(client)).toMatchObject({
      state: 'not-allowed',
      detail: expect.stringContaining(`You may not push to ${server.host}/team/models.`)
    });
    await client.close();
  });

  it('says that a password is wrong, and that there is none', async () => {
    const wrong = withLogins({ [server.host]: { ...USER, password: 'hunter2' } });
    const failure = await failureOf(open(wrong).putBlob(content));
    expect(failure).toContain('registry-login-refused');
    expect(failure).not.toContain('hunter2');
    await expect(open(withLogins({})).putBlob(content)).rejects.toMatchObject({
      body: { code: 'registry-login-missing' }
    });
  });
});
