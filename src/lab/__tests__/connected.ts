import { waitFor } from '@testing-library/dom';

import type { GatewayEvent } from '../../contract/event';
import { GatewayClient } from '../gateway/client';
import { Gateway } from '../gateway/gateway';
import { FakeServer } from './fake-server';

export interface IConnected {
  server: FakeServer;
  gateway: Gateway;
  /** Looks at the gateway and waits for its event stream. */
  connect(): Promise<void>;
  /** Sends an event on the open stream. */
  tell(event: GatewayEvent): void;
}

const open: Gateway[] = [];

/** A gateway behind a fake server; `disconnectAll` ends those of a test. */
export function connectable(): IConnected {
  const server = new FakeServer();
  const gateway = new Gateway({
    client: new GatewayClient({ serverSettings: server.settings })
  });
  open.push(gateway);
  let id = 0;
  return {
    server,
    gateway,
    connect: async () => {
      await gateway.check();
      await waitFor(() => expect(server.streams).toHaveLength(1));
    },
    tell: event => server.emit(String((id += 1)), event)
  };
}

export function disconnectAll(): void {
  open.splice(0).forEach(gateway => gateway.dispose());
}
