import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Promotion } from '../../../contract/promotion';
import { ANNA, temporaryFolder } from '../../__tests__/core-builder';
import { BORIS, commitByHand, startStage, type IRunningStage } from './stage-builder';

let stage: IRunningStage;
let project: string;

beforeEach(async () => {
  stage = await startStage();
  project = temporaryFolder();
});
afterEach(async () => {
  await stage.discard();
  rmSync(project, { recursive: true, force: true });
});

const at = { environment: 'dev', model: 'bike' };
const row = { temp: 1, hour: 2 };

function addFromProject(yaml: string, version = 1): void {
  writeFileSync(join(project, 'mlops.yaml'), yaml);
  stage.models.add({ version, notebook: join(project, 'demand.ipynb') });
}

async function confirm(
  environment: string,
  version = 1,
  by = ANNA
): Promise<Promotion> {
  const request = { model: 'bike', version, environment };
  const { base } = await stage.call('planPromotion', { body: request });
  return stage.call('confirmPromotion', { body: { ...request, base } }, by);
}

describe('where a rule asks for an approval', () => {
  const yaml = 'environments:\n  - name: dev\n    approvals: 1\n';

  test('the change waits on a branch, and somebody else merges it in one commit', async () => {
    addFromProject(yaml);
    const waiting = await confirm('dev');
    expect(waiting).toMatchObject({
      state: 'waiting',
      branch: `changes/${waiting.id}`,
      approvalsNeeded: 1,
      revision: null
    });
    expect(stage.git('rev-list', '--count', 'main')).toBe('1');
    expect(
      stage.git('show', `${waiting.branch}:environments/dev/bike/inferenceservice.yaml`)
    ).toContain('kind: InferenceService');
    const params = { id: waiting.id };
    const shown = await stage.call('promotionPlan', { params }, BORIS);
    expect(shown.base).toBe(stage.git('rev-parse', 'main'));
    expect(shown.changes.map(({ path }) => path)).toContain(
      'environments/dev/bike/inferenceservice.yaml'
    );
    const approved = await stage.call('approvePromotion', { params }, BORIS);
    expect(approved.approvals).toMatchObject([{ actor: BORIS }]);
    expect((await stage.ended(waiting.id)).state).toBe('succeeded');
    expect(
      stage.git('log', '-1', '--format=%an|%P', 'main').split(/[| ]/)
    ).toHaveLength(3);
    expect(
      stage.git('log', '-1', '--format=%(trailers:key=Approved-by,valueonly)', 'main')
    ).toBe('boris');
    expect(stage.git('branch', '--format=%(refname:short)')).toBe('main');
  });

  test("one's own approval is refused, however the name is written", async () => {
    addFromProject(yaml);
    const { id } = await confirm('dev');
    for (const name of ['anna', ' Anna ']) {
      await expect(
        stage.call(
          'approvePromotion',
          { params: { id } },
          { name: encodeURIComponent(name), asserted: true }
        )
      ).rejects.toMatchObject({ status: 403, body: { code: 'approval-own' } });
    }
    expect(stage.git('rev-list', '--count', 'main')).toBe('1');
    expect(stage.core.audit.list(1)).toMatchObject([
      { action: 'promotion.approve', object: id, result: 'refused' }
    ]);
  });

  test('the same person does not count twice, and an asserted identity is marked', async () => {
    addFromProject(yaml.replace('1', '2'));
    const { id } = await confirm('dev');
    const params = { id };
    const asserted = { name: 'boris', asserted: true };
    expect((await stage.call('approvePromotion', { params }, asserted)).state).toBe(
      'waiting'
    );
    await expect(
      stage.call('approvePromotion', { params }, BORIS)
    ).rejects.toMatchObject({
      body: { code: 'approval-twice' }
    });
    await stage.call(
      'approvePromotion',
      { params },
      { name: 'clara', asserted: false }
    );
    await stage.ended(id);
    expect(
      stage.git('log', '-1', '--format=%(trailers:key=Approved-by,valueonly)', 'main')
    ).toBe('boris (asserted), clara');
  });

  test('a closed change lands nowhere, but its commit is kept', async () => {
    addFromProject(yaml);
    const { id } = await confirm('dev');
    expect(await stage.call('closePromotion', { params: { id } })).toMatchObject({
      state: 'closed'
    });
    expect(stage.git('for-each-ref', '--format=%(refname)').split('\n').sort()).toEqual(
      [`refs/closed/changes/${id}`, 'refs/heads/main']
    );
    await expect(
      stage.call('approvePromotion', { params: { id } }, BORIS)
    ).rejects.toMatchObject({ body: { code: 'promotion-not-waiting' } });
  });

  test('it still waits after a restart of the gateway', async () => {
    addFromProject(yaml);
    const { id } = await confirm('dev');
    await stage.close();
    stage = await startStage({ after: stage });
    expect((await stage.call('getPromotion', { params: { id } })).state).toBe(
      'waiting'
    );
    await stage.call('approvePromotion', { params: { id } }, BORIS);
    expect((await stage.ended(id)).state).toBe('succeeded');
  });

  test('an approval of what has become stale is refused and nothing is merged', async () => {
    addFromProject(yaml);
    addFromProject(yaml, 2);
    const [first, second] = [await confirm('dev', 1), await confirm('dev', 2)];
    await stage.call('approvePromotion', { params: { id: first.id } }, BORIS);
    await expect(
      stage.call('approvePromotion', { params: { id: second.id } }, BORIS)
    ).rejects.toMatchObject({ status: 409, body: { code: 'promotion-stale' } });
    expect((await stage.ended(second.id)).state).toBe('failed');
  });

  test('loosening the rule does not help the promotion that loosens it', async () => {
    addFromProject(yaml);
    const { id } = await confirm('dev');
    await stage.call('approvePromotion', { params: { id } }, BORIS);
    await stage.ended(id);
    addFromProject(yaml.replace('1', '0'), 2);
    expect((await confirm('dev', 2)).state).toBe('waiting');
  });
});

