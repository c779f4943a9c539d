import { waitFor } from '@testing-library/dom';

import { FakeServer, type IAsked } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import { GatewayClient } from '../../gateway/client';
import { StepLog } from '../step-log';

const logs: StepLog[] = [];
afterEach(() => logs.splice(0).forEach(log => log.dispose()));

function setUp(options: { kept?: number } = {}): { server: FakeServer; log: StepLog } {
  const server = new FakeServer();
  const log = new StepLog({
    client: new GatewayClient({ serverSettings: server.settings }),
    run: 'run-51',
    step: 'train',
    pause: 5,
    ...options
  });
  logs.push(log);
  return { server, log };
}

/** Answers as the gateway does, from a log of so many lines. */
function stored(count: () => number, end: () => boolean) {
  return ({ query }: IAsked) => {
    const from = Number(query.after) + 1;
    const lines = story.logLines(
      Math.max(0, Math.min(count() - from, Number(query.limit))),
      from
    );
    return { lines, end: end() && from + lines.length === count() };
  };
}

describe('the log of a step', () => {
  it('is fetched whole, in batches, each line once', async () => {
    const { server, log } = setUp();
    server.on(
      'runLog',
      stored(
        () => 12_345,
        () => true
      )
    );
    log.follow();
    await waitFor(() => expect(log.lines).toHaveLength(12_345));
    expect(log.lines.every((line, index) => line.offset === index)).toBe(true);
    expect(server.calls('runLog')).toHaveLength(3);
  });

  it('goes on while the step writes and stops at its end', async () => {
    const { server, log } = setUp();
    let count = 10;
    let end = false;
    server.on(
      'runLog',
      stored(
        () => count,
        () => end
      )
    );
    log.follow();
    await waitFor(() => expect(log.lines).toHaveLength(10));
    count = 25;
    await waitFor(() => expect(log.lines).toHaveLength(25));
    end = true;
    await new Promise(resolve => setTimeout(resolve, 50));
    const asked = server.calls('runLog').length;
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(server.calls('runLog')).toHaveLength(asked);
  });

  it('asks nothing while it rests', async () => {
    const { server, log } = setUp();
    server.on(
      'runLog',
      stored(
        () => 3,
        () => false
      )
    );
    log.follow();
    await waitFor(() => expect(log.lines).toHaveLength(3));
    log.rest();
    await new Promise(resolve => setTimeout(resolve, 20));
    const asked = server.calls('runLog').length;
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(server.calls('runLog')).toHaveLength(asked);
  });

  it('keeps the newest lines and says how many came before', async () => {
    const { server, log } = setUp({ kept: 1000 });
    server.on(
      'runLog',
      stored(
        () => 20_000,
        () => true
      )
    );
    log.follow();
    await waitFor(() => expect(log.lines.at(-1)?.offset).toBe(19_999));
    expect(log.lines.length).toBeLessThanOrEqual(1250);
    expect(log.dropped).toBe(20_000 - log.lines.length);
  });

  it('tries again after an error, without losing its place', async () => {
    const { server, log } = setUp();
    let broken = true;
    const answer = stored(
      () => 8,
      () => true
    );
    server.on('runLog', asked =>
      broken ? new Response('', { status: 503 }) : answer(asked)
    );
    log.follow();
    await waitFor(() => expect(log.error?.code).toBe('http-503'));
    broken = false;
    await waitFor(() => expect(log.lines).toHaveLength(8));
    expect(log.error).toBeNull();
  });
});
