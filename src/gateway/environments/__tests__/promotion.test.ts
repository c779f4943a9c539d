import { commitByHand, startStage, type IRunningStage } from './stage-builder';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

let stage: IRunningStage;

beforeEach(async () => {
  stage = await startStage();
});
afterEach(() => stage.discard());

const row = { temp: 1, hour: 2 };
const at = { environment: 'dev', model: 'bike' };

describe('without any configuration', () => {
  test('dev and prod exist on this computer, prod after dev, in one commit', async () => {
    const { environments } = await stage.call('listEnvironments');
    expect(
      environments.map(({ name, target, rules }) => [name, target, rules.after])
    ).toEqual([
      ['dev', 'this computer', null],
      ['prod', 'this computer', 'dev']
    ]);
    expect(stage.git('log', '--format=%s|%an', 'main')).toBe(
      'Create the environments dev and prod|anna'
    );
  });
});

describe('a promotion', () => {
  test('is one commit that says who, why and what, and then the version answers', async () => {
    const version = stage.models.add();
    const promotion = await stage.promote(1, 'dev');
    expect(promotion).toMatchObject({
      state: 'succeeded',
      error: null,
      reason: 'It is better.'
    });
    expect(stage.git('rev-list', '--count', 'main')).toBe('2');
    expect(stage.git('log', '-1', '--format=%an%n%B', 'main')).toBe(
      [
        'anna',
        'Promote bike v1 to dev',
        '',
        'It is better.',
        '',
        'Model: bike',
        'Version: 1',
        `Digest: ${version.digest}`,
        'Environment: dev',
        'Run: run-1',
        'Identity: asserted',
        `Promotion: ${promotion.id}`
      ].join('\n')
    );
    expect(
      stage.git('show', 'main:environments/dev/bike/inferenceservice.yaml')
    ).toContain(`@${version.digest}`);
    const reply = await stage.call('predict', { params: at, body: { rows: [row] } });
    expect(reply).toMatchObject({
      predictions: [4],
      version: 1,
      digest: version.digest
    });
    const { endpoints, releases, revision } = await stage.environment('dev');
    expect(endpoints).toMatchObject([{ health: 'healthy', synced: true, version: 1 }]);
    expect(releases).toMatchObject([
      {
        version: 1,
        digest: version.digest,
        promotion: promotion.id,
        revision,
        actor: { name: 'anna', asserted: true }
      }
    ]);
    expect(stage.models.released.get('dev/bike')).toBe(1);
  });

  test('shows before what will be committed: the diff, both metrics and the checks', async () => {
    stage.models.add();
    stage.models.add({ version: 2 });
    await stage.promote(1, 'dev');
    const plan = await stage.call('planPromotion', {
      body: { model: 'bike', version: 2, environment: 'dev' }
    });
    expect(plan).toMatchObject({
      replaces: { version: 1 },
      allowed: true,
      noop: false,
      target: 'this computer',
      metrics: [{ name: 'mae', before: 11, after: 12 }]
    });
    const diff = plan.changes.find(({ path }) =>
      path.endsWith('/inferenceservice.yaml')
    );
    expect(diff?.diff).toContain('-    jupyterlab-mlops/version: "1"');
    expect(diff?.diff).toContain('+    jupyterlab-mlops/version: "2"');
    const body = { model: 'bike', version: 2, environment: 'dev', base: plan.base };
    const { revision } = await stage.call('confirmPromotion', { body });
    const files = stage
      .git('diff', '--name-only', plan.base, String(revision))
      .split('\n');
    expect(files.sort()).toEqual(plan.changes.map(({ path }) => path).sort());
    for (const { path, after } of plan.changes) {
      expect(stage.git('show', `${revision}:${path}`)).toBe(after?.trim());
    }
  });

  test('of what is already there changes nothing and says so', async () => {
    stage.models.add();
    await stage.promote(1, 'dev');
    const body = { model: 'bike', version: 1, environment: 'dev' };
    const plan = await stage.call('planPromotion', { body });
    expect(plan).toMatchObject({ noop: true, changes: [] });
    const head = stage.git('rev-parse', 'main');
    await expect(
      stage.call('confirmPromotion', { body: { ...body, base: plan.base } })
    ).rejects.toMatchObject({ status: 422, body: { code: 'promotion-noop' } });
    expect(stage.git('rev-parse', 'main')).toBe(head);
  });

  test.each([
    [
      'an unknown environment',
      { model: 'bike', version: 1, environment: 'stagging' },
      'environment-unknown',
      'Known are dev, prod.'
    ],
    [
      'an unknown version',
      { model: 'bike', version: 9, environment: 'dev' },
      'version-unknown',
      undefined
    ]
  ])('to %s ends in a sentence', async (_, body, code, cause) => {
    stage.models.add();
    await expect(stage.call('planPromotion', { body })).rejects.toMatchObject({
      status: 404,
      body: cause ? { code, cause } : { code }
    });
  });

  test('to prod is refused until dev has run exactly this digest', async () => {
    stage.models.add();
    stage.models.add({ version: 2 });
    await stage.promote(1, 'dev');
    const prod = (version: number) => ({ model: 'bike', version, environment: 'prod' });
    const plan = await stage.call('planPromotion', { body: prod(2) });
    expect(plan.allowed).toBe(false);
    await expect(
      stage.call('confirmPromotion', { body: { ...prod(2), base: plan.base } })
    ).rejects.toMatchObject({
      status: 422,
      body: {
        code: 'checks-failed',
        message: expect.stringContaining('never served in dev')
      }
    });
    expect(stage.core.audit.list(1)).toMatchObject([
      { action: 'promotion.confirm', object: 'prod/bike', result: 'refused' }
    ]);
    expect((await stage.promote(1, 'prod')).state).toBe('succeeded');
    expect((await stage.promote(2, 'dev')).state).toBe('succeeded');
    expect((await stage.promote(2, 'prod')).state).toBe('succeeded');
  });

  test('of a version that was not tested, is too slow or too large is refused', async () => {
    stage.models.add({ version: 1, tested: false });
    stage.models.add({ version: 2, p95: 900 });
    stage.models.add({ version: 3, bytes: 2 ** 31 });
    const failing = async (version: number): Promise<string[]> => {
      const body = { model: 'bike', version, environment: 'dev' };
      const { checks } = await stage.call('planPromotion', { body });
      return checks.filter(({ result }) => result === 'failed').map(({ code }) => code);
    };
    expect(await failing(1)).toEqual(['model-test']);
    expect(await failing(2)).toEqual(['latency']);
    expect(await failing(3)).toEqual(['size']);
  });

  test('goes on from an older plan where another model was committed between', async () => {
    stage.models.add();
    stage.models.add({ model: 'taxi' });
    const request = { model: 'bike', version: 1, environment: 'dev' };
    const { base } = await stage.call('planPromotion', { body: request });
    await stage.promote(1, 'dev', 'taxi');
    const { id } = await stage.call('confirmPromotion', { body: { ...request, base } });
    expect((await stage.ended(id)).state).toBe('succeeded');
  });

  test('from a plan made before somebody edited the same release is refused as stale', async () => {
    stage.models.add();
    stage.models.add({ version: 2 });
    await stage.promote(1, 'dev');
    const request = { model: 'bike', version: 2, environment: 'dev' };
    const { base } = await stage.call('planPromotion', { body: request });
    commitByHand(stage.core, 'Note something', folder =>
      writeFileSync(join(folder, 'environments/dev/bike/monitoring.yaml'), '')
    );
    await expect(
      stage.call('confirmPromotion', { body: { ...request, base } })
    ).rejects.toMatchObject({
      status: 409,
      body: { code: 'promotion-stale', details: { diff: expect.any(Array) } }
    });
    expect(stage.git('log', '-1', '--format=%s', 'main')).toBe('Note something');
  });

  test.each(['--all', 'main', '0'.repeat(40), '$(touch x)'])(
    'on a base that is no commit (%s) is refused',
    async base => {
      stage.models.add();
      await stage.promote(1, 'dev');
      stage.models.add({ version: 2 });
      const body = { model: 'bike', version: 2, environment: 'dev', base };
      await expect(stage.call('confirmPromotion', { body })).rejects.toMatchObject({
        status: 409,
        body: { code: 'promotion-stale' }
      });
    }
  );
});