describe('mlops.yaml', () => {
  test('names further environments, which come to be with their first release', async () => {
    addFromProject('environments:\n  - name: staging\n    maxP95Milliseconds: 80\n');
    const plan = await stage.call('planPromotion', {
      body: { model: 'bike', version: 1, environment: 'staging' }
    });
    expect(plan.changes.map(({ path }) => path)).toContain(
      'environments/staging/environment.yaml'
    );
    expect((await stage.promote(1, 'staging')).state).toBe('succeeded');
    expect((await stage.environment('staging')).rules.maxP95Milliseconds).toBe(80);
  });

  test('changes only the rules that it names: prod goes on to ask for dev', async () => {
    addFromProject('environments:\n  - name: prod\n    approvals: 1\n');
    const plan = await stage.call('planPromotion', {
      body: { model: 'bike', version: 1, environment: 'prod' }
    });
    const manifest = plan.changes.find(({ path }) =>
      path.endsWith('environment.yaml')
    )?.after;
    expect(manifest).toContain('after: dev');
    expect(manifest).toContain('approvals: 1');
    expect(plan.checks.find(({ code }) => code === 'ran-before')?.result).toBe(
      'failed'
    );
  });

  test('that changed between plan and confirmation makes the plan stale', async () => {
    addFromProject('environments:\n  - name: staging\n');
    const request = { model: 'bike', version: 1, environment: 'staging' };
    const { base, changesDigest } = await stage.call('planPromotion', {
      body: request
    });
    writeFileSync(
      join(project, 'mlops.yaml'),
      'environments:\n  - name: staging\n    maxBytes: 5000\n'
    );
    // The gateway that made the plan may have ended meanwhile.
    await stage.close();
    stage = await startStage({ after: stage });
    await expect(
      stage.call('confirmPromotion', { body: { ...request, base, changesDigest } })
    ).rejects.toMatchObject({ status: 409, body: { code: 'promotion-stale' } });
    expect(stage.git('rev-list', '--count', 'main')).toBe('1');
  });
});

