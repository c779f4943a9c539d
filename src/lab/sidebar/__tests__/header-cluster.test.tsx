import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as cluster from '../../__tests__/cluster-story';
import * as story from '../../__tests__/story';
import type { ClusterStatus } from '../../../contract/cluster';
import type { ApiError } from '../../../contract/error';
import { Header } from '../header';

afterEach(cleanup);

function show(
  status: ClusterStatus | null,
  clusterError: ApiError | null = null
): jest.Mock {
  const act = jest.fn();
  render(
    <Header
      connection={{ kind: 'ready', status: story.gatewayStatus(), mismatch: null }}
      place="this computer"
      user="editor"
      cluster={status}
      clusterError={clusterError}
      act={act}
      onMenu={jest.fn()}
    />
  );
  return act;
}

const place = (name: RegExp | string): HTMLElement =>
  screen.getByRole('button', { name });

describe('the head of the panel on a cluster', () => {
  it('says who acts, in which namespace and where', () => {
    show(cluster.clusterStatus());
    expect(place('anna · ml-team · dev-cluster')).toBeTruthy();
    expect(screen.queryByText('This computer')).toBeNull();
    expect(screen.queryByRole('group', { name: 'The cluster' })).toBeNull();
  });

  it('marks a name that the cluster has not proven', () => {
    const { identity } = cluster.clusterStatus();
    show(
      cluster.clusterStatus({ identity: identity && { ...identity, proven: false } })
    );
    fireEvent.click(place('anna (not proven) · ml-team · dev-cluster'));
    expect(screen.getByText(/anna, read from the credential/)).toBeTruthy();
  });

  it('opens what each adapter finds there: ready, a missing right, not installed', () => {
    show(cluster.clusterStatus());
    const button = place(/dev-cluster/);
    expect(button.getAttribute('aria-expanded')).toBe('false');
    fireEvent.click(button);
    expect(button.getAttribute('aria-expanded')).toBe('true');
    expect(screen.getByText('anna, says the cluster')).toBeTruthy();
    expect(screen.getByText('https://api.dev.example.com:6443')).toBeTruthy();
    const rows = screen.getAllByRole('listitem').map(row => row.textContent ?? '');
    expect(rows).toEqual([
      expect.stringMatching(/^tekton.*Ready.*in ml-team$/),
      expect.stringMatching(/^argocd.*A right is missing.*You may not list/),
      expect.stringMatching(/^kserve.*Not installed/)
    ]);
  });

  it('leads back from an expired session', () => {
    const act = show(cluster.expiredSession());
    expect(place('No access to the cluster')).toBeTruthy();
    expect(screen.getByText(/Your session on dev-cluster has expired/)).toBeTruthy();
    expect(screen.getByText(/oc login/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Act as/ })).toBeNull();
    fireEvent.click(place('Check again'));
    expect(act).toHaveBeenCalledWith('mlops:check-cluster');
  });

  it('never becomes somebody else by itself', () => {
    const act = show(cluster.changedIdentity());
    expect(screen.getByText(/now means bob, and meant anna before/)).toBeTruthy();
    expect(act).not.toHaveBeenCalled();
    fireEvent.click(place('Act as bob…'));
    expect(act).toHaveBeenCalledTimes(1);
    expect(act).toHaveBeenCalledWith('mlops:accept-identity');
  });

  it('says that mlops.yaml cannot be read', () => {
    show(null, { code: 'project-invalid', message: 'Line 3 is wrong.' });
    expect(screen.getByText('This computer')).toBeTruthy();
    expect(screen.getByRole('alert').textContent).toContain('Line 3 is wrong.');
  });
});