describe('a version that never comes to serve', () => {
  test.each([
    [
      'cannot be loaded',
      { behaviour: { broken: 'No module named lightgbm.' } },
      'model-not-loaded'
    ],
    ['answers its golden request wrongly', { honest: false }, 'golden-mismatch']
  ])(
    'because it %s leaves the old one serving, and Git says so',
    async (_, parts, code) => {
      stage.models.add();
      stage.models.add({ version: 2, ...parts });
      await stage.promote(1, 'dev');
      const before = stage.git('rev-parse', 'main^{tree}');
      const promotion = await stage.promote(2, 'dev');
      expect(promotion).toMatchObject({
        state: 'failed',
        error: { code: 'promotion-failed', details: { failure: { code } } }
      });
      expect(stage.git('rev-parse', 'main^{tree}')).toBe(before);
      expect(stage.git('log', '-2', '--format=%s', 'main').split('\n')).toEqual([
        'Take back bike v2 from dev',
        'Promote bike v2 to dev'
      ]);
      const reply = await stage.call('predict', { params: at, body: { rows: [row] } });
      expect(reply.version).toBe(1);
      const { endpoints } = await stage.environment('dev');
      expect(endpoints).toMatchObject([
        { health: 'healthy', synced: true, error: null }
      ]);
      expect(stage.models.released.get('dev/bike')).toBe(1);
      expect(stage.modelServer.running).toHaveLength(1);
    }
  );

  test('as the first of its model leaves no release behind', async () => {
    stage.models.add({ honest: false });
    expect((await stage.promote(1, 'dev')).state).toBe('failed');
    expect(await stage.environment('dev')).toMatchObject({
      releases: [],
      endpoints: []
    });
    expect(stage.models.released.get('dev/bike') ?? null).toBeNull();
  });
});

