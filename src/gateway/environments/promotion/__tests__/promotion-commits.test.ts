import { rmSync } from 'node:fs';
import { join } from 'node:path';

import { ANNA, temporaryFolder } from '../../../__tests__/core-builder';
import { digestOf } from '../../__tests__/model-builder';
import { EmbeddedRepository } from '../../git/embedded-repository';
import { MAIN } from '../../git/port';
import { PromotionCommits } from '../promotion-commits';
import { PromotionRecord } from '../promotion-record';
import { releaseHistory } from '../release-history';

const FILE = 'environments/dev/bike/inferenceservice.yaml';

let home: string;
let repository: EmbeddedRepository;
let commits: PromotionCommits;
let base: string;

beforeEach(async () => {
  home = temporaryFolder();
  repository = new EmbeddedRepository(join(home, 'gitops.git'));
  await repository.open();
  commits = new PromotionCommits(repository);
  base = await byHand(null, 'environments/dev/environment.yaml', 'x');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function byHand(
  expected: string | null,
  path: string,
  text: string
): Promise<string> {
  const { id } = await repository.commit({
    branch: MAIN,
    expected,
    parent: expected,
    files: new Map([[path, text]]),
    author: ANNA,
    subject: 'By hand',
    trailers: {}
  });
  return id;
}

const record = (text: string, parts: Partial<PromotionRecord> = {}): PromotionRecord =>
  PromotionRecord.parse({
    kind: 'promote',
    model: 'bike',
    version: 1,
    digest: digestOf(text),
    environment: 'dev',
    app: null,
    baseline: null,
    run: null,
    plan: null,
    reason: 'Because.',
    actor: ANNA,
    base,
    files: [[FILE, text]],
    reverts: null,
    phase: 'committing',
    branch: null,
    changeRequest: null,
    mergedElsewhere: false,
    approvals: [],
    approvalsNeeded: 0,
    revision: null,
    committedAt: null,
    failure: null,
    withdrawal: null,
    ...parts
  });

const count = async (): Promise<number> =>
  (await repository.log((await repository.head(MAIN)) ?? '')).length;

test('a promotion that is asked for twice lands once', async () => {
  const first = await commits.land('p-1', record('one'));
  expect(await commits.land('p-1', record('one'))).toEqual(first);
  expect(await count()).toBe(2);
});

test('also where others have committed since', async () => {
  const first = await commits.land('p-1', record('one'));
  await byHand(first.revision, 'environments/dev/taxi/x.yaml', 'x');
  expect(await commits.land('p-1', record('one'))).toEqual(first);
  expect(await count()).toBe(3);
});

test('commits by others to other releases are no reason to refuse', async () => {
  const other = await byHand(base, 'environments/prod/bike/x.yaml', 'x');
  const { revision } = await commits.land('p-1', record('one'));
  const [newest] = await repository.log(revision, { limit: 1 });
  expect(newest.parents).toEqual([other]);
});

test.each([
  ['the same file', FILE],
  ['another file of the same release', 'environments/dev/bike/app.yaml']
])('a commit by others to %s is', async (_, path) => {
  await byHand(base, path, 'changed');
  await expect(commits.land('p-1', record('one'))).rejects.toMatchObject({
    kind: 'conflict',
    body: { code: 'promotion-stale', details: { diff: [{ path: FILE, after: 'one' }] } }
  });
  expect(await count()).toBe(2);
});

test('a commit that slips in between look and write is seen, and ours comes after it', async () => {
  const commit = repository.commit.bind(repository);
  let slipped = false;
  repository.commit = async each => {
    if (!slipped) {
      slipped = true;
      await commit({
        ...each,
        files: new Map([['environments/dev/taxi/x.yaml', 'x']]),
        trailers: {}
      });
    }
    return commit(each);
  };
  const { revision } = await commits.land('p-1', record('one'));
  expect(await repository.head(MAIN)).toBe(revision);
  expect(await count()).toBe(3);
});

test('what is taken back restores the folder, once, and says which commit it takes back', async () => {
  const first = await commits.land('p-1', record('one'));
  const second = await commits.land('p-2', record('two', { base: first.revision }));
  const failed = record('two', { base: first.revision, revision: second.revision });
  const withdrawal = await commits.withdraw('p-2', failed);
  expect(await commits.withdraw('p-2', failed)).toBe(withdrawal);
  const head = (await repository.head(MAIN)) ?? '';
  expect(head).toBe(withdrawal);
  expect(await repository.read(head, 'environments/dev/bike')).toEqual(
    new Map([[FILE, 'one']])
  );
  const history = await releaseHistory(repository, head, 'dev', 'bike');
  expect(history.map(({ id }) => id)).toEqual([first.revision]);
});

test('what somebody has changed since is not taken back', async () => {
  const first = await commits.land('p-1', record('one'));
  const hand = await byHand(first.revision, FILE, 'by hand');
  const failed = record('one', { revision: first.revision });
  expect(await commits.withdraw('p-1', failed)).toBeNull();
  expect(await repository.head(MAIN)).toBe(hand);
});

test('the reason a version failed for stays out of Git', async () => {
  const { revision } = await commits.land('p-1', record('one'));
  const failure = {
    code: 'model-not-loaded',
    message: 'x',
    cause: 'AWS_SECRET=hunter2'
  };
  await commits.withdraw('p-1', record('one', { revision, failure }));
  const [{ message, author }] = await repository.log(
    (await repository.head(MAIN)) ?? '',
    { limit: 1 }
  );
  expect([author, message]).toEqual([
    'jupyterlab-mlops',
    expect.stringContaining('model-not-loaded')
  ]);
  expect(message).not.toContain('hunter2');
});

test('a change for approval is proposed once and does not touch main', async () => {
  const proposed = await commits.propose('p-1', record('one'));
  expect(await commits.propose('p-1', record('one'))).toEqual(proposed);
  const { branch } = proposed;
  expect(await repository.head(MAIN)).toBe(base);
  const { revision } = await commits.land('p-1', record('one', { branch }));
  const [merged] = await repository.log(revision, { limit: 1 });
  expect(merged.parents).toEqual([base, await repository.head(branch)]);
});
