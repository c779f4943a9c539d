import { MlopsError } from '../../../../contract/mlops-error';
import { ANNA } from '../../../__tests__/core-builder';
import type { IJob } from '../../../jobs/jobs';
import { digestOf } from '../../__tests__/model-builder';
import type { PromotionCommits } from '../promotion-commits';
import { runPromotion, type Deployed, type IDeployer } from '../promotion-job';
import { PromotionRecord } from '../promotion-record';

const REFUSED = new MlopsError('forbidden', {
  code: 'registry-refused',
  message: 'You may not push.'
});

function recordOf(parts: object = {}): PromotionRecord {
  return PromotionRecord.parse({
    kind: 'promote',
    model: 'bike',
    version: 2,
    digest: digestOf('bike'),
    environment: 'dev',
    app: null,
    baseline: null,
    run: null,
    reason: '',
    actor: ANNA,
    base: 'base',
    files: [],
    reverts: null,
    target: { name: 'datacenter', namespace: 'ml-dev' },
    images: [digestOf('bike'), digestOf('image')],
    phase: 'committing',
    branch: null,
    approvals: [],
    approvalsNeeded: 0,
    revision: null,
    committedAt: null,
    failure: null,
    withdrawal: null,
    ...parts
  });
}

/** A promotion on its way, with what it did in order. */
class Walked {
  readonly did: string[] = [];
  readonly told: unknown[] = [];
  readonly held = { state: recordOf() };

  walk(deployed: Deployed, deployer: Partial<IDeployer> = {}): Promise<void> {
    const did = (what: string): void => void this.did.push(what);
    const commits = {
      mergedElsewhere: false,
      propose: async () => (
        did('propose'),
        { branch: 'changes/p', changeRequest: null }
      ),
      land: async () => (
        did('commit'),
        { revision: 'abcdef123', committedAt: '2026-01-01T00:00:00Z' }
      ),
      withdraw: async () => (did('withdraw'), 'fedcba321'),
      closeBranch: async () => did('close')
    };
    return runPromotion(this._job, {
      commits: commits as unknown as PromotionCommits,
      deployer: {
        publish: async ({ images }) => did(`publish ${images.length}`),
        deploy: async (_record, { onNews }) => {
          did('deploy');
          onNews({ message: 'The pod starts.', trouble: null });
          return deployed;
        },
        released: () => did('release'),
        ...deployer
      },
      decided: async () => 'approved'
    });
  }

  private get _job(): IJob<PromotionRecord> {
    const { held, told } = this;
    return {
      id: 'p',
      get state() {
        return held.state;
      },
      signal: new AbortController().signal,
      step: async (_name, effect) => {
        held.state = { ...held.state, ...(await effect(held.state)) };
      },
      note: change => {
        told.push(change);
        held.state = { ...held.state, ...change };
      }
    };
  }
}

test('images are pushed before the commit, and what is told goes with its end', async () => {
  const walked = new Walked();
  await walked.walk({ state: 'served' });
  expect(walked.did).toEqual(['publish 2', 'commit', 'deploy', 'release']);
  expect(walked.told).toEqual([{ progress: 'The pod starts.', trouble: null }]);
  expect(walked.held.state).toMatchObject({
    progress: null,
    trouble: null,
    failure: null
  });
});

test('images are pushed before the branch that waits for approval', async () => {
  const walked = new Walked();
  walked.held.state = recordOf({ approvalsNeeded: 1 });
  await walked.walk({ state: 'served' });
  expect(walked.did.slice(0, 3)).toEqual(['publish 2', 'propose', 'commit']);
});

test('a registry that refuses ends it before anything is committed', async () => {
  const walked = new Walked();
  const publish = (): Promise<void> => Promise.reject(REFUSED);
  await expect(walked.walk({ state: 'served' }, { publish })).rejects.toBe(REFUSED);
  expect(walked.did).toEqual([]);
});

test('nothing is pushed where there is nothing to push', async () => {
  const walked = new Walked();
  walked.held.state = recordOf({ images: [] });
  await walked.walk({ state: 'served' });
  expect(walked.did).toEqual(['commit', 'deploy', 'release']);
});

test('a model that does not serve is taken back', async () => {
  const walked = new Walked();
  const error = { code: 'model-not-loaded', message: 'It could not be loaded.' };
  await expect(walked.walk({ state: 'failed', error })).rejects.toMatchObject({
    body: {
      code: 'promotion-failed',
      message:
        'bike v2 did not come to serve in dev on datacenter; what served before goes on.',
      cause: 'It could not be loaded.',
      action: expect.stringContaining('Commit fedcba3 restored')
    }
  });
  expect(walked.did).toEqual(['publish 2', 'commit', 'deploy', 'withdraw']);
});

test('one that was only not seen to serve keeps its commit', async () => {
  const walked = new Walked();
  const error = {
    code: 'argocd-not-in-time',
    message: 'Argo CD has not applied it.',
    action: 'Look there.'
  };
  await expect(walked.walk({ state: 'undecided', error })).rejects.toMatchObject({
    body: {
      code: 'promotion-undecided',
      message: 'dev declares bike v2, and it was not seen to serve on datacenter.',
      cause: 'Argo CD has not applied it.',
      action: 'Commit abcdef1 stays: it may still come about. Look there.'
    }
  });
  expect(walked.did).toEqual(['publish 2', 'commit', 'deploy']);
});