describe('many at once', () => {
  test('twenty promotions of twenty models land once each', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `model-${index}`);
    names.forEach(model => stage.models.add({ model }));
    const plans = await Promise.all(
      names.map(model =>
        stage.call('planPromotion', { body: { model, version: 1, environment: 'dev' } })
      )
    );
    const begun = await Promise.all(
      plans.map(({ model, version, environment, base }) =>
        stage.call('confirmPromotion', { body: { model, version, environment, base } })
      )
    );
    const ended = await Promise.all(begun.map(({ id }) => stage.ended(id)));
    expect(ended.map(({ state }) => state)).toEqual(names.map(() => 'succeeded'));
    const subjects = stage.git('log', '--format=%s', 'main').split('\n').slice(0, -1);
    expect(subjects.sort()).toEqual(
      names.map(name => `Promote ${name} v1 to dev`).sort()
    );
    expect(stage.modelServer.running).toHaveLength(20);
  });

  test('of twenty of one model, one lands and nineteen are shown the new diff', async () => {
    for (let version = 1; version <= 20; version += 1) {
      stage.models.add({ version });
    }
    const requests = Array.from({ length: 20 }, (_, index) => ({
      model: 'bike',
      version: index + 1,
      environment: 'dev'
    }));
    const { base } = await stage.call('planPromotion', { body: requests[0] });
    const results = await Promise.allSettled(
      requests.map(body => stage.call('confirmPromotion', { body: { ...body, base } }))
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = results.flatMap(result =>
      result.status === 'rejected' ? [result.reason.body] : []
    );
    expect(refused.map(({ code }) => code)).toEqual(
      new Array(19).fill('promotion-stale')
    );
    expect(refused.every(({ details }) => details.diff[0].diff.includes('-'))).toBe(
      true
    );
    expect(stage.git('rev-list', '--count', 'main')).toBe('2');
  });
});
