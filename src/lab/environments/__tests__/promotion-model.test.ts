import { nullTranslator } from '@jupyterlab/translation';
import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import { apiError } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import { PromotionModel, type IPromotionSubject } from '../promotion-model';

afterEach(disconnectAll);

const PROMOTE: IPromotionSubject = {
  kind: 'promote',
  model: 'bike-demand',
  version: 4,
  environment: 'prod'
};

async function setUp(
  subject: IPromotionSubject | string = PROMOTE
): Promise<IConnected & { model: PromotionModel }> {
  const connected = connectable();
  connected.server.on('planPromotion', story.promotionPlan());
  connected.server.on(
    'planRevert',
    story.promotionPlan({ kind: 'revert', version: 2 })
  );
  connected.server.on('confirmPromotion', story.promotion());
  connected.server.on('revert', story.promotion({ kind: 'revert', version: 2 }));
  connected.server.on('getPromotion', story.promotion({ state: 'waiting' }));
  connected.server.on('promotionPlan', story.promotionPlan({ base: 'e'.repeat(40) }));
  const model = new PromotionModel(
    connected.gateway,
    subject,
    nullTranslator.load('mlops')
  );
  await connected.connect();
  await waitFor(() => expect(model.plan).not.toBeNull());
  return { ...connected, model };
}

describe('a promotion', () => {
  it('can be confirmed at once, without typing anything', async () => {
    const { model, server } = await setUp();
    expect(model.canConfirm).toBe(true);
    await model.confirm();
    expect(server.calls('confirmPromotion')).toHaveLength(1);
    expect(server.calls('confirmPromotion')[0].body).toEqual({
      model: 'bike-demand',
      version: 4,
      environment: 'prod',
      base: story.promotionPlan().base,
      changesDigest: story.promotionPlan().changesDigest,
      reason: ''
    });
  });

  it('confirms the diff that was shown, by the commit it was planned on', async () => {
    const { model, server } = await setUp();
    const { base } = story.promotionPlan();
    server.on('planPromotion', story.promotionPlan({ base: 'f'.repeat(40) }));
    await model.confirm();
    expect(server.calls('confirmPromotion')[0].body).toMatchObject({ base });
  });

  it('shows the new diff where Git has moved on, and changes nothing', async () => {
    const { model, server } = await setUp();
    server.on(
      'confirmPromotion',
      apiError(409, 'promotion-stale', 'The repository has changed.')
    );
    server.on('planPromotion', story.promotionPlan({ base: 'f'.repeat(40) }));
    await expect(model.confirm()).rejects.toThrow('The repository has changed.');
    expect(model.refusal?.code).toBe('promotion-stale');
    expect(model.plan?.base).toBe('f'.repeat(40));
    expect(model.promotion).toBeNull();
    expect(model.canConfirm).toBe(true);
  });

  it('keeps the reason when the confirmation is refused', async () => {
    const { model, server } = await setUp();
    model.reason = 'Drift since 12 April';
    server.on('confirmPromotion', apiError(503, 'gateway-starting', 'It starts.'));
    await expect(model.confirm()).rejects.toThrow('It starts.');
    expect(model.reason).toBe('Drift since 12 April');
  });

  it('cannot be confirmed twice', async () => {
    const { model, server } = await setUp();
    const first = model.confirm();
    await expect(model.confirm()).rejects.toThrow('no plan to confirm');
    await first;
    expect(model.canConfirm).toBe(false);
    expect(server.calls('confirmPromotion')).toHaveLength(1);
  });

  it.each([
    ['a check forbids it', story.promotionPlan({ allowed: false })],
    ['the version is already there', story.promotionPlan({ noop: true })]
  ])('cannot be confirmed where %s', async (_, plan) => {
    const { model, server } = await setUp();
    server.on('planPromotion', plan);
    await model.refresh();
    expect(model.canConfirm).toBe(false);
  });

  it('follows what becomes of it', async () => {
    const { model, tell } = await setUp();
    await model.confirm();
    expect(model.promotion?.state).toBe('deploying');
    tell({ type: 'promotion', data: story.promotion({ state: 'succeeded' }) });
    await waitFor(() => expect(model.promotion?.state).toBe('succeeded'));
  });
});

describe('a promotion that has ended', () => {
  it.each(['failed', 'closed', 'succeeded'] as const)(
    'gives way to a new plan when its view is opened again: %s',
    async state => {
      const { model, server } = await setUp();
      server.on('confirmPromotion', story.promotion({ state }));
      await model.confirm();
      expect(model.canConfirm).toBe(false);
      server.on('planPromotion', story.promotionPlan({ base: 'f'.repeat(40) }));
      await model.show(null);
      expect(model.promotion).toBeNull();
      expect(model.plan?.base).toBe('f'.repeat(40));
      expect(model.canConfirm).toBe(true);
    }
  );

  it('goes on being followed while it is under way', async () => {
    const { model, server } = await setUp();
    await model.confirm();
    server.on('getPromotion', story.promotion({ state: 'deploying' }));
    await model.show(null);
    expect(model.promotion?.state).toBe('deploying');
  });
});

describe('a promotion of somebody else', () => {
  it('shows the plan that was confirmed, not one of today', async () => {
    const { model, server } = await setUp('promotion-1');
    expect(model.plan?.base).toBe('e'.repeat(40));
    expect(model.promotion?.state).toBe('waiting');
    expect(model.canConfirm).toBe(false);
    expect(server.calls('planPromotion')).toEqual([]);
  });

  it('is told apart from one of the own', async () => {
    const { model, server } = await setUp('promotion-1');
    const name = story.gatewayStatus().user.name;
    const by = (actor: string) =>
      story.promotion({ state: 'waiting', actor: { name: actor, asserted: true } });
    server.on('getPromotion', by('somebody else'));
    await model.refresh();
    expect(model.isOwn).toBe(false);
    server.on('getPromotion', by(` ${name.toUpperCase()} `));
    await model.refresh();
    expect(model.isOwn).toBe(true);
  });

  it('can be planned again after it was closed', async () => {
    const { model, server } = await setUp('promotion-1');
    server.on('getPromotion', story.promotion({ state: 'closed' }));
    await model.refresh();
    await model.planAgain();
    expect(server.calls('planPromotion')).toHaveLength(1);
    expect(model.canConfirm).toBe(true);
  });
});

describe('a revert', () => {
  const REVERT: IPromotionSubject = { ...PROMOTE, kind: 'revert', version: null };

  it('needs a reason', async () => {
    const { model, server } = await setUp(REVERT);
    expect(model.canConfirm).toBe(false);
    model.reason = '   ';
    expect(model.canConfirm).toBe(false);
    model.reason = 'v3 doubled the demand at night';
    expect(model.canConfirm).toBe(true);
    await model.confirm();
    expect(server.calls('revert')[0].body).toEqual({
      model: 'bike-demand',
      environment: 'prod',
      reason: 'v3 doubled the demand at night',
      base: story.promotionPlan().base,
      changesDigest: story.promotionPlan().changesDigest
    });
  });
});
