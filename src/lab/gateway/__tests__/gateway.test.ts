import { waitFor } from '@testing-library/dom';

import { apiError, FakeServer } from '../../__tests__/fake-server';
import * as story from '../../__tests__/story';
import type { GatewayEvent } from '../../../contract/event';
import { GatewayClient } from '../client';
import { Gateway } from '../gateway';

const open: Gateway[] = [];

function setUp(): { server: FakeServer; gateway: Gateway } {
  const server = new FakeServer();
  const gateway = new Gateway({
    client: new GatewayClient({ serverSettings: server.settings })
  });
  open.push(gateway);
  return { server, gateway };
}

function hide(hidden: boolean): void {
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    get: () => (hidden ? 'hidden' : 'visible')
  });
  document.dispatchEvent(new Event('visibilitychange'));
}

afterEach(() => {
  open.splice(0).forEach(gateway => gateway.dispose());
  hide(false);
});

describe('the connection', () => {
  it('is ready when the gateway answers', async () => {
    const { gateway } = setUp();
    await gateway.check();
    expect(gateway.connection).toMatchObject({ kind: 'ready', mismatch: null });
    expect(gateway.isReady).toBe(true);
  });

  it('explains different versions of page and gateway', async () => {
    const { server, gateway } = setUp();
    server.on('status', story.gatewayStatus({ version: '9.9.9' }));
    await gateway.check();
    expect(gateway.connection).toMatchObject({
      kind: 'ready',
      mismatch: { gateway: '9.9.9' }
    });
  });

  it('keeps what the server says about a gateway that failed', async () => {
    const { server, gateway } = setUp();
    server.server(
      story.serverStatus({
        state: 'failed',
        message: 'No Node.js was found.',
        log: ['x']
      })
    );
    await gateway.check();
    expect(gateway.connection).toMatchObject({
      kind: 'failed',
      server: { message: 'No Node.js was found.', log: ['x'] }
    });
  });

  it('looks again soon while the gateway starts', async () => {
    const { server, gateway } = setUp();
    server.server(story.serverStatus({ state: 'starting', message: 'Starting.' }));
    await gateway.check();
    expect(gateway.connection.kind).toBe('starting');
    server.server(story.serverStatus());
    await waitFor(() => expect(gateway.isReady).toBe(true), { timeout: 3000 });
  });

  it('tells a server without our extension', async () => {
    const { server, gateway } = setUp();
    server.server(new Response('not found', { status: 404 }));
    await gateway.check();
    expect(gateway.connection.kind).toBe('not-installed');
  });

  it('tells an ended session from a missing right', async () => {
    const { server, gateway } = setUp();
    server.server(apiError(403, 'not-authorized', 'Forbidden.'));
    await gateway.check();
    expect(gateway.connection.kind).toBe('not-allowed');
    server.me = () => new Response('', { status: 403 });
    await gateway.check();
    expect(gateway.connection.kind).toBe('signed-out');
  });

  it('keeps the time at which the session ended', async () => {
    const { server, gateway } = setUp();
    server.server(apiError(403, 'not-authorized', 'Forbidden.'));
    server.me = () => new Response('', { status: 403 });
    await gateway.check();
    const first = gateway.connection;
    await gateway.check();
    expect(gateway.connection).toEqual(first);
  });

  it('starts the gateway again through the server', async () => {
    const { server, gateway } = setUp();
    await gateway.restart();
    expect(server.others[0]).toBe('POST mlops/server/restart');
    expect(gateway.isReady).toBe(true);
  });
});

describe('the event stream', () => {
  async function listening(): Promise<{
    server: FakeServer;
    gateway: Gateway;
    events: GatewayEvent[];
  }> {
    const { server, gateway } = setUp();
    const events: GatewayEvent[] = [];
    gateway.happened.connect((_, event) => void events.push(event));
    await gateway.check();
    await waitFor(() => expect(server.streams).toHaveLength(1));
    return { server, gateway, events };
  }

  it('tells what happens', async () => {
    const { server, events } = await listening();
    server.emit('1', { type: 'run', data: story.runSummary() });
    await waitFor(() => expect(events).toHaveLength(1));
    expect(events[0]).toMatchObject({ type: 'run', data: { number: 51 } });
  });

  it('is closed while the tab is hidden and resumes after its last event', async () => {
    const { server, events } = await listening();
    server.emit('5', { type: 'environment', data: { name: 'dev' } });
    await waitFor(() => expect(events).toHaveLength(1));
    hide(true);
    await waitFor(() => expect(server.streams).toHaveLength(0));
    hide(false);
    await waitFor(() => expect(server.streams).toHaveLength(1));
    expect(server.streams[0].lastId).toBe('5');
  });

  it('is opened again after it broke, and only once', async () => {
    const { server } = await listening();
    server.streams[0].break();
    await waitFor(() => expect(server.streams).toHaveLength(1), { timeout: 3000 });
    expect(server.calls('events')).toHaveLength(2);
  });

  it('ends with the gateway', async () => {
    const { server, gateway } = await listening();
    gateway.dispose();
    await waitFor(() => expect(server.streams).toHaveLength(0));
  });
});
