import { act, cleanup, render, screen } from '@testing-library/react';
import * as React from 'react';

import { FakeServer } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import { GatewayClient } from '../../gateway/client';
import { LogView } from '../log-view';
import { StepLog } from '../step-log';

afterEach(cleanup);

async function show(count: number): Promise<StepLog> {
  const server = new FakeServer();
  const log = new StepLog({
    client: new GatewayClient({ serverSettings: server.settings }),
    run: 'run-51',
    step: 'train'
  });
  server.on('runLog', ({ query }) => {
    const from = Number(query.after) + 1;
    return {
      lines: story.logLines(Math.min(count - from, Number(query.limit)), from),
      end: true
    };
  });
  render(<LogView log={log} />);
  await act(async () => {
    log.follow();
    while (log.lines.length < count) {
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  });
  return log;
}

describe('the view of a log', () => {
  it('draws a handful of lines, however many there are', async () => {
    const log = await show(50_000);
    const drawn = screen.getByRole('log').querySelectorAll('.jp-mlops-Log-line');
    expect(drawn.length).toBeGreaterThan(10);
    expect(drawn.length).toBeLessThan(150);
    log.dispose();
  });

  it('shows time, text and kind of each line', async () => {
    const log = await show(2);
    const [first] = screen.getByRole('log').querySelectorAll('.jp-mlops-Log-line');
    expect(first.textContent).toContain('[CV 1/5] END');
    expect(first.querySelector('time')?.getAttribute('datetime')).toBe(
      log.lines[0].time
    );
    expect(first.classList.contains('jp-mlops-mod-event')).toBe(true);
    log.dispose();
  });
});
