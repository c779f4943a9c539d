import { rmSync } from 'node:fs';

import {
  buildCore,
  discardCore,
  temporaryFolder
} from '../../../__tests__/core-builder';
import { MlopsError } from '../../../../contract/mlops-error';
import type { ICore } from '../../../core';
import {
  askStage,
  buildVersion,
  FormulaServer,
  KnownModels,
  noRuns,
  OneEndpoint,
  profileOf,
  recordedHours,
  type IHour
} from '../../__tests__/monitoring-builder';
import { originAnnotations } from '../../collector/annotations';
import {
  Asked,
  ORIGIN,
  tensor,
  TestCollector
} from '../../collector/__tests__/collector-builder';
import { MonitoringStage } from '../../monitoring-stage';
import type { ICollectorPlace } from '../collector-place';
import { ExecDouble } from './exec-double';

const VERSION = buildVersion(1);

/** Hours as KServe's logger tells of a request for them. */
function askedOf(
  hours: IHour[],
  id: string,
  change: Partial<typeof ORIGIN> = {}
): Asked {
  const inputs = Object.keys(hours[0].row).map(name =>
    tensor(
      name,
      hours.map(({ row }) => row[name])
    )
  );
  const origin = { ...ORIGIN, sensitive: [], digest: VERSION.digest, ...change };
  return new Asked(
    { id, parameters: { event_time: hours.map(({ time }) => time) }, inputs },
    {
      outputs: [
        tensor(
          'predict',
          hours.map(() => 7)
        )
      ]
    },
    {
      'ce-annotations': JSON.stringify(originAnnotations(origin)),
      // What came months ago is not kept.
      'ce-time': new Date().toISOString()
    }
  );
}