describe('a revert', () => {
  async function revert(reason = 'It is worse.'): Promise<Promotion> {
    const { base } = await stage.call('planRevert', { body: at });
    const { id } = await stage.call('revert', { body: { ...at, base, reason } });
    return stage.ended(id);
  }

  test('is a new commit that restores the files of the release before', async () => {
    stage.models.add();
    stage.models.add({ version: 2 });
    await stage.promote(1, 'dev');
    const before = stage.git('rev-parse', 'main^{tree}');
    await stage.promote(2, 'dev');
    const plan = await stage.call('planRevert', { body: at });
    expect(plan).toMatchObject({
      kind: 'revert',
      version: 1,
      replaces: { version: 2 }
    });
    expect(plan.changes.every(({ diff }) => diff.includes('@@'))).toBe(true);
    expect(await revert()).toMatchObject({
      state: 'succeeded',
      kind: 'revert',
      version: 1
    });
    expect(stage.git('rev-list', '--count', 'main')).toBe('4');
    expect(stage.git('rev-parse', 'main^{tree}')).toBe(before);
    expect(stage.git('log', '-1', '--format=%s%n%b', 'main')).toContain('It is worse.');
    const reply = await stage.call('predict', { params: at, body: { rows: [row] } });
    expect(reply).toMatchObject({ version: 1, predictions: [4] });
  });

  test('goes further back when asked again, past what was reverted or never served', async () => {
    for (const version of [1, 2, 3]) {
      stage.models.add({ version });
      await stage.promote(version, 'dev');
    }
    stage.models.add({ version: 4, honest: false });
    expect((await stage.promote(4, 'dev')).state).toBe('failed');
    expect((await revert()).version).toBe(2);
    expect((await revert()).version).toBe(1);
    await expect(revert()).rejects.toMatchObject({
      status: 422,
      body: { code: 'revert-nothing' }
    });
  });

  test('leads to what a commit by hand had replaced', async () => {
    stage.models.add();
    const second = stage.models.add({ version: 2 });
    await stage.promote(1, 'dev');
    const first = stage.models.version('bike', 1);
    const file = 'environments/dev/bike/inferenceservice.yaml';
    const text = stage.git('show', `main:${file}`);
    commitByHand(stage.core, 'Use 2', folder =>
      writeFileSync(join(folder, file), text.replaceAll(first.digest, second.digest))
    );
    expect((await revert()).digest).toBe(first.digest);
  });

  test.each(['', '   '])('without a reason (%j) is refused', async reason => {
    stage.models.add();
    await stage.promote(1, 'dev');
    const { base } = await stage
      .call('listEnvironments')
      .then(() => ({ base: stage.git('rev-parse', 'main') }));
    await expect(
      stage.call('revert', { body: { ...at, base, reason } })
    ).rejects.toMatchObject({
      status: 422,
      body: { message: expect.stringContaining('A reason is needed.') }
    });
  });

  test('of what was never released says that there is nothing', async () => {
    await expect(stage.call('planRevert', { body: at })).rejects.toMatchObject({
      body: { code: 'revert-nothing' }
    });
  });
});

test('an app outside of its project is refused', async () => {
  mkdirSync(join(project, 'inner'));
  writeFileSync(join(project, 'inner/mlops.yaml'), 'app:\n  folder: ../secret\n');
  stage.models.add({ notebook: join(project, 'inner/demand.ipynb') });
  await expect(
    stage.call('planPromotion', {
      body: { model: 'bike', version: 1, environment: 'dev' }
    })
  ).rejects.toMatchObject({ body: { code: 'app-invalid' } });
});
