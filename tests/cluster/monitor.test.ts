import type { ModelVersion } from '../../src/contract/model';
import { answerGolden } from '../../src/gateway/environments/endpoint/golden';
import type { IServedModel } from '../../src/gateway/serving/port';
import { SERVING_IMAGE } from './kserve-tester';
import { MONITOR_IMAGE, MonitorTester, ReadingGateway } from './monitor-tester';
import { eventually } from './real-cluster';

// Pods start, and the collector moves, several times.
jest.setTimeout(240_000);

const there = SERVING_IMAGE !== undefined && MONITOR_IMAGE !== undefined;
const suite = there ? describe : describe.skip;

suite(
  'requests of models on KServe (skipped because MONITOR_IMAGE names no image)',
  () => {
    let tester: MonitorTester;
    let gateway: ReadingGateway;
    let version: ModelVersion;
    let served: IServedModel;
    let asked = 0;

    beforeAll(async () => {
      tester = await MonitorTester.start();
      version = tester.kserve.version(1);
      const { digest } = version;
      await tester.kserve.apply(
        version,
        {},
        { digest, environment: 'prod', sensitive: ['hour'] }
      );
      served = await tester.kserve.serve(version);
      gateway = new ReadingGateway(tester, version);
      await gateway.start();
    });
    afterAll(async () => {
      await gateway?.close();
      await served?.stop();
      await tester?.close();
    });

    const ask = (count: number): Promise<unknown> =>
      Promise.all(
        Array.from({ length: count }, () => {
          asked += 1;
          return served.predict([{ temp: asked, hour: 2 }], { id: `r${asked}` });
        })
      );
    /** KServe sends each event once: what comes before the Service's address leads to the new pod is lost. */
    const reachable = async (): Promise<void> => {
      const before = gateway.ids.length;
      await eventually(async () => {
        await served.predict([{ temp: 0, hour: 2 }], { id: 'try' });
        expect(gateway.ids.length).toBeGreaterThan(before);
      }, 60_000);
    };
    /** All that was asked, each once. */
    const arrived = (within = 60_000): Promise<void> =>
      eventually(() => {
        const ids = gateway.ids.filter(id => id !== 'try').sort();
        expect(ids).toEqual(
          Array.from({ length: asked }, (_, index) => `r${index + 1}`).sort()
        );
      }, within);

    it('are told by KServe, so that the endpoint does not capture them too', () => {
      expect(served.capturedElsewhere).toBe(true);
    });

    it('reach the gateway with rows, predictions, ids and event times', async () => {
      asked += 1;
      const eventTime = '2026-04-01T10:00:00.000Z';
      await served.predict([{ temp: 1, hour: 2 }], { id: 'r1', eventTime });
      await arrived();
      const [{ event_time, features, prediction }] = gateway.rows;
      expect([event_time, prediction]).toEqual([Date.parse(eventTime), '4']);
      // `hour` is sensitive: the collector did not keep it.
      expect(JSON.parse(String(features))).toEqual({ temp: 1 });
      expect(await gateway.feedback('r1', 5)).toEqual({ matched: 1, unknown: 0 });
    });

    it('are not those that the gateway asks itself', async () => {
      await answerGolden(served, {
        rows: [{ temp: 1, hour: 2 }],
        predictions: [4],
        probabilities: null
      });
      await served.ready();
      await ask(3);
      await arrived();
      expect(await gateway.detail()).toMatch(/requests collected$/);
    });

    it('are neither lost nor doubled when the gateway restarts', async () => {
      await gateway.stop();
      await ask(10);
      await gateway.start();
      await arrived();
    });

    it('are kept when the collector is killed', async () => {
      await gateway.stop();
      await ask(10);
      // KServe sends an event once: all of them have been taken by now.
      await new Promise(resolve => setTimeout(resolve, 2_000));
      await tester.killCollector();
      await gateway.start();
      await arrived();
      await reachable();
      await ask(5);
      await arrived();
    });

    it('go on when the collector comes back on another pod, with nothing', async () => {
      await arrived();
      await tester.deleteCollectorPod();
      await reachable();
      await ask(5);
      await arrived(120_000);
    });

    it('are not read without the right to it, and which is missing is said', async () => {
      const { real } = tester.kserve;
      await real.setRules(tester.namespace, 'scientist', [
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }
      ]);
      await gateway.stop();
      await eventually(async () => {
        await gateway.start();
        await new Promise(resolve => setTimeout(resolve, 1_000));
        const detail = await gateway.detail();
        await gateway.stop();
        expect(detail).toContain(`You may not get pods/exec in ${tester.namespace}.`);
      }, 30_000);
    });
  }
);
