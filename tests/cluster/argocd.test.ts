import { parse } from 'yaml';
import { z } from 'zod';

import {
  declared,
  renderEnvironment
} from '../../src/gateway/environments/manifests/environment-manifest';
import { CONFIG_MAPS } from '../../src/gateway/kube/resource';
import type { IManifest } from '../../src/gateway/kube/kube-object';
import {
  ArgocdTester,
  READ,
  READ_AND_ASK,
  REPOSITORIES,
  type IFollowing
} from './argocd-tester';
import { eventually } from './real-cluster';

const suite = REPOSITORIES === undefined ? describe.skip : describe;
const Missing = z.object({
  body: z.object({ code: z.string(), details: z.object({ manifest: z.string() }) })
});

suite('Argo CD (skipped because ARGOCD_REPOSITORIES names no folder)', () => {
  let tester: ArgocdTester;

  beforeAll(async () => {
    tester = await ArgocdTester.start();
    await tester.makeUsers({ anna: READ_AND_ASK, reader: READ, nobody: ['get'] });
  });
  afterAll(() => tester.close());

  const valueOf = async (name: string): Promise<unknown> => {
    const at = { namespace: tester.namespace, name };
    return (await tester.real.admin.client.get(CONFIG_MAPS, at)).data;
  };
  const heard = ({ news }: IFollowing, code: string): Promise<void> =>
    eventually(() => {
      expect(news.map(({ trouble }) => trouble?.code)).toContain(code);
    }, 30_000);

  it('takes the Application that is offered as it is, and applies the commit', async () => {
    const revision = await tester.commit('bike', {
      'app.yaml': tester.configMap('bike', 'one'),
      '../environment.yaml': renderEnvironment(declared(tester.namespace, {}))
    });
    const error: unknown = await tester
      .follow('anna', 'bike', revision)
      .applied.catch((refused: unknown) => refused);
    const { code, details } = Missing.parse(error).body;
    expect(code).toBe('argocd-application-missing');
    const manifest: IManifest = parse(details.manifest);
    await tester.create(manifest);
    const applied = await tester.follow('anna', 'bike', revision).applied;
    expect(applied).toEqual({
      revision,
      by: [`argocd/models-${tester.namespace}`],
      leftovers: []
    });
    expect(await valueOf('bike')).toEqual({ value: 'one' });
  });

  it('is asked to look, and that is acknowledged long before it would look by itself', async () => {
    const before = await tester.commit('bike', {
      'app.yaml': tester.configMap('bike', 'two')
    });
    const began = performance.now();
    await tester.follow('anna', 'bike', before).applied;
    const milliseconds = Math.round(performance.now() - began);
    expect(await valueOf('bike')).toEqual({ value: 'two' });
    const { metadata } = await tester.application(`models-${tester.namespace}`);
    expect(metadata.annotations?.['argocd.argoproj.io/refresh']).toBeUndefined();
    expect(milliseconds).toBeLessThan(10_000);
    process.stderr.write(`commit to applied: ${milliseconds} ms\n`);
    // A commit on top holds it, too.
    const top = await tester.commit('bike', {
      'app.yaml': tester.configMap('bike', 'three')
    });
    await tester.follow('anna', 'bike', top).applied;
    expect((await tester.follow('anna', 'bike', before).applied).revision).toBe(top);
  });

  it('is waited for by whoever may only read, and that is said', async () => {
    const revision = await tester.commit('bike', {
      'app.yaml': tester.configMap('bike', 'four')
    });
    const following = tester.follow('reader', 'bike', revision, { compared: 420_000 });
    await heard(following, 'argocd-read-only');
    expect((await following.applied).revision).toBe(revision);
    expect(await valueOf('bike')).toEqual({ value: 'four' });
  }, 450_000);

  it('cannot be followed by whoever may not read', async () => {
    const revision = (await tester.repository.head('main')) ?? '';
    await expect(
      tester.follow('nobody', 'bike', revision).applied
    ).rejects.toMatchObject({ body: { code: 'argocd-not-readable' } });
  });

  it('leaves what is not declared any more, which is said', async () => {
    const more = { 'more.yaml': tester.configMap('bike-more', 'one') };
    const first = await tester.commit('bike', more);
    await tester.follow('anna', 'bike', first).applied;
    const revision = await tester.commit('bike', { 'more.yaml': null });
    expect(await tester.follow('anna', 'bike', revision).applied).toMatchObject({
      revision,
      leftovers: [`ConfigMap ${tester.namespace}/bike-more`]
    });
    await tester.commit('bike', more);
  });

  describe('on an Application of its own', () => {
    beforeAll(() => tester.remove(`models-${tester.namespace}`));

    it('applies a folder from one of several sources', async () => {
      const revision = await tester.commit('twice', {
        'app.yaml': tester.configMap('twice', 'one'),
        'beside/app.yaml': tester.configMap('beside', 'one')
      });
      const name = await tester.makeApplication('twice', {
        source: undefined,
        sources: [tester.source('twice/beside'), tester.source('twice')]
      });
      const { by } = await tester.follow('anna', 'twice', revision).applied;
      expect(by).toEqual([`argocd/${name}`]);
      expect(await valueOf('beside')).toEqual({ value: 'one' });
    });

    it('says in plain words what it cannot read, and goes on when that is mended', async () => {
      const broken = await tester.commit('words', {
        'app.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: ['
      });
      await tester.makeApplication('words');
      const following = tester.follow('anna', 'words', broken);
      await heard(following, 'argocd-comparison-error');
      const mended = await tester.commit('words', {
        'app.yaml': tester.configMap('words', 'one')
      });
      expect((await following.applied).revision).toBe(mended);
    });

    it('says that a path is not there', async () => {
      const revision = (await tester.repository.head('main')) ?? '';
      await tester.makeApplication('nowhere');
      const limits = { compared: 6000 };
      await expect(
        tester.follow('anna', 'nowhere', revision, limits).applied
      ).rejects.toMatchObject({
        body: {
          code: 'argocd-not-in-time',
          cause: expect.stringContaining('app path does not exist')
        }
      });
    });

    it('says what it could not apply', async () => {
      const revision = await tester.commit('refused', {
        'app.yaml': tester.configMap('refused', 'one', 'mlops-test-nowhere')
      });
      await tester.makeApplication('refused');
      await expect(
        tester.follow('anna', 'refused', revision).applied
      ).rejects.toMatchObject({
        body: {
          code: 'argocd-sync-failed',
          cause: expect.stringContaining('mlops-test-nowhere')
        }
      });
    });

    it('is not told to sync where that is left to people, and ends when it is deleted', async () => {
      const revision = await tester.commit('manual', {
        'app.yaml': tester.configMap('manual', 'one')
      });
      const name = await tester.makeApplication('manual', { syncPolicy: {} });
      const following = tester.follow('anna', 'manual', revision);
      await heard(following, 'argocd-not-automated');
      const { status } = await tester.application(name);
      expect(status).toMatchObject({ sync: { status: 'OutOfSync', revision } });
      expect(status).not.toHaveProperty('operationState');
      const ended = expect(following.applied).rejects.toMatchObject({
        body: { code: 'argocd-application-deleted' }
      });
      await tester.remove(name);
      await ended;
    });

    it('ends when it is pointed elsewhere', async () => {
      const revision = await tester.commit('moved', {
        'app.yaml': tester.configMap('moved', 'one')
      });
      const name = await tester.makeApplication('moved', { syncPolicy: {} });
      const following = tester.follow('anna', 'moved', revision);
      await heard(following, 'argocd-not-automated');
      const ended = expect(following.applied).rejects.toMatchObject({
        body: { code: 'argocd-application-elsewhere' }
      });
      await tester.patch(name, { spec: { source: tester.source('words') } });
      await ended;
    });
  });
});
