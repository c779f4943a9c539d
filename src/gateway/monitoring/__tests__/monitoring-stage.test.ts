import type { RouteName } from '../../../contract/paths';
import { buildCore, discardCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { AlertStore } from '../alert-store';
import { MonitoringStage } from '../monitoring-stage';
import {
  askStage,
  buildVersion,
  FormulaServer,
  KnownModels,
  noRuns,
  OneEndpoint,
  PATIENCE,
  profileOf,
  recordedHours
} from './monitoring-builder';

const AT = { environment: 'prod', model: 'bike-demand' };

describe('monitoring of a released version', () => {
  let core: ICore;
  let endpoint: OneEndpoint;
  let stage: MonitoringStage;

  beforeEach(() => {
    core = buildCore();
    endpoint = new OneEndpoint();
    const training = recordedHours('2011-01-01', '2011-04-01');
    const models = new KnownModels(
      [buildVersion(1), buildVersion(2)],
      profileOf(training)
    );
    stage = new MonitoringStage(
      core,
      {
        runs: noRuns(),
        models: models.asModels(),
        environments: endpoint,
        modelServer: new FormulaServer({})
      },
      PATIENCE
    );
  });

  afterEach(async () => {
    await stage.close();
    discardCore(core);
  });

  const ask = <N extends RouteName>(name: N, body?: unknown, params?: unknown) =>
    askStage(stage, name, body, params);

  it('raises no alarm when the training period is sent again', async () => {
    endpoint.replay(recordedHours('2011-01-01', '2011-04-01'));
    const { alerts } = await ask('listAlerts');
    expect(alerts).toEqual([]);
    const report = await ask('driftReport');
    expect(report.timeline.reduce((rows, window) => rows + window.rows, 0)).toBe(2067);
  });

  it('fires after two drifting weeks of spring and names the warmth', async () => {
    endpoint.replay(recordedHours('2011-01-01', '2011-07-01'));
    const { alerts } = await ask('listAlerts');
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({
      kind: 'drift',
      state: 'firing',
      ...AT,
      version: 1
    });
    expect(alerts[0].features).toEqual(expect.arrayContaining(['temp', 'atemp']));
    expect(alerts[0].summary).toMatch(/a?temp rose from 0\.\d+ to 0\.\d+ on average/);
    expect(Date.parse(alerts[0].firingSince ?? '')).toBeGreaterThan(
      Date.parse('2011-04-01')
    );
  });

  it('says how many rows are missing rather than "no drift"', async () => {
    endpoint.replay(recordedHours('2011-04-02', '2011-04-04'));
    const { monitors } = await ask('listMonitors');
    expect(monitors[0]).toMatchObject({ state: 'no-data', rowsNeeded: 100 });
    expect(monitors[0].detail).toBe('48 of 100 rows');
  });

  it('shows the error on labelled rows of the window, and of the registration beside it', async () => {
    const hours = recordedHours('2011-04-04', '2011-04-11');
    endpoint.replay(hours);
    const labels = hours.map(({ time, bikers }, index) => ({
      id: `day-${hours[index - (index % 24)].time}`,
      row: index % 24,
      value: bikers,
      time
    }));
    const reply = await ask('feedback', { labels });
    expect(reply).toEqual({ matched: hours.length, unknown: 0 });
    const report = await ask('driftReport');
    expect(report.performance).toMatchObject({ metric: 'mae', registered: 15.1 });
    expect(report.performance?.value).toBeGreaterThan(10);
  });

  it('counts labels whose request is not known', async () => {
    const reply = await ask('feedback', {
      labels: [{ id: 'never-sent', row: 0, value: 3 }]
    });
    expect(reply).toEqual({ matched: 0, unknown: 1 });
  });

  it('keeps a silenced alert quiet, with its reason', async () => {
    endpoint.replay(recordedHours('2011-01-01', '2011-07-01'));
    const [alert] = (await ask('listAlerts')).alerts;
    const silenced = await ask(
      'silenceAlert',
      { reason: 'spring', hours: 2 },
      { id: alert.id }
    );
    expect(silenced.state).toBe('silenced');
    endpoint.replay(recordedHours('2011-06-20', '2011-06-21'));
    const [after] = (await ask('listAlerts')).alerts;
    expect(after).toMatchObject({
      state: 'silenced',
      silence: { reason: 'spring', by: 'anna' }
    });
    expect(core.audit.list(1)[0]).toMatchObject({
      action: 'alert.silence',
      object: alert.id
    });
  });

  it('fires again when the silence ends and the drift has not', async () => {
    endpoint.replay(recordedHours('2011-01-01', '2011-07-01'));
    const [{ id }] = (await ask('listAlerts')).alerts;
    await ask('silenceAlert', { reason: 'spring', hours: 1e-6 }, { id });
    await new Promise(resolve => setTimeout(resolve, 10));
    endpoint.replay(recordedHours('2011-06-20', '2011-06-21'));
    expect((await ask('listAlerts')).alerts).toMatchObject([{ id, state: 'firing' }]);
  });

  it('does not silence an alert that is resolved', async () => {
    endpoint.replay(recordedHours('2011-01-01', '2011-07-01'));
    const [alert] = (await ask('listAlerts')).alerts;
    const resolvedAt = new Date().toISOString();
    new AlertStore(core.database).put({ ...alert, state: 'resolved', resolvedAt });
    await expect(
      ask('silenceAlert', { reason: 'spring', hours: 2 }, { id: alert.id })
    ).rejects.toMatchObject({ status: 409, body: { code: 'alert-resolved' } });
  });

  it('deletes what was captured, and forgets the windows', async () => {
    endpoint.replay(recordedHours('2011-04-01', '2011-04-15'));
    expect(await ask('deletePayloads')).toEqual({ deleted: 14, files: 0 });
    expect((await ask('driftReport')).timeline).toEqual([]);
  });

  it('goes on where it was after a restart', async () => {
    endpoint.replay(recordedHours('2011-04-01', '2011-05-01'));
    const before = await ask('listAlerts');
    await stage.close();
    const training = recordedHours('2011-01-01', '2011-04-01');
    stage = new MonitoringStage(
      core,
      {
        runs: noRuns(),
        models: new KnownModels([buildVersion(1)], profileOf(training)).asModels(),
        environments: endpoint,
        modelServer: new FormulaServer({})
      },
      PATIENCE
    );
    expect(await ask('listAlerts')).toEqual(before);
  });

  it('says why drift cannot be told where no baseline was stored', async () => {
    const models = new KnownModels([buildVersion(1, { baseline: null })], null);
    stage = new MonitoringStage(
      core,
      {
        runs: noRuns(),
        models: models.asModels(),
        environments: endpoint,
        modelServer: new FormulaServer({})
      },
      PATIENCE
    );
    await expect(ask('driftReport')).rejects.toMatchObject({
      body: { code: 'no-baseline' }
    });
  });
});
