import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import { apiError } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import { RunsModel } from '../model';

afterEach(disconnectAll);

async function setUp(): Promise<IConnected & { model: RunsModel }> {
  const connected = connectable();
  connected.server.on('listRuns', { runs: [story.succeededRun(), story.failedRun()] });
  const model = new RunsModel(connected.gateway);
  await connected.connect();
  await waitFor(() => expect(model.state).toBe('loaded'));
  return { ...connected, model };
}

describe('the list of runs', () => {
  it('is fetched when the gateway becomes ready', async () => {
    const { model } = await setUp();
    expect(model.runs.map(({ number }) => number)).toEqual([50, 49]);
    expect(model.isCurrent).toBe(true);
  });

  it('shows a new run as soon as it is told', async () => {
    const { model, tell } = await setUp();
    tell({ type: 'run', data: story.runSummary() });
    await waitFor(() =>
      expect(model.runs.map(({ number }) => number)).toEqual([51, 50, 49])
    );
  });

  it('replaces a run that has gone on, in its place', async () => {
    const { model, tell } = await setUp();
    tell({ type: 'run', data: story.failedRun({ state: 'stopped' }) });
    await waitFor(() => expect(model.runs[1].state).toBe('stopped'));
    expect(model.runs).toHaveLength(2);
  });

  it('is fetched again after a gap in the events', async () => {
    const { server, tell } = await setUp();
    tell({ type: 'reset', data: {} });
    await waitFor(() => expect(server.calls('listRuns')).toHaveLength(2));
  });

  it('keeps its last state and its time when the session ends', async () => {
    const { model, server, gateway } = await setUp();
    const { asOf } = model;
    server.server(apiError(403, 'not-authorized', 'Forbidden.'));
    server.me = () => new Response('', { status: 403 });
    await gateway.check();
    expect(model.isCurrent).toBe(false);
    expect(model.runs).toHaveLength(2);
    expect(model.asOf).toBe(asOf);
  });

  it('says why it could not be fetched and keeps what it had', async () => {
    const { model, server } = await setUp();
    server.on('listRuns', apiError(500, 'database-locked', 'The store is locked.'));
    await model.refresh();
    expect(model.error?.message).toBe('The store is locked.');
    expect(model.runs).toHaveLength(2);
  });

  it('asks once more, not many times, when refreshed while it asks', async () => {
    const { model, server } = await setUp();
    const before = server.calls('listRuns').length;
    await Promise.all([model.refresh(), model.refresh(), model.refresh()]);
    expect(server.calls('listRuns')).toHaveLength(before + 2);
  });

  it('goes back beyond the newest when asked', async () => {
    const { model, server, tell } = await setUp();
    const all = Array.from({ length: 60 }, (_, index) =>
      story.succeededRun({ id: `r${index}`, number: 60 - index })
    );
    server.on('listRuns', ({ query }) => ({ runs: all.slice(0, Number(query.limit)) }));
    await model.refresh();
    expect([model.runs.length, model.hasOlder]).toEqual([50, true]);
    tell({ type: 'run', data: story.runSummary({ id: 'new', number: 61 }) });
    await waitFor(() => expect(model.runs[0].number).toBe(61));
    expect([model.runs.length, model.hasOlder]).toEqual([50, true]);
    await model.loadOlder();
    expect([model.runs.length, model.hasOlder]).toEqual([60, false]);
  });
});
