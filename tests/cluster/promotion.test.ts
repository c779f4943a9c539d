import { KSERVE_NEEDS, type INeededRight } from '../../src/gateway/kube/adapter-needs';
import { ApiServer, PID_FILE } from './api-server';
import { isComplete, PromotionTester } from './promotion-tester';
import { eventually } from './real-cluster';

jest.setTimeout(240_000);

const pidFile = process.env[PID_FILE];
const rights = KSERVE_NEEDS.rights.flatMap(right =>
  right.verbs.map((verb): [string, string, INeededRight] => [
    verb,
    [right.resource.plural, right.subresource].filter(Boolean).join('/'),
    right
  ])
);

// Needs everything at once: README.md says what.
(isComplete ? describe : describe.skip)(
  isComplete
    ? 'promotions to a cluster'
    : 'promotions to a cluster (skipped because no registry, repository or image is named)',
  () => {
    let tester: PromotionTester;
    let images: string[];

    beforeAll(async () => {
      tester = await PromotionTester.start();
      images = [1, 2, 3].map(
        number => tester.models.version('fraud', number).image ?? ''
      );
    });
    afterAll(() => tester.close());

    const commits = (): string[] =>
      tester.git('log', '--format=%s', 'main').split('\n');
    const failedChecks = async (version: number): Promise<string[]> =>
      (await tester.plan(version)).checks
        .filter(({ result }) => result === 'failed')
        .map(({ summary }) => summary);

    it('are refused without an Application, which is offered, before anything changed', async () => {
      const { checks, allowed, target } = await tester.plan(1);
      expect([allowed, target]).toEqual([false, 'datacenter']);
      const check = checks.find(({ code }) => code === 'argocd');
      expect(check).toMatchObject({ result: 'failed' });
      expect(check?.summary).toMatch(
        /No Application of Argo CD .* takes environments\/dev\/fraud/
      );
      expect(commits()).toEqual(['Create the environments dev']);
      await tester.makeApplication(check?.evidence ?? '');
      await eventually(async () => expect(await failedChecks(1)).toEqual([]));
    });

    it.each(rights)(
      'say which right is missing before anything changed: %s %s',
      async (verb, resource, right) => {
        await tester.allow({ right, verb });
        try {
          await eventually(async () => {
            const [summary] = await failedChecks(1);
            expect(summary).toContain(
              `You may not ${verb} ${resource} in ${tester.namespace}.`
            );
          });
          await expect(tester.begin(1)).rejects.toThrow(/checks-failed/);
        } finally {
          await tester.allow();
        }
        expect(commits()).toHaveLength(1);
      }
    );

    it('say that a registry does not take the images', async () => {
      tester.configure({ image: { repository: '127.0.0.1:1/nowhere' } });
      const summaries = await failedChecks(1);
      tester.configure();
      expect(summaries).toEqual([expect.stringContaining('127.0.0.1:1')]);
    });

    it('end when a pod with the promoted digest has answered as in training', async () => {
      const promotion = await tester.promote(1);
      expect(promotion).toMatchObject({ state: 'succeeded', target: 'datacenter' });
      const [pod, ...more] = await tester.pods();
      expect(more).toEqual([]);
      expect(pod.ready).toBe(true);
      expect(pod.digests).toContain(images[0]);
      expect(tester.models.released.get('dev/fraud')).toBe(1);
      expect(await tester.predict()).toBe(4);
      const manifest = tester.git(
        'show',
        'main:environments/dev/fraud/inferenceservice.yaml'
      );
      expect(manifest).toContain(tester.models.version('fraud', 1).digest);
      expect(manifest).toContain(`@${images[0]}`);
    });

    it('tell the pods that serve', async () => {
      await eventually(async () => {
        const { target, endpoints } = await tester.stage.environment('dev');
        expect(target).toBe('datacenter');
        expect(endpoints).toMatchObject([
          {
            version: 1,
            health: 'healthy',
            synced: true,
            replicas: { ready: 1, total: 1 }
          }
        ]);
      });
    });

    (pidFile ? it : it.skip)(
      pidFile
        ? 'end right where the API server dies meanwhile'
        : `end right where the API server dies meanwhile (skipped because ${PID_FILE} names none)`,
      async () => {
        const { id } = await tester.begin(2);
        const start = new ApiServer(pidFile ?? '').kill();
        await new Promise(resolve => setTimeout(resolve, 5_000));
        start();
        const { state, error } = await tester.stage.ended(id);
        expect({ state, error }).toEqual({ state: 'succeeded', error: null });
        // Its own rules may not be read yet.
        await eventually(async () => expect(await tester.predict()).toBe(5), 60_000);
        await eventually(() => tester.plan(2), 60_000);
        expect((await tester.pods()).flatMap(({ digests }) => digests)).toContain(
          images[1]
        );
      }
    );

    it('are taken back where the model cannot be loaded, and the version before serves', async () => {
      const before = await tester.predict();
      const { state, error } = await tester.promote(3);
      expect(state).toBe('failed');
      expect(error).toMatchObject({ code: 'promotion-failed' });
      expect(error?.cause).toMatch(/could not load fraud\. .*Error/);
      expect(commits()[0]).toBe('Take back fraud v3 from dev');
      expect(await tester.predict()).toBe(before);
      expect(tester.models.released.get('dev/fraud')).not.toBe(3);
    });

    it('go on in the next gateway', async () => {
      const served = tester.models.released.get('dev/fraud');
      const next = served === 1 ? 2 : 1;
      const { id, revision } = await tester.begin(next);
      await tester.restart();
      expect(await tester.stage.ended(id)).toMatchObject({
        state: 'succeeded',
        revision
      });
      expect(await tester.predict()).toBe(3 + next);
    });

    it('are reverted by a commit, and answer as before', async () => {
      const served = tester.models.released.get('dev/fraud');
      const body = { model: 'fraud', environment: 'dev' };
      const { base, changesDigest } = await tester.stage.call('planRevert', { body });
      const { id } = await tester.stage.call('revert', {
        body: { ...body, base, changesDigest, reason: 'It is worse.' }
      });
      expect(await tester.stage.ended(id)).toMatchObject({ state: 'succeeded' });
      expect(commits()[0]).toMatch(/^Revert fraud in dev/);
      expect(await tester.predict()).toBe(served === 1 ? 5 : 4);
    });
  }
);
