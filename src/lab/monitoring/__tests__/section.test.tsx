import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import * as story from '../../__tests__/story';
import { MonitoringSection, type IMonitoringSectionProps } from '../section';

afterEach(cleanup);

function show(parts: Partial<IMonitoringSectionProps>): jest.Mock {
  const act = jest.fn();
  render(
    <MonitoringSection
      monitors={[]}
      alerts={[]}
      error={null}
      isLoading={false}
      lacking={false}
      {...parts}
      act={act}
    />
  );
  return act;
}

describe('the section of monitoring', () => {
  it('says that nothing is watched before the first release', () => {
    show({});
    expect(screen.getByText(/monitoring begins with the first release/)).toBeTruthy();
  });

  it('never shows a lack of data as no drift', () => {
    show({ monitors: [story.silentMonitor()] });
    expect(screen.getAllByText('No data: 21 of 100 rows').length).toBeGreaterThan(0);
    expect(screen.queryByText('No drift found')).toBeNull();
    expect(screen.getByText('1 no data')).toBeTruthy();
  });

  it('leads from an alert to its report', () => {
    const act = show({ alerts: [story.alert()], monitors: [story.monitor()] });
    fireEvent.click(screen.getByText('Drift in prod · bike-demand'));
    expect(act).toHaveBeenCalledWith('mlops:open-drift-report', {
      environment: 'prod',
      model: 'bike-demand'
    });
    expect(screen.getByText('1 firing')).toBeTruthy();
  });

  it('leaves out what is resolved', () => {
    show({ alerts: [story.alert({ state: 'resolved' })], monitors: [story.monitor()] });
    expect(screen.queryByText(/Drift in prod/)).toBeNull();
    expect(screen.getByText('prod · bike-demand')).toBeTruthy();
  });

  it('retrains and silences from the row', () => {
    const act = show({ alerts: [story.alert()], monitors: [story.monitor()] });
    fireEvent.click(screen.getByRole('button', { name: 'Retrain bike-demand' }));
    expect(act).toHaveBeenCalledWith('mlops:retrain', {
      environment: 'prod',
      model: 'bike-demand',
      alert: 'alert-1'
    });
    fireEvent.click(screen.getByRole('button', { name: /^Silence/ }));
    expect(act).toHaveBeenCalledWith('mlops:silence-alert', { alert: 'alert-1' });
  });

  it('says by whom and why an alert is silent', () => {
    const silence = { by: 'editor', reason: 'Known', until: story.at('10:00') };
    show({ alerts: [story.alert({ state: 'silenced', silence })] });
    expect(screen.getAllByText(/Silenced by editor until .*: Known/)).not.toHaveLength(
      0
    );
    expect(screen.queryByRole('button', { name: /^Silence "/ })).toBeNull();
  });
});