describe('requests that a collector took', () => {
  let core: ICore;
  let folder: string;
  let collector: TestCollector;
  let exec: ExecDouble;
  let stage: MonitoringStage;
  let places: ICollectorPlace[];
  let finding: Promise<ICollectorPlace[]> | null;

  const start = async (): Promise<void> => {
    const profile = profileOf(recordedHours('2011-01-01', '2011-04-01'));
    stage = new MonitoringStage(
      core,
      {
        runs: noRuns(),
        models: new KnownModels([VERSION], profile).asModels(),
        environments: new OneEndpoint(),
        modelServer: new FormulaServer({}),
        collectors: () => finding ?? Promise.resolve(places)
      },
      10_000
    );
    await stage.start();
  };

  beforeEach(async () => {
    core = buildCore();
    finding = null;
    folder = temporaryFolder('mlops-collected-');
    collector = await TestCollector.start(folder);
    exec = new ExecDouble(() => folder);
    places = [{ name: 'ml-prod on test', environments: ['prod'], open: exec.open }];
  });
  afterEach(async () => {
    await stage.close();
    await collector.close();
    discardCore(core);
    rmSync(folder, { recursive: true, force: true });
  });

  const rows = (): Record<string, unknown>[] =>
    core.database.all(
      `SELECT p.id, r.row, r.event_time, r.features, r.prediction, r.label
       FROM payload_rows r JOIN payloads p ON p.number = r.payload ORDER BY p.number, r.row`
    );
  const arrived = (count: number): Promise<void> =>
    until(() => expect(rows()).toHaveLength(count));

  it('are those of the endpoint: rows, predictions, event times', async () => {
    await start();
    const [hour] = recordedHours('2011-04-02', '2011-04-03');
    await collector.exchange(askedOf([hour], 'r1'));
    await arrived(1);
    const [{ id, event_time, features, prediction }] = rows();
    expect([id, event_time, prediction]).toEqual(['r1', Date.parse(hour.time), '7']);
    expect(JSON.parse(String(features))).toEqual(hour.row);
  });

  it('raise the same alert as on this computer', async () => {
    await start();
    const hours = recordedHours('2011-05-15', '2011-07-01');
    for (let from = 0; from < hours.length; from += 200) {
      await collector.exchange(askedOf(hours.slice(from, from + 200), `r${from}`));
    }
    await arrived(hours.length);
    const { alerts } = await askStage(stage, 'listAlerts');
    expect(alerts).toMatchObject([{ kind: 'drift', environment: 'prod', version: 1 }]);
  });

  it('are neither lost nor doubled when the gateway is another one', async () => {
    await start();
    const hours = recordedHours('2011-04-02', '2011-04-04');
    await collector.exchange(askedOf(hours.slice(0, 5), 'r1'));
    await arrived(5);
    await stage.close();
    await collector.exchange(askedOf(hours.slice(5, 9), 'r2'));
    await start();
    await arrived(9);
    exec.cut();
    await collector.exchange(askedOf(hours.slice(9, 10), 'r3'));
    await arrived(10);
  });

  it('get true values that came before them', async () => {
    await start();
    await until(() => expect(exec.running).toBe(1));
    const hours = recordedHours('2011-04-02', '2011-04-04').slice(0, 2);
    const feedback = (label: object): Promise<unknown> =>
      askFeedback(stage, { id: 'r1', row: 0, value: 0, ...label });
    expect(await feedback({ row: 1, value: 12 })).toEqual({ matched: 0, unknown: 1 });
    await collector.exchange(askedOf(hours, 'r1'));
    await arrived(2);
    expect(await feedback({ row: 0, value: 11 })).toEqual({ matched: 1, unknown: 0 });
    expect(rows().map(({ label }) => label)).toEqual(['11', '12']);
    expect(core.database.all('SELECT * FROM waiting_labels')).toEqual([]);
  });

  it('are not those of versions and environments that are not ours', async () => {
    await start();
    const [hour, next] = recordedHours('2011-04-02', '2011-04-03');
    const digest = `sha256:${'f'.repeat(64)}`;
    await collector.exchange(askedOf([hour], 'unknown version', { digest }));
    await collector.exchange(askedOf([hour], 'other', { environment: 'staging' }));
    await collector.exchange(askedOf([next], 'ours'));
    await arrived(1);
    expect(rows()[0].id).toBe('ours');
  });

  it('bring no columns that the model does not have', async () => {
    await start();
    const [hour] = recordedHours('2011-04-02', '2011-04-03');
    const more = { ...hour, row: { ...hour.row, invented: 1 } };
    await collector.exchange(askedOf([more], 'r1'));
    await arrived(1);
    expect(JSON.parse(String(rows()[0].features))).toEqual(hour.row);
  });

  it('are told of in the status, with what keeps them away', async () => {
    await start();
    const status = async (): Promise<object | undefined> =>
      (await stage.status()).find(({ adapter }) => adapter === 'collector');
    const [hour] = recordedHours('2011-04-02', '2011-04-03');
    await collector.exchange(askedOf([hour], 'r1'));
    await collector.send(new Asked('nonsense'), 'request');
    await until(async () =>
      expect(await status()).toEqual({
        stage: 'monitoring',
        adapter: 'collector',
        state: 'ready',
        detail: 'ml-prod on test: 1 requests collected, 1 body-unreadable'
      })
    );
    exec.failure = new Error('no route');
    exec.cut();
    await until(async () => expect(await status()).toMatchObject({ state: 'failed' }));
  });

  it('are not read while nobody can say where, and that is told', async () => {
    await start();
    const [hour] = recordedHours('2011-04-02', '2011-04-03');
    await until(() => expect(exec.running).toBe(1));
    await stage.close();
    finding = Promise.reject(
      new MlopsError('unavailable', {
        code: 'cluster-unreachable',
        message: 'The cluster does not answer.'
      })
    );
    await start();
    await until(async () =>
      expect(await stage.status()).toContainEqual({
        stage: 'monitoring',
        adapter: 'collector',
        state: 'failed',
        detail: 'The cluster does not answer.'
      })
    );
    await collector.exchange(askedOf([hour], 'r1'));
    expect(rows()).toEqual([]);
  });

  it('are not read any more where nothing is declared', async () => {
    places = [];
    await start();
    expect(exec.opened).toBe(0);
    expect(await stage.status()).toHaveLength(1);
  });
});

async function askFeedback(stage: MonitoringStage, label: object): Promise<unknown> {
  return stage.handlers.feedback?.({
    params: { environment: 'prod', model: 'bike-demand' },
    body: { labels: [label] }
  } as never);
}

async function until(holds: () => void | Promise<void>): Promise<void> {
  for (const end = Date.now() + 8_000; ;) {
    try {
      return await holds();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}
