import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PODS } from '../resource';
import { certificate, json, status } from './api-double';
import { TestCluster } from './cluster-builder';

const POD = { metadata: { name: 'a', namespace: 'ml-team' } };
const AT = { namespace: 'ml-team', name: 'a' };
const POD_PATH = '/api/v1/namespaces/ml-team/pods/a';

describe('an identity', () => {
  let test: TestCluster;

  beforeEach(async () => {
    test = await TestCluster.start();
    test.api.answers.set(`GET ${POD_PATH}`, (_, response) => json(response, 200, POD));
  });
  afterEach(() => test.close());

  it('is known before anything else is asked', async () => {
    const cluster = test.open();
    await cluster.client.get(PODS, AT);
    expect(test.api.asked).toEqual([
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
      `GET ${POD_PATH}`
    ]);
    expect(await cluster.identity()).toEqual({
      source: 'kubeconfig',
      context: 'dev',
      user: 'anna',
      groups: ['team'],
      proven: true,
      namespace: 'ml-team',
      cluster: 'test-cluster',
      server: test.api.address
    });
    expect(test.api.asked).toHaveLength(2);
  });

  it("is the chosen context's, whichever the kubeconfig's current one becomes", async () => {
    const cluster = test.open();
    await cluster.client.get(PODS, AT);
    test.write({ current: 'somebody-else' });
    await cluster.client.get(PODS, AT);
    expect((await cluster.identity()).user).toBe('anna');
  });

  it('goes on after a login of the same user with a new token', async () => {
    const cluster = test.open();
    await cluster.client.get(PODS, AT);
    test.api.users.delete('token-of-anna');
    await expect(cluster.client.get(PODS, AT)).rejects.toMatchObject({
      kind: 'forbidden',
      body: {
        code: 'cluster-session-expired',
        action: expect.stringContaining('Log in again')
      }
    });
    test.api.users.set('new-token', 'anna');
    test.write({ user: { token: 'new-token' } });
    await expect(cluster.client.get(PODS, AT)).resolves.toMatchObject(POD);
  });

  it('is never switched silently: nothing is asked as somebody else', async () => {
    const cluster = test.open();
    await cluster.client.get(PODS, AT);
    test.api.users.set('token-of-bob', 'bob');
    test.write({ user: { token: 'token-of-bob' } });
    const before = test.api.asksFor(`GET ${POD_PATH}`).length;
    for (const asked of [cluster, test.open()]) {
      await expect(asked.client.get(PODS, AT)).rejects.toMatchObject({
        kind: 'conflict',
        body: {
          code: 'cluster-identity-changed',
          message:
            'The context ‘dev’ now means bob, and meant anna before: nothing was done as somebody else.',
          details: { now: { user: 'bob', server: test.api.address } }
        }
      });
    }
    expect(test.api.asksFor(`GET ${POD_PATH}`)).toHaveLength(before);
  });

  it('is switched where the user accepts whom they were shown, and nobody else', async () => {
    const cluster = test.open();
    await cluster.identity();
    test.api.users.set('token-of-bob', 'bob');
    test.write({ user: { token: 'token-of-bob' } });
    const server = test.api.address;
    await expect(cluster.identity()).rejects.toMatchObject({
      body: { action: expect.stringContaining('`jupyter mlops cluster accept bob`') }
    });
    await expect(
      cluster.acceptIdentity({ user: 'carl', server })
    ).rejects.toMatchObject({
      body: { code: 'cluster-identity-changed' }
    });
    await cluster.acceptIdentity({ user: 'bob', server });
    expect((await cluster.identity()).user).toBe('bob');
    await expect(cluster.client.get(PODS, AT)).resolves.toMatchObject(POD);
  });

  it('is not asked for again and again when its token has expired', async () => {
    const cluster = test.open();
    await cluster.identity();
    test.api.users.clear();
    const before = test.api.asked.length;
    await expect(cluster.client.get(PODS, AT)).rejects.toThrow(/does not accept/);
    expect(test.api.asked.length - before).toBeLessThanOrEqual(3);
  });

  it('follows a token file that is written anew', async () => {
    const token = join(test.folder, 'token');
    writeFileSync(token, 'token-of-anna\n');
    test.write({ user: { tokenFile: 'token' } });
    const cluster = test.open();
    await cluster.client.get(PODS, AT);
    test.api.users.set('second', 'anna');
    test.api.users.delete('token-of-anna');
    writeFileSync(token, 'second\n');
    await cluster.client.get(PODS, AT);
    expect(test.api.tokens.at(-1)).toBe('second');
    writeFileSync(token, '');
    await expect(cluster.client.get(PODS, AT)).rejects.toMatchObject({
      body: { code: 'token-file-not-readable' }
    });
  });

  it('is what the pod has, where the project says so', async () => {
    writeFileSync(join(test.folder, 'token'), 'token-of-anna');
    writeFileSync(join(test.folder, 'namespace'), 'its-own');
    writeFileSync(join(test.folder, 'ca.crt'), certificate('ca'));
    const environment = {
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      KUBERNETES_SERVICE_PORT: String(test.api.port)
    };
    const cluster = test.open({ serviceAccount: true }, environment, test.folder);
    expect(await cluster.identity()).toMatchObject({
      source: 'service-account',
      context: null,
      user: 'anna',
      namespace: 'its-own'
    });
    test.api.users.clear();
    await expect(cluster.client.get(PODS, AT)).rejects.toMatchObject({
      body: { action: expect.stringContaining('Restart the workbench') }
    });
  });

  it('is read from the token where the cluster cannot be asked, and marked so', async () => {
    const claims = Buffer.from(
      JSON.stringify({ sub: 'system:serviceaccount:ml-team:notebook' })
    ).toString('base64url');
    const token = `x.${claims}.y`;
    test.api.users.set(token, 'unused');
    test.api.answers.set(
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
      (_, response) =>
        status(response, 404, { message: 'not found', reason: 'NotFound' })
    );
    test.write({ user: { token } });
    expect(await test.open().identity()).toMatchObject({
      user: 'system:serviceaccount:ml-team:notebook',
      proven: false
    });
  });

  it("is asked of OpenShift's own API where that is what there is", async () => {
    test.api.answers.set(
      'POST /apis/authentication.k8s.io/v1/selfsubjectreviews',
      (_, response) =>
        status(response, 404, { message: 'not found', reason: 'NotFound' })
    );
    test.api.answers.set('GET /apis/user.openshift.io/v1/users/~', (_, response) =>
      json(response, 200, { metadata: { name: 'anna@example.com' }, groups: ['a'] })
    );
    expect(await test.open().identity()).toMatchObject({
      user: 'anna@example.com',
      proven: true
    });
  });
});
