import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildCore, temporaryFolder } from '../../__tests__/core-builder';
import {
  fileHost,
  git,
  httpHost,
  userHome,
  type IHost
} from '../git/remote/__tests__/remote-hosts';
import { startStage, until, type IRunningStage } from './stage-builder';

jest.setTimeout(60_000);

const before = { ...process.env };
const folders: string[] = [];
let host: IHost;
let stage: IRunningStage;
/** Where Jupyter was started. */
let root: string;

async function begin(start: () => Promise<IHost>, gitops = ''): Promise<void> {
  host = await start();
  root = temporaryFolder();
  folders.push(root, userHome(host, 'anna'));
  Object.assign(process.env, { HOME: folders.at(-1), GIT_CONFIG_NOSYSTEM: '1' });
  writeFileSync(
    join(root, 'mlops.yaml'),
    `gitops:\n  repository: ${host.url}\n${gitops}`
  );
}

const startHere = async (): Promise<void> => {
  stage = await startStage({ core: buildCore({ rootDir: root }) });
};

/** A commit of somebody else's, through a clone. */
function byHand(edit: (clone: string) => void, subject: string): void {
  const clone = temporaryFolder();
  folders.push(clone);
  git(clone, 'clone', '--quiet', host.bare, '.');
  edit(clone);
  git(clone, 'add', '-A');
  git(clone, 'commit', '--quiet', '-m', subject);
  git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
}

const readme = (): void =>
  byHand(clone => writeFileSync(join(clone, 'README.md'), 'Ours.\n'), 'Begin');
const subjects = (branch = 'main'): string[] =>
  git(host.bare, 'log', '--format=%s', branch).split('\n');
const row = { temp: 1, hour: 2 };
const at = { environment: 'dev', model: 'bike' };

afterEach(async () => {
  await stage.discard();
  process.env = { ...before };
  await host.close();
  folders.splice(0).forEach(path => rmSync(path, { recursive: true, force: true }));
});

test('a promotion over http is exactly one commit there, and what it declares serves here', async () => {
  await begin(httpHost);
  readme();
  await startHere();
  expect(subjects()).toEqual(['Begin']);
  const { environments } = await stage.call('listEnvironments');
  expect(environments.map(({ name }) => name)).toEqual(['dev', 'prod']);
  stage.models.add();
  const promotion = await stage.promote(1, 'dev');
  expect(promotion).toMatchObject({ state: 'succeeded', error: null });
  expect(subjects()).toEqual(['Promote bike v1 to dev', 'Begin']);
  expect(git(host.bare, 'rev-parse', 'main')).toBe(promotion.revision);
  expect(git(host.bare, 'ls-tree', '-r', '--name-only', 'main').split('\n')).toEqual([
    'README.md',
    'environments/dev/bike/inferenceservice.yaml',
    'environments/dev/bike/monitoring.yaml',
    'environments/dev/bike/servingruntime.yaml',
    'environments/dev/environment.yaml',
    'environments/prod/environment.yaml'
  ]);
  const reply = await stage.call('predict', { params: at, body: { rows: [row] } });
  expect(reply).toMatchObject({ version: 1 });
  expect(existsSync(stage.core.home.gitops)).toBe(false);
  const [status] = await stage.stage.status('/');
  expect(status).toMatchObject({
    adapter: 'git remote',
    state: 'ready',
    detail: expect.stringContaining('/gitops, commits are pushed to main, last read')
  });
});

test('a commit of somebody else is planned upon, served, and reverted by a commit', async () => {
  await begin(fileHost);
  readme();
  await startHere();
  stage.models.add();
  stage.models.add({ version: 2 });
  await stage.promote(1, 'dev');
  byHand(clone => writeFileSync(join(clone, 'README.md'), 'Changed.\n'), 'Explain');
  await stage.promote(2, 'dev');
  const body = { model: 'bike', environment: 'dev' };
  const { base } = await stage.call('planRevert', { body });
  const reverted = await stage.call('revert', {
    body: { ...body, base, reason: 'It is worse.' }
  });
  expect(await stage.ended(reverted.id)).toMatchObject({ state: 'succeeded' });
  expect(subjects()).toEqual([
    'Revert bike in dev to v1',
    'Promote bike v2 to dev',
    'Explain',
    'Promote bike v1 to dev',
    'Begin'
  ]);
  byHand(clone => git(clone, 'revert', '--no-commit', 'HEAD'), 'Back to v2');
  await until(async () => {
    const { endpoints } = await stage.environment('dev');
    return endpoints[0].version === 2;
  });
});

test('an empty repository gets the environments as its first commit', async () => {
  await begin(fileHost);
  await startHere();
  expect(subjects()).toEqual(['Create the environments dev and prod']);
});

test('a remote that cannot be asked is said, and what it declared goes on', async () => {
  await begin(fileHost);
  readme();
  await startHere();
  stage.models.add();
  await stage.promote(1, 'dev');
  rmSync(host.bare, { recursive: true });
  await expect(stage.promote(1, 'dev')).rejects.toMatchObject({
    body: { code: 'git-repository-unknown' }
  });
  const [status] = await stage.stage.status('/');
  expect(status).toMatchObject({ state: 'failed' });
  const reply = await stage.call('predict', { params: at, body: { rows: [row] } });
  expect(reply).toMatchObject({ version: 1 });
});

