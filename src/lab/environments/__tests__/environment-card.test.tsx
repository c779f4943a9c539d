import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import type { Promotion } from '../../../contract/promotion';
import { EnvironmentCard } from '../environment-card';

afterEach(cleanup);

function show(version: number | null, promotions: Promotion[] = []): jest.Mock {
  const act = jest.fn();
  const environment = story.environment('prod', version);
  render(
    <EnvironmentCard
      environment={environment}
      release={environment.releases[0] ?? null}
      monitor={undefined}
      promotions={promotions}
      address={path => `http://jupyter/${path}`}
      act={act}
    />
  );
  return act;
}

const released = (version: number, time: string): Promotion =>
  story.promotion({ id: `p${version}`, version, state: 'succeeded', createdAt: time });

describe('the card of an environment', () => {
  it('shows what a release changed in Git', () => {
    const act = show(3);
    fireEvent.click(screen.getByRole('button', { name: 'Git diff' }));
    expect(act).toHaveBeenCalledWith('mlops:open-promotion', {
      promotion: 'promotion-prod'
    });
  });

  it('names the version that a revert puts back', () => {
    const act = show(3, [
      released(3, story.at('10:00')),
      released(2, story.at('09:00'))
    ]);
    fireEvent.click(screen.getByRole('button', { name: 'Revert to v2…' }));
    expect(act).toHaveBeenCalledWith('mlops:revert', {
      environment: 'prod',
      model: 'bike-demand'
    });
  });

  it('offers no revert of a first release', () => {
    show(3, [released(3, story.at('10:00'))]);
    expect(screen.queryByRole('button', { name: /^Revert/ })).toBeNull();
  });

  it('promotes here, also where nothing is released yet', () => {
    const act = show(null);
    fireEvent.click(screen.getByRole('button', { name: 'Promote here…' }));
    expect(act).toHaveBeenCalledWith('mlops:promote', { environment: 'prod' });
  });

  it('shows the whole address of the endpoint', () => {
    show(3);
    expect(screen.getByText('http://127.0.0.1:41234')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Copy token' })).toBeTruthy();
  });
});
