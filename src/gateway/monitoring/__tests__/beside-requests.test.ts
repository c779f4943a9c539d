import { setTimeout as sleep } from 'node:timers/promises';

import { buildCore, discardCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
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
  recordedHours,
  type IHour
} from './monitoring-builder';

const WEEK = Date.parse('2011-04-02T00:00:00Z');

/** As many hours as asked for, all in one week. */
function busyWeek(rows: number): IHour[] {
  const hours = recordedHours('2011-04-02', '2011-04-09');
  return Array.from({ length: rows }, (_, index) => ({
    ...hours[index % hours.length],
    time: new Date(WEEK + Math.floor((index * 500_000_000) / rows)).toISOString()
  }));
}

/** The longest piece of work between two timers, in milliseconds of this process alone. */
class Pulse {
  start(): void {
    let before = process.cpuUsage();
    this._timer = setInterval(() => {
      const { user, system } = process.cpuUsage(before);
      before = process.cpuUsage();
      this._longest = Math.max(this._longest, (user + system) / 1000);
    }, 1);
  }

  stop(): number {
    clearInterval(this._timer);
    return this._longest;
  }

  private _longest = 0;
  private _timer: NodeJS.Timeout | undefined;
}

describe('judging beside the requests of the endpoints', () => {
  let core: ICore;
  let endpoint: OneEndpoint;
  let stage: MonitoringStage;

  beforeEach(() => {
    core = buildCore();
    endpoint = new OneEndpoint();
    stage = new MonitoringStage(
      core,
      {
        runs: noRuns(),
        models: new KnownModels(
          [buildVersion(1), buildVersion(2)],
          profileOf(recordedHours('2011-01-01', '2011-04-01'))
        ).asModels(),
        environments: endpoint,
        modelServer: new FormulaServer({ 1: () => 60, 2: () => 90 })
      },
      PATIENCE
    );
  });

  afterEach(async () => {
    await stage.close();
    discardCore(core);
  });

  it('never keeps them waiting, though a window has 50,000 rows', async () => {
    const pulse = new Pulse();
    const rows = busyWeek(50_000);
    pulse.start();
    endpoint.replay(rows);
    const reported = async (): Promise<number> =>
      (await askStage(stage, 'driftReport')).timeline.reduce(
        (sum, { rows: each }) => sum + each,
        0
      );
    while ((await reported()) < rows.length) {
      await sleep(20);
    }
    const longest = pulse.stop();
    // About 40 ms on a computer that does nothing else; judged at once it was above 700 ms.
    expect(longest).toBeLessThan(400);
  });

  it('compares two versions on 10,000 rows without keeping them waiting', async () => {
    const hours = busyWeek(10_000);
    endpoint.replay(hours);
    await askStage(stage, 'listAlerts');
    const pulse = new Pulse();
    pulse.start();
    const labels = hours.map(({ bikers }, index) => ({
      id: `day-${hours[index - (index % 24)].time}`,
      row: index % 24,
      value: bikers
    }));
    expect(await askStage(stage, 'feedback', { labels })).toMatchObject({ unknown: 0 });
    const body = { environment: 'prod', champion: 1, challenger: 2 };
    const comparison = await askStage(stage, 'compare', body);
    expect(comparison.rows).toBe(10_000);
    expect(pulse.stop()).toBeLessThan(400);
  });

  it('writes a large request in parts, and labels still find their rows', async () => {
    const hours = busyWeek(2_500);
    endpoint.sinks.forEach(sink =>
      sink({
        id: 'large',
        environment: 'prod',
        model: 'bike-demand',
        version: 1,
        digest: 'sha256:',
        at: new Date().toISOString(),
        eventTimes: hours.map(({ time }) => time),
        rows: hours.map(({ row }) => row),
        predictions: hours.map((_, index) => index),
        milliseconds: 1,
        outcome: 'answered'
      })
    );
    const labels = [0, 999, 1_000, 2_499].map(row => ({
      id: 'large',
      row,
      value: row
    }));
    const reply = await askStage(stage, 'feedback', { labels });
    expect(reply).toEqual({ matched: 4, unknown: 0 });
    const rows = core.database.all(
      'SELECT row, prediction, label FROM payload_rows WHERE label IS NOT NULL ORDER BY row'
    );
    rows.forEach(row => expect(row).toMatchObject({ prediction: row.label }));
    const count = core.database.get('SELECT count(*) AS rows FROM payload_rows');
    expect(count?.rows).toBe(2_500);
  });

  it('takes a sample of a window that is larger still', async () => {
    endpoint.replay(busyWeek(60_000));
    let timeline;
    do {
      await sleep(20);
      ({ timeline } = await askStage(stage, 'driftReport'));
    } while (timeline.reduce((sum, { rows }) => sum + rows, 0) < 60_000);
    expect(timeline[0].state).not.toBe('no-data');
    expect(timeline[0].effects.temp).toBeGreaterThan(0);
  });
});
