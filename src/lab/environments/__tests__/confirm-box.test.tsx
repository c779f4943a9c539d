import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { connectable, disconnectAll } from '../../__tests__/connected';
import type { FakeServer } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import type { PromotionPlan } from '../../../contract/promotion';
import { ConfirmBox } from '../confirm-box';
import { PromotionModel } from '../promotion-model';

afterEach(() => {
  cleanup();
  disconnectAll();
});

async function show(
  plan: PromotionPlan,
  following: string | null = null
): Promise<{
  act: jest.Mock;
  model: PromotionModel;
  server: FakeServer;
  draw(): void;
}> {
  const { server, gateway, connect } = connectable();
  server.on('planPromotion', plan);
  server.on('planRevert', plan);
  server.on('confirmPromotion', story.promotion({ state: 'succeeded' }));
  await connect();
  const model = new PromotionModel(
    gateway,
    {
      kind: plan.kind,
      model: plan.model,
      version: plan.kind === 'promote' ? plan.version : null,
      environment: plan.environment
    },
    nullTranslator.load('mlops')
  );
  await model.refresh();
  const act = jest.fn();
  const draw = (): void => {
    cleanup();
    render(<ConfirmBox model={model} plan={plan} following={following} act={act} />);
  };
  draw();
  return { act, model, server, draw };
}

describe('the confirmation', () => {
  it('is one button', async () => {
    const { act } = await show(story.promotionPlan());
    expect(screen.getAllByRole('button')).toHaveLength(1);
    fireEvent.click(screen.getByRole('button', { name: 'Confirm promotion' }));
    expect(act).toHaveBeenCalledWith('mlops:confirm-promotion');
  });

  it('says that prod is on this computer', async () => {
    await show(story.promotionPlan());
    expect(screen.getByText('prod on this computer changes at once')).toBeTruthy();
  });

  it('says whose approval follows', async () => {
    await show(story.promotionPlan({ approvals: 1 }));
    expect(
      screen.getByText('prod changes after 1 approval by somebody else')
    ).toBeTruthy();
  });

  it('names what forbids it', async () => {
    const [check] = story.promotionPlan().checks;
    await show(
      story.promotionPlan({
        allowed: false,
        checks: [{ ...check, result: 'failed', summary: 'dev has never run v4.' }]
      })
    );
    expect(screen.getByRole('alert').textContent).toContain('dev has never run v4.');
    expect(screen.getByRole('button').hasAttribute('disabled')).toBe(true);
  });

  it('says so where there is nothing to do', async () => {
    await show(story.promotionPlan({ noop: true }));
    expect(screen.getByText(/bike-demand v4 is already in prod/)).toBeTruthy();
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('takes a reason before a revert', async () => {
    const { model, draw } = await show(
      story.promotionPlan({ kind: 'revert', version: 2 })
    );
    const button = (): HTMLElement =>
      screen.getByRole('button', { name: 'Confirm revert' });
    expect(button().hasAttribute('disabled')).toBe(true);
    fireEvent.change(screen.getByLabelText(/Reason/), {
      target: { value: 'v3 is wrong at night' }
    });
    expect(model.reason).toBe('v3 is wrong at night');
    draw();
    expect(button().hasAttribute('disabled')).toBe(false);
  });

  it('leads on to the environment that follows', async () => {
    const { act, model, draw } = await show(
      story.promotionPlan({ environment: 'dev' }),
      'prod'
    );
    await model.confirm();
    draw();
    fireEvent.click(screen.getByRole('button', { name: 'Promote v4 to prod…' }));
    expect(act).toHaveBeenCalledWith('mlops:promote', {
      model: 'bike-demand',
      version: 4,
      environment: 'prod'
    });
  });

  it.each([
    ['somebody else', true],
    [story.gatewayStatus().user.name, false]
  ])('lets %s approve: %s', async (name, may) => {
    const { act, model, server, draw } = await show(story.promotionPlan());
    const waiting = story.promotion({
      state: 'waiting',
      actor: { name, asserted: true }
    });
    server.on('confirmPromotion', waiting);
    await model.confirm();
    draw();
    const approve = screen.queryByRole('button', { name: 'Approve' });
    expect(approve !== null).toBe(may);
    fireEvent.click(approve ?? screen.getByRole('button', { name: 'Withdraw' }));
    expect(act).toHaveBeenCalledWith(
      may ? 'mlops:approve-promotion' : 'mlops:close-promotion',
      { promotion: waiting.id }
    );
  });

  it.each([
    [null, null],
    [
      'https://github.com/a/b/compare/main...changes/p?expand=1',
      'Ask for the merge of changes/p'
    ]
  ])(
    'leads to where others merge it, or names its branch: %s',
    async (changeRequest, link) => {
      const { model, server, draw } = await show(story.promotionPlan());
      const actor = { name: 'somebody else', asserted: true };
      server.on(
        'confirmPromotion',
        story.promotion({
          state: 'waiting',
          branch: 'changes/p',
          mergedElsewhere: true,
          changeRequest,
          actor
        })
      );
      await model.confirm();
      draw();
      expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
      expect(screen.getByText(/Waits to be merged/)).not.toBeNull();
      const found = screen.queryByRole('link');
      expect(found?.textContent ?? null).toBe(link);
      expect(found?.getAttribute('href') ?? null).toBe(changeRequest);
      expect(screen.getByText(/changes\/p/)).not.toBeNull();
    }
  );

  it('offers to plan again what has failed', async () => {
    const { model, server, draw } = await show(story.promotionPlan());
    server.on('confirmPromotion', story.promotion({ state: 'failed' }));
    await model.confirm();
    draw();
    fireEvent.click(screen.getByRole('button', { name: 'Plan again' }));
    expect(model.promotion).toBeNull();
  });
});
