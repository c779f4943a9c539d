import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import { ModelsModel } from '../model';

afterEach(() => {
  localStorage.clear();
  disconnectAll();
});

async function setUp(): Promise<IConnected & { model: ModelsModel }> {
  const connected = connectable();
  connected.server.on('listModels', {
    models: [{ name: 'bike-demand', versions: [story.version(2), story.version(3)] }]
  });
  const model = new ModelsModel(connected.gateway);
  await connected.connect();
  await waitFor(() => expect(model.state).toBe('loaded'));
  return { ...connected, model };
}

function numbers(model: ModelsModel): number[] {
  return model.models[0].versions.map(({ version }) => version);
}

describe('the models', () => {
  it('have their newest version first', async () => {
    expect(numbers((await setUp()).model)).toEqual([3, 2]);
  });

  it('take a new version in as soon as it is told', async () => {
    const { model, tell } = await setUp();
    tell({ type: 'version', data: story.version(4) });
    await waitFor(() => expect(numbers(model)).toEqual([4, 3, 2]));
  });

  it('take a first version of a new model in', async () => {
    const { model, tell } = await setUp();
    tell({ type: 'version', data: story.version(1, { model: 'another' }) });
    await waitFor(() =>
      expect(model.models.map(({ name }) => name)).toEqual(['another', 'bike-demand'])
    );
  });

  it('show a registration until it has succeeded', async () => {
    const { model, tell } = await setUp();
    tell({ type: 'registration', data: story.registration() });
    await waitFor(() => expect(model.registrations).toHaveLength(1));
    tell({ type: 'registration', data: story.registration({ state: 'succeeded' }) });
    await waitFor(() => expect(model.registrations).toHaveLength(0));
  });

  it('keep a failed registration until it was read', async () => {
    const { model, tell } = await setUp();
    const failed = story.registration({
      state: 'failed',
      error: { code: 'kind-unknown', message: 'MLServer cannot serve it.' }
    });
    tell({ type: 'registration', data: failed });
    await waitFor(() => expect(model.registrations[0]?.error).toBeTruthy());
    model.dismiss(failed.id);
    expect(model.registrations).toHaveLength(0);
  });

  it('show again what was under way and what failed when the page is loaded again', async () => {
    const { model, server } = await setUp();
    const failed = story.registration({
      id: 'failed',
      state: 'failed',
      error: { code: 'kind-unknown', message: 'MLServer cannot serve it.' }
    });
    server.on('listRegistrations', {
      registrations: [story.registration({ id: 'goes-on' }), failed]
    });
    await model.refresh();
    expect(model.registrations.map(({ id }) => id)).toEqual(['goes-on', 'failed']);
    model.dismiss('failed');
    const later = new ModelsModel(model['gateway']);
    await later.refresh();
    expect(later.registrations.map(({ id }) => id)).toEqual(['goes-on']);
  });

  it('are fetched again when a promotion has moved one', async () => {
    const { server, tell } = await setUp();
    const before = server.calls('listModels').length;
    tell({ type: 'promotion', data: story.promotion({ state: 'succeeded' }) });
    await waitFor(() => expect(server.calls('listModels')).toHaveLength(before + 1));
  });
});
