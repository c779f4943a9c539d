import { MlopsError } from '../../../../contract/mlops-error';
import type { IDeclaredRelease } from '../../manifests/release-reader';
import type { Deployed, IDeployNews } from '../../promotion/promotion-job';
import type { IApplied, IReconciler } from '../../reconciler/port';
import { followDeployment } from '../follow-deployment';

const RELEASE: IDeclaredRelease = {
  environment: 'dev',
  model: 'bike',
  digest: 'sha256:1',
  images: null,
  app: null,
  baseline: null
};
const APPLIED: IApplied = { revision: 'c', by: ['argocd/dev'], leftovers: [] };
const failed: Deployed = {
  state: 'failed',
  error: { code: 'model', message: 'Broken.' }
};

/** An endpoint and somebody who applies, both decided by the test. */
class Followed {
  readonly served = Promise.withResolvers<Deployed>();
  readonly news: IDeployNews[] = [];
  readonly cancel = new AbortController();
  /** How each question ends, in order. */
  answers: (() => Promise<IApplied>)[] = [];
  left = 0;

  run(reconciler: IReconciler | null = this._reconciler): Promise<Deployed> {
    return followDeployment({
      release: RELEASE,
      wanted: { environment: 'dev', model: 'bike', revision: 'c' },
      endpoint: {
        reached: (_release, signal, onNews) => {
          onNews?.({ message: 'The pod starts.', trouble: null });
          return untilAborted(this.served.promise, signal, () => (this.left += 1));
        }
      },
      reconciler,
      signal: this.cancel.signal,
      onNews: news => this.news.push(news),
      appliedWithin: 200,
      askAgain: 5
    });
  }

  private get _reconciler(): IReconciler {
    return {
      name: 'test',
      reached: (_wanted, { signal, onNews }) => {
        onNews?.({ message: 'Waiting for Argo CD.', trouble: null });
        const answer = this.answers.shift() ?? (() => new Promise<IApplied>(() => {}));
        return untilAborted(answer(), signal, () => (this.left += 1));
      }
    };
  }
}

function untilAborted<T>(
  work: Promise<T>,
  signal: AbortSignal,
  onLeft: () => void
): Promise<T> {
  return Promise.race([
    work,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => {
        onLeft();
        reject(signal.reason);
      })
    )
  ]);
}

const refusal = (kind: 'unavailable' | 'forbidden' | 'failed', code: string) => () =>
  Promise.reject(new MlopsError(kind, { code, message: `It is ${code}.` }));

test('it is served once it is applied and the model answers', async () => {
  const followed = new Followed();
  followed.answers = [async () => APPLIED];
  const work = followed.run();
  followed.served.resolve({ state: 'served' });
  expect(await work).toEqual({ state: 'served' });
});

test('a model that answers is not enough while the commit is not applied', async () => {
  const followed = new Followed();
  const applied = Promise.withResolvers<IApplied>();
  followed.answers = [() => applied.promise];
  let ended = false;
  const work = followed.run().finally(() => (ended = true));
  followed.served.resolve({ state: 'served' });
  await new Promise(resolve => setTimeout(resolve, 20));
  expect(ended).toBe(false);
  applied.resolve(APPLIED);
  expect(await work).toEqual({ state: 'served' });
});

test("the model's own failure is told, and nobody is followed any more", async () => {
  const followed = new Followed();
  const work = followed.run();
  followed.served.resolve(failed);
  expect(await work).toEqual(failed);
  expect(followed.left).toBe(2);
});

test.each([
  ['argocd-not-in-time', 'undecided'],
  ['argocd-application-missing', 'undecided'],
  ['argocd-sync-failed', 'failed']
])('%s leaves it %s', async (code, state) => {
  const followed = new Followed();
  followed.answers = [refusal('failed', code)];
  expect(await followed.run()).toMatchObject({ state, error: { code } });
});

test.each(['unavailable', 'forbidden'] as const)(
  'while the cluster is %s it is asked again, and says so',
  async kind => {
    const followed = new Followed();
    followed.answers = [
      refusal(kind, 'away'),
      refusal(kind, 'away'),
      async () => APPLIED
    ];
    const work = followed.run();
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(followed.news).toContainEqual({
      message: 'It is away. The pod starts.',
      trouble: { code: 'away', message: 'It is away.' }
    });
    followed.served.resolve({ state: 'served' });
    expect(await work).toEqual({ state: 'served' });
    expect(followed.answers).toEqual([]);
  }
);

test('who may not read Applications still learns that the model answers', async () => {
  const followed = new Followed();
  followed.answers = Array.from({ length: 99 }, () =>
    refusal('forbidden', 'argocd-not-readable')
  );
  const work = followed.run();
  followed.served.resolve({ state: 'served' });
  expect(await work).toEqual({ state: 'served' });
});

test.each([
  ['nobody is named who applies it', true],
  ['nobody may be asked who applies it', false]
])('%s, and the model never answers: undecided in the end', async (_, unnamed) => {
  const followed = new Followed();
  followed.answers = Array.from({ length: 99 }, () =>
    refusal('forbidden', 'argocd-not-readable')
  );
  expect(await (unnamed ? followed.run(null) : followed.run())).toMatchObject({
    state: 'undecided',
    error: { code: 'commit-not-applied' }
  });
});

test('a caller who leaves is let go at once', async () => {
  const followed = new Followed();
  const work = followed.run();
  followed.cancel.abort(new Error('The gateway ends.'));
  await expect(work).rejects.toThrow('The gateway ends.');
});
