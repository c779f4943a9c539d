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
    endpoint.addPayloadSink(payload => payloads.add([payload], () => []));
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

  const compare = (trained: Record<number, Set<string>>, cutOff: string | null = MAY) =>
    compareVersions(
      {
        payloads,
        modelServer: server,
        models: new KnownModels(
          [buildVersion(1), buildVersion(2, { cutOff })],
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
