import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { MonitoringSettings, type Project } from '../../../contract/project';
import { buildCore, discardCore, temporaryFolder } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import type { IPayload } from '../../environments/port';
import { MonitoringStage } from '../monitoring-stage';
import { PayloadStore } from '../payload-store';
import { Retention } from '../retention';
import { VersionSettings } from '../version-settings';
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

const registered = (settings: Partial<Project['monitoring']>): MonitoringSettings =>
  MonitoringSettings.parse(settings);

let core: ICore;
let folder: string;

beforeEach(() => {
  core = buildCore();
  folder = temporaryFolder();
});

afterEach(() => {
  discardCore(core);
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (version = 1) => {
  const known = buildVersion(version);
  const notebook = join(folder, 'demand.ipynb');
  return { ...known, lineage: { ...known.lineage, notebook } };
};

const write = (text: string): void => writeFileSync(join(folder, 'mlops.yaml'), text);

describe('the settings of a version', () => {
  let settings: VersionSettings;

  beforeEach(() => {
    settings = new VersionSettings(core.log, 0);
  });

  it('are those of its registration where the project is gone', () => {
    const kept = registered({ sensitive: ['temp'], retentionDays: 2 });
    expect(settings.of(inFolder(), kept)).toEqual(kept);
  });

  it('add what the file says now to what was registered', () => {
    const kept = registered({ sensitive: ['temp'], windowHours: 24 });
    write('monitoring: {sensitive: [hum], retentionDays: 5, windowHours: 48}');
    expect(settings.of(inFolder(), kept)).toMatchObject({
      sensitive: ['temp', 'hum'],
      retentionDays: 5,
      windowHours: 24
    });
    // Not from a cache that lives as long as the gateway.
    write('monitoring: {sensitive: [windspeed]}');
    expect(settings.of(inFolder(), kept).sensitive).toEqual(['temp', 'windspeed']);
  });

  it('do not ask a file that cannot be read', () => {
    const kept = registered({ sensitive: ['temp'] });
    write('monitoring: {sensitive: [');
    expect(settings.of(inFolder(), kept)).toEqual(kept);
  });

  it('keep no values where nothing says what is sensitive', () => {
    write('monitoring: {sensitive: [');
    const { sensitive } = settings.of(inFolder(), null);
    expect(sensitive).toEqual(inFolder().signature.inputs.map(({ name }) => name));
  });
});

describe('requests of a model whose project has changed', () => {
  let endpoint: OneEndpoint;
  let stage: MonitoringStage;

  const start = (settings: MonitoringSettings | null): void => {
    endpoint = new OneEndpoint();
    const models = new KnownModels(
      [inFolder(1), inFolder(2)],
      profileOf(recordedHours('2011-01-01', '2011-04-01')),
      {},
      settings
    ).asModels();
    stage = new MonitoringStage(
      core,
      {
        runs: noRuns(),
        models: {
          ...models,
          version: (model, version) => {
            if (model !== 'bike-demand') {
              throw new Error('it cannot be read');
            }
            return models.version(model, version);
          }
        },
        environments: endpoint,
        modelServer: new FormulaServer({})
      },
      PATIENCE
    );
  };

  afterEach(() => stage.close());

  it('are stored without its sensitive columns when the project was deleted', async () => {
    start(registered({ sensitive: ['temp'] }));
    rmSync(folder, { recursive: true });
    endpoint.replay(recordedHours('2011-04-02', '2011-04-03'));
    await askStage(stage, 'listAlerts');
    const rows = core.database.all('SELECT features FROM payload_rows');
    expect(rows).toHaveLength(24);
    rows.forEach(({ features }) => {
      expect(JSON.parse(String(features))).not.toHaveProperty('temp');
      expect(JSON.parse(String(features))).toHaveProperty('hum');
    });
    mkdirSync(folder);
  });

  it('raise no alarm for a column that is sensitive since its baseline was made', async () => {
    start(registered({}));
    write('monitoring: {sensitive: [hum]}');
    endpoint.replay(recordedHours('2011-01-01', '2011-04-01'));
    expect(await askStage(stage, 'listAlerts')).toEqual({ alerts: [] });
    const report = await askStage(stage, 'driftReport');
    const names = report.features.map(({ feature }) => feature);
    expect(names).toContain('temp');
    expect(names).not.toContain('hum');
  });

  it('are kept where the file is broken, and those of other models where one cannot be read', async () => {
    start(registered({}));
    write('monitoring: {');
    const stranger: IPayload = {
      id: 'x',
      environment: 'prod',
      model: 'other',
      version: 1,
      digest: 'sha256:',
      at: new Date().toISOString(),
      eventTimes: ['2011-04-02T00:00:00.000Z'],
      rows: [{ a: 1 }],
      predictions: [1],
      milliseconds: 1,
      outcome: 'answered'
    };
    endpoint.sinks.forEach(sink => sink(stranger));
    endpoint.replay(recordedHours('2011-04-02', '2011-04-03'));
    const { monitors } = await askStage(stage, 'listMonitors');
    expect(monitors[0]).toMatchObject({ model: 'bike-demand', rowsInWindow: 24 });
  });
});

describe('the retention', () => {
  const DAY = 86_400_000;

  it("deletes each version's requests after its own days, and the oldest beyond the size", async () => {
    const payloads = new PayloadStore(core.database);
    const hours = recordedHours('2011-04-02', '2011-04-03');
    const now = Date.now();
    for (const [version, days] of [
      [1, 6],
      [1, 1],
      [2, 6],
      [2, 40]
    ]) {
      payloads.add(
        [
          {
            id: `${version}-${days}`,
            environment: 'prod',
            model: 'bike-demand',
            version,
            digest: 'sha256:',
            at: new Date(now - days * DAY).toISOString(),
            eventTimes: hours.map(({ time }) => time),
            rows: hours.map(({ row }) => row),
            predictions: hours.map(() => 1),
            milliseconds: 1,
            outcome: 'answered'
          }
        ],
        []
      );
    }
    const settings = ({ version }: { version: number }) =>
      registered({ retentionDays: version === 1 ? 5 : 100 });
    const kept = () =>
      core.database.all('SELECT id FROM payloads ORDER BY id').map(({ id }) => id);
    const others = {
      rowFiles: { expire: async () => 0 },
      retrainings: { deleteData: async () => 0 }
    };
    await new Retention({ payloads, monitored: { settings }, ...others }).expire(now);
    expect(kept()).toEqual(['1-1', '2-6']);
    const rows = core.database.get('SELECT count(*) AS rows FROM payload_rows');
    expect(rows?.rows).toBe(48);
    // One that is too large by a byte deletes in portions of the oldest.
    const retention = new Retention({
      payloads,
      monitored: { settings },
      ...others,
      mostBytes: payloads.bytes() - 1
    });
    await retention.expire(now);
    expect(payloads.bytes()).toBe(0);
  });
});
