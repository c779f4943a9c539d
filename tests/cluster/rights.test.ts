import { requireRights } from '../../src/gateway/kube/access-review';
import { adapterFacts } from '../../src/gateway/kube/adapter-facts';
import type { IAdapterNeeds } from '../../src/gateway/kube/adapter-needs';
import type { Cluster } from '../../src/gateway/kube/cluster';
import { labelValue, objectName } from '../../src/gateway/kube/object-name';
import { CONFIG_MAPS, PODS, type IResource } from '../../src/gateway/kube/resource';
import { eventually, RealCluster, type IRule } from './real-cluster';

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
const coreRule = (verbs: string[], resources: string[]): IRule => ({
  apiGroups: [''],
  resources,
  verbs
});
const NEEDS: IAdapterNeeds = {
  stage: 'pipelines',
  adapter: 'test',
  product: 'Test Pipelines',
  rights: [
    { resource: CONFIG_MAPS, verbs: VERBS },
    { resource: PODS, subresource: 'log', verbs: ['get'] }
  ]
};
const NOWHERE: IResource = {
  group: 'mlops.invalid',
  version: 'v1',
  plural: 'things',
  namespaced: true
};

describe('rights on a real cluster', () => {
  let real: RealCluster;
  let namespace: string;
  let mine: Cluster;

  beforeAll(async () => {
    real = new RealCluster();
    namespace = await real.makeNamespace();
    const token = await real.makeUser(namespace, 'anna', []);
    real.writeKubeconfig([{ name: 'dev', namespace, user: { token } }]);
    mine = real.open('dev');
  });
  afterAll(() => real.close());

  const rightsTo = (verbs: string[]): Parameters<typeof requireRights>[1] =>
    verbs.map(verb => ({ verb, resource: CONFIG_MAPS, namespace }));

  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'made' },
    data: { a: '1' }
  };

  /** What each verb does when it is done without asking first. */
  const acts: Record<string, () => Promise<unknown>> = {
    get: () => mine.client.get(CONFIG_MAPS, { namespace, name: 'made' }),
    list: () => mine.client.list(CONFIG_MAPS, namespace, () => undefined),
    watch: () =>
      mine.client.lines(
        { verb: 'watch', resource: CONFIG_MAPS, namespace },
        { method: 'GET', path: `/api/v1/namespaces/${namespace}/configmaps?watch=true` }
      ),
    create: () => mine.client.create(CONFIG_MAPS, namespace, manifest),
    update: () =>
      mine.client.replace(CONFIG_MAPS, { namespace, name: 'made' }, manifest),
    patch: () =>
      mine.client.patch(CONFIG_MAPS, { namespace, name: 'made' }, { data: {} }),
    delete: () => mine.client.delete(CONFIG_MAPS, { namespace, name: 'made' })
  };

  it.each(VERBS)(
    'without the right to %s say so before anything happens',
    async verb => {
      const others = VERBS.filter(one => one !== verb);
      await real.setRules(namespace, 'anna', [coreRule(others, ['configmaps'])]);
      await eventually(() => requireRights(mine.client, rightsTo(others)));
      const sentence = `You may not ${verb} configmaps in ${namespace}.`;
      const user = `system:serviceaccount:${namespace}:anna`;
      await eventually(() =>
        expect(requireRights(mine.client, rightsTo(VERBS))).rejects.toMatchObject({
          kind: 'forbidden',
          message: sentence,
          body: {
            action: expect.stringContaining(user),
            details: { verb, resource: 'configmaps', namespace, user }
          }
        })
      );
      // Whoever does it all the same gets the same sentence.
      await expect(acts[verb]()).rejects.toMatchObject({ message: sentence });
      const names: string[] = [];
      await real.admin.client.list(CONFIG_MAPS, namespace, ({ metadata }) =>
        names.push(metadata.name)
      );
      expect(names).not.toContain('made');
    }
  );

  it('are facts for doctor: ready, not allowed, not installed', async () => {
    const on = { client: mine.client, discovery: mine.discovery, namespace };
    await real.setRules(namespace, 'anna', [coreRule(['get', 'list'], ['configmaps'])]);
    await eventually(async () =>
      expect(await adapterFacts(NEEDS, on)).toMatchObject({
        state: 'not-allowed',
        detail: `You may not watch, create, update, patch, delete configmaps; get pods/log in ${namespace}.`
      })
    );
    await real.setRules(namespace, 'anna', [
      coreRule(VERBS, ['configmaps']),
      coreRule(['get'], ['pods/log'])
    ]);
    await eventually(async () =>
      expect(await adapterFacts(NEEDS, on)).toMatchObject({ state: 'ready' })
    );
    const absent = { ...NEEDS, rights: [{ resource: NOWHERE, verbs: ['get'] }] };
    expect(await adapterFacts(absent, on)).toMatchObject({
      state: 'not-installed',
      detail:
        'Test Pipelines is not installed: the cluster does not know mlops.invalid.'
    });
    await expect(
      // Only who may see everything learns that it is not there.
      real.admin.client.list(NOWHERE, namespace, () => undefined)
    ).rejects.toMatchObject({ body: { code: 'cluster-resource-unknown' } });
  });

  it('names and labels of any length are taken by the server', async () => {
    const parts = ['Prévision des vélos – '.repeat(8), 'run 7', 'étape'];
    const name = objectName(parts);
    const made = await real.admin.client.create(CONFIG_MAPS, namespace, {
      ...manifest,
      metadata: { name, labels: { notebook: labelValue(parts.join('/')) } }
    });
    expect(made.metadata.name).toBe(name);
    await expect(
      real.admin.client.create(CONFIG_MAPS, namespace, {
        ...manifest,
        metadata: { name: 'b', labels: { notebook: parts[0] } }
      })
    ).rejects.toMatchObject({
      body: { code: 'cluster-object-invalid', details: { fields: ['metadata.labels'] } }
    });
  });

  it('changes by two at once are a conflict that is said', async () => {
    const at = { namespace, name: 'shared' };
    const first = await real.admin.client.create(CONFIG_MAPS, namespace, {
      ...manifest,
      metadata: { name: 'shared' }
    });
    const stale = {
      ...manifest,
      metadata: { name: 'shared', resourceVersion: first.metadata.resourceVersion }
    };
    await real.admin.client.patch(CONFIG_MAPS, at, { data: { a: '2' } });
    await expect(
      real.admin.client.replace(CONFIG_MAPS, at, stale)
    ).rejects.toMatchObject({
      kind: 'conflict',
      body: { code: 'cluster-object-changed' }
    });
    await expect(
      real.admin.client.create(CONFIG_MAPS, namespace, {
        ...manifest,
        metadata: { name: 'shared' }
      })
    ).rejects.toMatchObject({ body: { code: 'cluster-object-exists' } });
  });
});
