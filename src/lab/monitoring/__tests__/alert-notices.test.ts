import { Notification } from '@jupyterlab/apputils';
import { nullTranslator } from '@jupyterlab/translation';
import { waitFor } from '@testing-library/dom';

import { connectable, disconnectAll } from '../../__tests__/connected';
import * as story from '../../__tests__/story';
import { Settings } from '../../settings';
import { AlertNotices } from '../alert-notices';
import { MonitoringModel } from '../model';

afterEach(() => {
  Notification.dismiss();
  disconnectAll();
});

it('tells an alert that begins to fire, once, and not those from before', async () => {
  const { server, gateway, connect, tell } = connectable();
  server.on('listAlerts', { alerts: [story.alert({ id: 'old' })] });
  const monitoring = new MonitoringModel(gateway);
  const act = jest.fn();
  new AlertNotices({
    monitoring,
    settings: new Settings(),
    trans: nullTranslator.load('mlops'),
    act
  });
  await connect();
  await waitFor(() => expect(monitoring.state).toBe('loaded'));
  expect(Notification.manager.count).toBe(0);
  tell({ type: 'alert', data: story.alert({ id: 'new' }) });
  tell({ type: 'alert', data: story.alert({ id: 'new', severity: 'critical' }) });
  await waitFor(() => expect(monitoring.alerts).toHaveLength(2));
  await waitFor(() => expect(Notification.manager.count).toBe(1));
  const [notice] = Notification.manager.notifications;
  expect(notice.message).toContain('Drift in prod');
  notice.options.actions?.[0].callback(new MouseEvent('click'));
  expect(act).toHaveBeenCalledWith('mlops:open-drift-report', {
    environment: 'prod',
    model: 'bike-demand'
  });
  tell({ type: 'alert', data: story.alert({ id: 'new', state: 'resolved' }) });
  await waitFor(() => expect(Notification.manager.count).toBe(0));
});
