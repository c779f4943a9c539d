import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { fireEvent, screen, waitFor } from '@testing-library/dom';

import * as cluster from '../../__tests__/cluster-story';
import { disconnectAll } from '../../__tests__/connected';
import type { ClusterStatus } from '../../../contract/cluster';
import { addClusterCommands } from '../commands';
import { openCluster, type IOpenCluster } from './open-cluster';

// jsdom has none, and JupyterLab's dialogs wait for it.
window.requestIdleCallback ??= work =>
  Number(setTimeout(() => work({ didTimeout: false, timeRemaining: () => 50 })));

let opened: IOpenCluster | null = null;

afterEach(() => {
  Notification.dismiss();
  opened?.model.dispose();
  disconnectAll();
});

async function setUp(
  status: ClusterStatus
): Promise<IOpenCluster & { commands: CommandRegistry }> {
  opened = openCluster([status]);
  const { model, server, connect } = opened;
  server.on('acceptIdentity', { cluster: cluster.clusterStatus() });
  const commands = new CommandRegistry();
  addClusterCommands({ commands, model, trans: nullTranslator.load('mlops') });
  await connect();
  model.isActive = true;
  await waitFor(() => expect(model.status).not.toBeNull());
  return { ...opened, commands };
}

describe('a changed identity', () => {
  it('is accepted after it was named and confirmed', async () => {
    const { commands, server } = await setUp(cluster.changedIdentity());
    const done = commands.execute('mlops:accept-identity');
    await screen.findByText('Act as bob from now on?');
    await screen.findByText(/acted as anna on https:\/\/api.dev.example.com:6443\./);
    expect(server.calls('acceptIdentity')).toEqual([]);
    fireEvent.click(await screen.findByText('Act as bob'));
    await done;
    expect(server.calls('acceptIdentity')[0].body).toEqual({
      path: 'bike/',
      user: 'bob',
      server: 'https://api.dev.example.com:6443'
    });
  });

  it('is not accepted where the user thinks better of it', async () => {
    const { commands, server, model } = await setUp(cluster.changedIdentity());
    const done = commands.execute('mlops:accept-identity');
    await screen.findByText('Act as bob from now on?');
    fireEvent.click(await screen.findByText('Cancel'));
    await done;
    expect(server.calls('acceptIdentity')).toEqual([]);
    expect(model.status?.problem).not.toBeNull();
  });

  it('cannot be accepted where none has changed', async () => {
    const { commands, server } = await setUp(cluster.expiredSession());
    expect(commands.isEnabled('mlops:accept-identity')).toBe(false);
    expect(server.calls('acceptIdentity')).toEqual([]);
  });

  it('is looked for again when the user asks', async () => {
    const { commands, server } = await setUp(cluster.expiredSession());
    const before = server.calls('cluster').length;
    await commands.execute('mlops:check-cluster');
    expect(server.calls('cluster')).toHaveLength(before + 1);
  });
});
