import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { certificate } from '../../src/gateway/kube/__tests__/api-double';
import { CONFIG_MAPS, PODS } from '../../src/gateway/kube/resource';
import { eventually, RealCluster, SECRETS } from './real-cluster';

const READ = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }];

describe('an identity on a real cluster', () => {
  let real: RealCluster;

  beforeEach(() => {
    real = new RealCluster();
  });
  afterEach(() => real.close());

  it('is who the cluster says, with its namespace and version', async () => {
    const namespace = await real.makeNamespace();
    const token = await real.makeUser(namespace, 'anna', READ);
    real.writeKubeconfig([{ name: 'dev', namespace, user: { token } }]);
    const { identity, version, problem } = await real.open('dev').status();
    expect(problem).toBeNull();
    expect(version).toMatch(/^v1\./);
    expect(identity).toMatchObject({
      user: `system:serviceaccount:${namespace}:anna`,
      proven: true,
      namespace,
      context: 'dev',
      server: real.server.replace(/\/$/, '')
    });
    expect(identity?.groups).toContain('system:authenticated');
  });

  it('is whom it acts as, where the kubeconfig says so', async () => {
    const user = { ...real.adminUser, as: 'mlops-test-anna' };
    real.writeKubeconfig([{ name: 'dev', namespace: 'default', user }]);
    const cluster = real.open('dev');
    expect((await cluster.identity()).user).toBe('mlops-test-anna');
    await expect(
      cluster.client.list(PODS, 'default', () => undefined)
    ).rejects.toMatchObject({
      message: 'You may not list pods in default.'
    });
  });

  it('of two contexts is each its own, at once and whichever is current', async () => {
    const [first, second] = [await real.makeNamespace(), await real.makeNamespace()];
    const contexts = [
      {
        name: 'one',
        namespace: first,
        user: { token: await real.makeUser(first, 'anna', READ) }
      },
      {
        name: 'two',
        namespace: second,
        user: { token: await real.makeUser(second, 'bob', READ) }
      }
    ];
    real.writeKubeconfig(contexts, 'one');
    const [one, two] = [real.open('one'), real.open('two')];
    for (const current of ['one', 'two', 'one']) {
      real.writeKubeconfig(contexts, current);
      const [a, b] = await Promise.all([one.identity(), two.identity()]);
      expect(a.user).toBe(`system:serviceaccount:${first}:anna`);
      expect(b.user).toBe(`system:serviceaccount:${second}:bob`);
      await expect(
        eventually(() => one.client.list(CONFIG_MAPS, first, () => undefined))
      ).resolves.toEqual(expect.any(String));
      await expect(
        one.client.list(CONFIG_MAPS, second, () => undefined)
      ).rejects.toMatchObject({
        message: `You may not list configmaps in ${second}.`
      });
    }
  });

  it('is not taken over by another user of the same context', async () => {
    const namespace = await real.makeNamespace();
    const anna = { token: await real.makeUser(namespace, 'anna', READ) };
    const bob = { token: await real.makeUser(namespace, 'bob', READ) };
    real.writeKubeconfig([{ name: 'dev', namespace, user: anna }]);
    const cluster = real.open('dev');
    await cluster.identity();
    real.writeKubeconfig([{ name: 'dev', namespace, user: bob }]);
    await expect(cluster.identity()).rejects.toMatchObject({
      body: { code: 'cluster-identity-changed' }
    });
  });

  it('ends with its token, and goes on with the next one in its file', async () => {
    const namespace = await real.makeNamespace();
    await real.makeUser(namespace, 'anna', READ);
    const metadata = { name: 'binding' };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata };
    await real.admin.client.create(SECRETS, namespace, secret);
    const file = join(real.folder, 'token');
    writeFileSync(file, await real.token(namespace, 'anna', 'binding'));
    real.writeKubeconfig([{ name: 'dev', namespace, user: { tokenFile: file } }]);
    const { client } = real.open('dev');
    const list = (): Promise<string> =>
      client.list(CONFIG_MAPS, namespace, () => undefined);
    await eventually(list);
    await real.admin.client.delete(SECRETS, { namespace, name: 'binding' });
    await eventually(async () => {
      // The server keeps what it knows of a token for some seconds.
      await expect(list()).rejects.toMatchObject({
        body: { code: 'cluster-session-expired' }
      });
    });
    writeFileSync(file, await real.token(namespace, 'anna'));
    await expect(list()).resolves.toEqual(expect.any(String));
  });

  it('is refused where it is none, and where the authority is another one', async () => {
    const user = { token: 'sha256~no-such-token' };
    real.writeKubeconfig([{ name: 'dev', namespace: 'default', user }]);
    const { problem } = await real.open('dev').status();
    expect(problem?.code).toBe('cluster-session-expired');
    expect(JSON.stringify(problem)).not.toContain('no-such-token');
    const ca = Buffer.from(certificate('other-ca')).toString('base64');
    real.writeKubeconfig([{ name: 'dev', namespace: 'default', user, ca }]);
    expect((await real.open('dev').status()).problem?.code).toBe(
      'cluster-authority-unknown'
    );
  });

  it('has its namespace, or is told that there is none', async () => {
    const token = await real.makeUser(await real.makeNamespace(), 'anna', READ);
    real.writeKubeconfig([
      { name: 'dev', namespace: 'mlops-no-such', user: { token } }
    ]);
    const mine = real.open('dev');
    // Who may not look at namespaces cannot know, and is told by the rights.
    await expect(mine.namespace()).resolves.toBe('mlops-no-such');
    await expect(
      mine.client.create(CONFIG_MAPS, 'mlops-no-such', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' }
      })
    ).rejects.toMatchObject({
      message: 'You may not create configmaps in mlops-no-such.'
    });
    await expect(
      real.admin.client.create(CONFIG_MAPS, 'mlops-no-such', {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'a' }
      })
    ).rejects.toMatchObject({ body: { code: 'cluster-namespace-missing' } });
    await expect(
      real.admin.client.get(PODS, { namespace: 'default', name: 'mlops-no-such' })
    ).rejects.toMatchObject({
      message: 'There is no ‘mlops-no-such’ among the pods in default.'
    });
  });
});
