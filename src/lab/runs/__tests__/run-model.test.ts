import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll, type IConnected } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import { RunModel } from '../run-model';

afterEach(disconnectAll);

async function setUp(): Promise<IConnected & { model: RunModel }> {
  const connected = connectable();
  connected.server.on('getRun', story.runDetail());
  connected.server.on('runLog', { lines: story.logLines(3), end: true });
  const model = new RunModel(connected.gateway, 'run-51');
  model.isVisible = true;
  await connected.connect();
  await waitFor(() => expect(model.run).not.toBeNull());
  return { ...connected, model };
}

describe('one run', () => {
  it('shows the step that runs until the user chooses one', async () => {
    const { model } = await setUp();
    expect(model.step?.id).toBe('train');
    model.chooseStep('load');
    expect(model.step?.id).toBe('load');
  });

  it('shows the failed step of a run that failed', async () => {
    const { model, server } = await setUp();
    server.on('getRun', story.runDetail(story.failedRun(), 'clean', 'failed'));
    await model.refresh();
    expect(model.step?.id).toBe('clean');
  });

  it('fetches the log of the step that is shown', async () => {
    const { model, server } = await setUp();
    model.chooseStep('load');
    await waitFor(() => expect(model.log?.lines).toHaveLength(3));
    expect(server.calls('runLog').at(-1)?.params).toEqual({
      id: 'run-51',
      step: 'load'
    });
  });

  it('begins another log when a step is tried again', async () => {
    const { model, server } = await setUp();
    const before = model.log;
    const detail = story.runDetail();
    detail.steps.forEach(step => {
      step.attempt = 2;
    });
    server.on('getRun', detail);
    await model.refresh();
    expect(model.log).not.toBe(before);
    expect(before?.isDisposed).toBe(true);
  });

  it('is fetched again when it goes on, and not when another run does', async () => {
    const { server, tell } = await setUp();
    const before = server.calls('getRun').length;
    tell({ type: 'run', data: story.succeededRun() });
    tell({ type: 'run', data: story.runSummary({ cellsDone: 5 }) });
    await waitFor(() => expect(server.calls('getRun').length).toBe(before + 1));
  });

  it('fetches nothing while hidden and catches up when shown', async () => {
    const { model, server, tell } = await setUp();
    model.isVisible = false;
    const before = server.calls('getRun').length;
    tell({ type: 'run', data: story.runSummary({ cellsDone: 6 }) });
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(server.calls('getRun')).toHaveLength(before);
    model.isVisible = true;
    await waitFor(() => expect(server.calls('getRun')).toHaveLength(before + 1));
  });
});
