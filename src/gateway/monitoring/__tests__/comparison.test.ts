import type { ModelVersion } from '../../../contract/model';
import { buildCore, discardCore } from '../../__tests__/core-builder';
import type { ICore } from '../../core';
import { compareVersions } from '../comparison';
import { PayloadStore } from '../payload-store';
import {
  buildVersion,
  digestOf,
  FormulaServer,
  KnownModels,
  OneEndpoint,
  recordedHours
} from './monitoring-builder';

const MAY = '2011-05-31T23:00:00.000Z';

describe('champion and challenger', () => {
  let core: ICore;
  let payloads: PayloadStore;
  const june = recordedHours('2011-06-01', '2011-07-01');
  const truth = new Map(june.map(({ row, bikers }) => [JSON.stringify(row), bikers]));
  const server = new FormulaServer({
    1: () => 60,
    2: row => (truth.get(JSON.stringify(row)) ?? 0) + 5
  });

  beforeEach(() => {
    core = buildCore();
    payloads = new PayloadStore(core.database);
    const endpoint = new OneEndpoint();
    endpoint.addPayloadSink(payload => payloads.add([payload], []));
    endpoint.replay(june);
    payloads.addLabels(
      'prod',
      'bike-demand',
      june.map(({ bikers }, index) => ({
        id: `day-${june[index - (index % 24)].time}`,
        row: index % 24,
        value: bikers
      }))
    );
  });

  afterEach(() => discardCore(core));

  const compare = (
    trained: Record<number, Set<string> | null>,
    cutOff: string | null = MAY,
    changes: Partial<ModelVersion> = {}
  ) =>
    compareVersions(
      {
        payloads,
        modelServer: server,
        models: new KnownModels(
          [buildVersion(1), buildVersion(2, { cutOff, ...changes })],
          null,
          trained
        ).asModels()
      },
      {
        model: 'bike-demand',
        environment: 'prod',
        champion: 1,
        challenger: 2,
        after: Date.parse(MAY)
      }
    );

  it('are scored on rows that neither has seen, with the interval of the difference', async () => {
    const comparison = await compare({});
    expect(comparison).toMatchObject({
      rows: june.length,
      sharedRows: 0,
      verdict: 'better'
    });
    const [mae] = comparison.metrics;
    expect(mae).toMatchObject({ name: 'mae', betterIs: 'lower' });
    expect(mae.challenger).toBeCloseTo(5, 1);
    expect(mae.low).toBeLessThan(mae.difference);
    expect(mae.high).toBeLessThan(0);
    expect(server.running).toBe(0);
  });

  it('leave out the few rows that happen to be equal to training rows', async () => {
    const shared = new Set([digestOf(june[3])]);
    const comparison = await compare({ 2: shared });
    expect(comparison).toMatchObject({ rows: june.length - 1, sharedRows: 1 });
  });

  it('refuse a challenger that was trained on the rows it is judged on', async () => {
    const seen = new Set(june.slice(0, 100).map(digestOf));
    await expect(compare({ 2: seen })).rejects.toMatchObject({
      body: { code: 'comparison-leaks', message: expect.stringContaining('v2') }
    });
  });

  it('refuse a challenger whose training went beyond the cut-off', async () => {
    await expect(compare({}, '2011-06-20T00:00:00.000Z')).rejects.toMatchObject({
      body: { code: 'comparison-leaks' }
    });
  });

  it('are not compared where nobody knows what one of them was trained on', async () => {
    const unknown = {
      body: {
        code: 'training-rows-unknown',
        message: expect.stringContaining('bike-demand v2')
      }
    };
    await expect(compare({ 2: null }, null)).rejects.toMatchObject(unknown);
    await expect(compare({}, null, { trainedRows: null })).rejects.toMatchObject(
      unknown
    );
  });

  it('are compared by digests alone where the training data has no times', async () => {
    const seen = new Set([digestOf(june[3])]);
    expect(await compare({ 2: seen }, null)).toMatchObject({ sharedRows: 1 });
  });

  it('say which column is not stored', async () => {
    core.database.run(
      "UPDATE payload_rows SET features = json_remove(features, '$.temp')"
    );
    await expect(compare({})).rejects.toMatchObject({
      body: { code: 'column-not-stored', message: expect.stringContaining('temp is') }
    });
  });

  it('each get the columns that they take', async () => {
    const asked: string[] = [];
    const inputs = buildVersion(1).signature.inputs.filter(
      ({ name }) => name !== 'weathersit'
    );
    const watched = new FormulaServer({
      1: () => 60,
      2: row => {
        asked.push(...Object.keys(row));
        return 60;
      }
    });
    await compareVersions(
      {
        payloads,
        modelServer: watched,
        models: new KnownModels(
          [
            buildVersion(1),
            buildVersion(2, { signature: { ...buildVersion(1).signature, inputs } })
          ],
          null
        ).asModels()
      },
      { model: 'bike-demand', environment: 'prod', champion: 1, challenger: 2 }
    );
    expect(new Set(asked)).toEqual(new Set(inputs.map(({ name }) => name)));
  });

  it('say how many labelled rows are missing', async () => {
    payloads.deleteAll('prod', 'bike-demand');
    await expect(compare({})).rejects.toMatchObject({
      body: {
        code: 'no-rows-to-compare',
        message: expect.stringContaining('Only 0 requests')
      }
    });
  });
});
