import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import { MonitoringModel } from '../model';

afterEach(disconnectAll);

it('puts the worst alert first', async () => {
  const { server, gateway, connect } = connectable();
  server.on('listAlerts', {
    alerts: [
      story.alert({ id: 'over', state: 'resolved', severity: 'critical' }),
      story.alert({ id: 'minor', severity: 'warning' }),
      story.alert({ id: 'worst', severity: 'critical' })
    ]
  });
  const monitoring = new MonitoringModel(gateway);
  await connect();
  await waitFor(() => expect(monitoring.state).toBe('loaded'));
  expect(monitoring.alerts.map(({ id }) => id)).toEqual(['worst', 'minor', 'over']);
});

it('asks once for what many requests have changed, and keeps the last word', async () => {
  const { server, gateway, connect, tell } = connectable();
  const monitoring = new MonitoringModel(gateway);
  await connect();
  await waitFor(() => expect(monitoring.state).toBe('loaded'));
  const before = server.calls('listMonitors').length;
  for (let request = 0; request < 50; request++) {
    tell({ type: 'monitor', data: story.monitor() });
  }
  server.on('listMonitors', { monitors: [story.monitor({ state: 'no-drift' })] });
  await waitFor(
    () => expect(monitoring.monitors).toMatchObject([{ state: 'no-drift' }]),
    { timeout: 3000 }
  );
  expect(server.calls('listMonitors').length - before).toBeLessThanOrEqual(2);
});