describe('where changes are merged by others', () => {
  beforeEach(async () => {
    await begin(fileHost, '  mode: branch\n');
  });

  const confirm = async (): ReturnType<typeof stage.ended> => {
    stage.models.add();
    const request = { model: 'bike', version: 1, environment: 'dev' };
    const plan = await stage.call('planPromotion', { body: request });
    expect(plan.next.join(' ')).toContain('Somebody merges it into main of');
    const body = { ...request, base: plan.base, reason: 'Better.' };
    const { id } = await stage.call('confirmPromotion', { body });
    return stage.ended(id);
  };

  test.each([
    ['a merge', ['merge', '--quiet', '--no-ff', '-m', 'Merge it']],
    ['a fast-forward', ['merge', '--quiet', '--ff-only']],
    ['a squash', ['merge', '--quiet', '--squash']]
  ])('%s of its branch is what the promotion waits for', async (_name, merge) => {
    readme();
    await startHere();
    const waits = await confirm();
    expect(waits).toMatchObject({
      state: 'waiting',
      branch: `changes/${waits.id}`,
      mergedElsewhere: true,
      changeRequest: null,
      revision: null
    });
    expect(subjects()).toEqual(['Begin']);
    expect(subjects(`changes/${waits.id}`)).toEqual([
      'Promote bike v1 to dev',
      'Begin'
    ]);
    await expect(
      stage.call('approvePromotion', { params: { id: waits.id } })
    ).rejects.toMatchObject({ body: { code: 'approval-elsewhere' } });
    const clone = temporaryFolder();
    folders.push(clone);
    git(clone, 'clone', '--quiet', host.bare, '.');
    git(clone, ...merge, `origin/changes/${waits.id}`);
    if (merge.includes('--squash')) {
      git(clone, 'commit', '--quiet', '-m', 'bike to dev (#7)');
    }
    git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
    await until(async () => (await stage.ended(waits.id)).state !== 'waiting');
    expect(await stage.ended(waits.id)).toMatchObject({
      state: 'succeeded',
      revision: git(host.bare, 'rev-parse', 'main')
    });
    expect(git(host.bare, 'for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/main'
    );
  });

  test('a branch that is deleted without a merge ends the promotion', async () => {
    readme();
    await startHere();
    const waits = await confirm();
    git(host.bare, 'update-ref', '-d', `refs/heads/changes/${waits.id}`);
    await until(async () => (await stage.ended(waits.id)).state === 'closed');
    expect(subjects()).toEqual(['Begin']);
  });

  test('a promotion that is withdrawn takes its branch away', async () => {
    readme();
    await startHere();
    const { id } = await confirm();
    await stage.call('closePromotion', { params: { id } });
    expect(git(host.bare, 'for-each-ref', '--format=%(refname)')).toBe(
      'refs/heads/main'
    );
  });

  test('an empty repository is asked to be begun by its owners', async () => {
    await startHere();
    await expect(stage.call('listEnvironments')).rejects.toMatchObject({
      body: { code: 'git-repository-empty', action: expect.stringContaining('README') }
    });
  });
});

describe('the mlops.yaml that counts', () => {
  test('a project that names another repository is refused before anything changes', async () => {
    await begin(fileHost);
    readme();
    const project = join(root, 'bike');
    mkdirSync(project);
    writeFileSync(
      join(project, 'mlops.yaml'),
      'gitops:\n  repository: https://git.example/ml/other.git\n'
    );
    await startHere();
    stage.models.add({ notebook: join(project, 'demand.ipynb') });
    await expect(stage.promote(1, 'dev')).rejects.toMatchObject({
      body: {
        code: 'gitops-elsewhere',
        message: expect.stringContaining('https://git.example/ml/other.git')
      }
    });
    expect(subjects()).toEqual(['Begin']);
  });

  test('one that cannot be used is said by the environments and keeps nothing else from work', async () => {
    await begin(fileHost);
    writeFileSync(
      join(root, 'mlops.yaml'),
      'gitops:\n  repository: https://anna:geheim@git.example/ml/gitops.git\n'
    );
    await startHere();
    const failure: unknown = await stage
      .call('listEnvironments')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      body: {
        code: 'project-invalid',
        message: expect.stringMatching(/line 2, column 15.*credential\.helper/)
      }
    });
    expect(JSON.stringify(failure)).not.toContain('geheim');
    const [status] = await stage.stage.status('/');
    expect(status.state).toBe('failed');
    expect(status.detail).not.toContain('geheim');
  });
});

test('a data home without an mlops.yaml keeps its own repository', async () => {
  await begin(fileHost);
  rmSync(join(root, 'mlops.yaml'));
  await startHere();
  expect(existsSync(stage.core.home.gitops)).toBe(true);
  expect(existsSync(stage.core.home.remotes)).toBe(false);
});
