import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import { Views, type IViewOptions } from '../../elements/views';
import { ModelsModel } from '../../models/model';
import { EnvironmentsModel } from '../model';
import { addPromotionCommands } from '../promotion-commands';
import type { PromotionView } from '../promotion-view';

beforeAll(() => {
  // jsdom has none; views draw when nothing else is to do.
  window.requestIdleCallback = draw => window.setTimeout(draw);
});

afterEach(disconnectAll);

/** v4 is in dev, v3 in prod; `waits` waits for an approval. */
/** Keeps what was opened. */
class SeenViews extends Views<PromotionView> {
  readonly opened: PromotionView[] = [];

  override async open(options: IViewOptions<PromotionView>): Promise<PromotionView> {
    const view = await super.open(options);
    if (!this.opened.includes(view)) {
      this.opened.push(view);
    }
    return view;
  }
}

async function setUp(
  promotions = [
    story.promotion({ id: 'done', state: 'succeeded' }),
    story.promotion({ id: 'waits', state: 'waiting' })
  ]
): Promise<IConnected & { commands: CommandRegistry; views: SeenViews }> {
  const connected = connectable();
  const { server, gateway, connect } = connected;
  server.on('listModels', {
    models: [{ name: 'bike-demand', versions: [story.version(3), story.version(4)] }]
  });
  server.on('listEnvironments', {
    environments: [story.environment('dev', 4), story.environment('prod', 3)]
  });
  server.on('listPromotions', { promotions });
  server.on('planPromotion', story.promotionPlan());
  server.on('promotionPlan', story.promotionPlan());
  server.on('getPromotion', ({ params }) =>
    story.promotion({ id: params.id, state: 'waiting' })
  );
  server.on('planRevert', story.promotionPlan({ kind: 'revert', version: 2 }));
  server.on('approvePromotion', story.promotion());
  server.on('closePromotion', story.promotion());
  const commands = new CommandRegistry();
  const shell = { add: () => undefined, activateById: () => undefined };
  const app = { commands, shell } as never;
  const views = new SeenViews(app, 'promotion');
  const models = new ModelsModel(gateway);
  const environments = new EnvironmentsModel(gateway);
  addPromotionCommands({
    app,
    gateway,
    environments,
    models,
    pipeline: { path: null } as never,
    views,
    trans: nullTranslator.load('mlops')
  });
  await connect();
  await waitFor(() => expect([models.state, environments.state]).toEqual(LOADED));
  return { ...connected, commands, views };
}

const LOADED = ['loaded', 'loaded'];

describe('promoting', () => {
  it('proposes the newest version for the first environment without it', async () => {
    const { server, commands } = await setUp([]);
    await commands.execute('mlops:promote');
    await waitFor(() =>
      expect(server.calls('planPromotion').map(({ body }) => body)).toContainEqual({
        model: 'bike-demand',
        version: 4,
        environment: 'prod'
      })
    );
  });

  it('plans what a script names and changes nothing yet', async () => {
    const { server, commands } = await setUp();
    const subject = { model: 'bike-demand', version: 3, environment: 'dev' };
    await commands.execute('mlops:promote', subject);
    await waitFor(() =>
      expect(server.calls('planPromotion')[0]?.body).toEqual(subject)
    );
    expect(server.calls('confirmPromotion')).toEqual([]);
  });

  it('confirms nothing that nobody sees', async () => {
    const { server, commands } = await setUp();
    expect(commands.isEnabled('mlops:confirm-promotion')).toBe(false);
    expect(server.calls('confirmPromotion')).toEqual([]);
  });
});

it('plans the way back for the release that is named', async () => {
  const { server, commands } = await setUp();
  const where = { environment: 'prod', model: 'bike-demand' };
  await commands.execute('mlops:revert', where);
  await waitFor(() => expect(server.calls('planRevert')[0]?.body).toEqual(where));
  expect(server.calls('revert')).toEqual([]);
});

it.each([
  ['mlops:approve-promotion', 'approvePromotion'],
  ['mlops:close-promotion', 'closePromotion']
] as const)('%s decides about the promotion that a script names', async (id, route) => {
  const { server, commands } = await setUp();
  await commands.execute(id, { promotion: 'another' });
  expect(server.calls(route).map(({ params }) => params.id)).toEqual(['another']);
});

it.each([
  ['mlops:approve-promotion', 'approvePromotion'],
  ['mlops:close-promotion', 'closePromotion']
] as const)(
  '%s without a name shows the one that waits, and decides nothing',
  async (id, route) => {
    const { server, commands } = await setUp();
    await commands.execute(id);
    await waitFor(() =>
      expect(server.calls('promotionPlan').map(({ params }) => params.id)).toEqual([
        'waits'
      ])
    );
    expect(server.calls(route)).toEqual([]);
  }
);

it('plans again in the same view once its promotion is over', async () => {
  const { server, commands, views } = await setUp();
  const subject = { model: 'bike-demand', version: 3, environment: 'dev' };
  await commands.execute('mlops:promote', subject);
  const model = views.opened[0].model;
  await waitFor(() => expect(model.plan).not.toBeNull());
  server.on('confirmPromotion', story.promotion({ state: 'failed' }));
  await model.confirm();
  const planned = server.calls('planPromotion').length;
  await commands.execute('mlops:promote', subject);
  await waitFor(() =>
    expect(server.calls('planPromotion').length).toBeGreaterThan(planned)
  );
  expect(model.promotion).toBeNull();
  expect(views.opened).toHaveLength(1);
});

it('shows what is under way instead of planning it a second time', async () => {
  const { server, commands } = await setUp();
  const { model, version, environment } = story.promotion();
  await commands.execute('mlops:promote', { model, version, environment });
  await waitFor(() =>
    expect(server.calls('getPromotion').map(({ params }) => params.id)).toContain(
      'waits'
    )
  );
});

it('describes the arguments of every command', async () => {
  const { commands } = await setUp();
  for (const id of commands.listCommands()) {
    const { args } = await commands.describedBy(id);
    expect([id, args]).toEqual([id, expect.objectContaining({ type: 'object' })]);
  }
});
