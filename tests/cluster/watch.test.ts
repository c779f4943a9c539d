import { setTimeout as sleep } from 'node:timers/promises';

import { pino } from 'pino';

import type { Cluster } from '../../src/gateway/kube/cluster';
import { CONFIG_MAPS } from '../../src/gateway/kube/resource';
import type { Change } from '../../src/gateway/kube/watch-state';
import { WatchedList } from '../../src/gateway/kube/watched-list';
import { ApiServer, PID_FILE } from './api-server';
import { eventually, RealCluster } from './real-cluster';
import { TcpProxy } from './tcp-proxy';

const OBJECTS = 500;
const WATCH = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] }
];
const pidFile = process.env[PID_FILE];

/** What somebody has who only hears of changes. */
class Replica {
  readonly items = new Map<string, string>();
  readonly doubled: string[] = [];

  take(changes: Change<string>[]): void {
    for (const { type, key, item } of changes) {
      const known = this.items.get(key);
      const fits = type === 'added' ? known === undefined : known !== undefined;
      if (!fits || (type === 'modified' && known === item)) {
        this.doubled.push(`${type} ${key}`);
      }
      if (type === 'deleted') {
        this.items.delete(key);
      } else {
        this.items.set(key, item);
      }
    }
  }
}

describe('a watch of 500 objects of a real cluster', () => {
  let real: RealCluster;
  let namespace: string;
  let proxy: TcpProxy;
  let list: WatchedList<string>;
  let replica: Replica;

  beforeEach(async () => {
    real = new RealCluster();
    namespace = await real.makeNamespace();
    proxy = await TcpProxy.start(real.server);
    await inParallel(OBJECTS, index => create(`m${index}`));
  });
  afterEach(async () => {
    await list.close();
    await proxy.close();
    await real.close();
  });

  async function watch(timing: Partial<WatchedList.ITiming> = {}): Promise<Cluster> {
    const token = await real.makeUser(namespace, 'anna', WATCH);
    real.writeKubeconfig([
      { name: 'dev', namespace, user: { token }, server: proxy.address }
    ]);
    const cluster = real.open('dev');
    replica = new Replica();
    list = new WatchedList({
      client: cluster.client,
      watched: { resource: CONFIG_MAPS, namespace, labelSelector: 'mlops-test' },
      read: ({ metadata }) => metadata.resourceVersion,
      onChanges: changes => replica.take(changes),
      log: pino({ level: 'silent' }),
      timing: { batch: 50, ...timing }
    });
    await list.ready;
    expect(list.items).toHaveLength(OBJECTS);
    return cluster;
  }

  const create = (name: string): Promise<unknown> =>
    real.admin.client.create(CONFIG_MAPS, namespace, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, labels: { 'mlops-test': 'yes' } },
      data: { content: 'x'.repeat(200) }
    });
  const change = (name: string, content: string): Promise<unknown> =>
    real.admin.client.patch(CONFIG_MAPS, { namespace, name }, { data: { content } });
  const remove = (name: string): Promise<void> =>
    real.admin.client.delete(CONFIG_MAPS, { namespace, name });

  /** Creates, changes, deletes and makes anew; each object is touched by one of them. */
  async function churn(round: number): Promise<void> {
    const at = round * 40;
    await inParallel(40, async index => {
      const name = `m${at + index}`;
      if (index % 4 === 0) {
        await remove(name);
      } else if (index % 4 === 1) {
        await remove(name);
        await create(name);
      } else if (index % 4 === 2) {
        await create(`new-${round}-${index}`);
      } else {
        await change(name, `changed in ${round}`);
        await change(name, `changed in ${round} again`);
      }
    });
  }

  async function sameAsServer(within = 60_000): Promise<void> {
    await eventually(async () => {
      const truth = new Map<string, string>();
      await real.admin.client.list(
        CONFIG_MAPS,
        namespace,
        ({ metadata }) =>
          truth.set(`${namespace}/${metadata.name}`, metadata.resourceVersion),
        { labelSelector: 'mlops-test' }
      );
      expect(Object.fromEntries(replica.items)).toEqual(Object.fromEntries(truth));
    }, within);
    expect(replica.doubled).toEqual([]);
  }

  it('misses and doubles nothing while its connections are cut again and again', async () => {
    await watch();
    for (let round = 0; round < 5; round += 1) {
      const made = proxy.connections;
      const changing = churn(round);
      await sleep(50);
      proxy.cut();
      await changing;
      // The next cut is to break off a connection that was made anew.
      await eventually(() => expect(proxy.connections).toBeGreaterThan(made));
    }
    await sameAsServer();
  });

  it('sees that a connection is dead although nobody closed it', async () => {
    await watch({ silence: 2000 });
    // The watch itself is open once it tells of something.
    await change('m499', 'to be heard of');
    await sameAsServer();
    proxy.goDead();
    await churn(0);
    await sameAsServer(15_000);
    expect(list.health.state).toBe('live');
  });

  it('would be told by the server, in an event, that its version is too old', async () => {
    const cluster = await watch();
    const lines = await cluster.client.lines(
      { verb: 'watch', resource: CONFIG_MAPS, namespace },
      {
        method: 'GET',
        path: `/api/v1/namespaces/${namespace}/configmaps`,
        query: { watch: true, resourceVersion: 1 }
      }
    );
    const { value } = await lines.next();
    expect(JSON.parse(String(value))).toMatchObject({
      type: 'ERROR',
      object: { code: 410 }
    });
    await lines.return(undefined);
  });

  const title = 'outlives kill -9 and restart of the API server';
  if (pidFile === undefined) {
    it.skip(`${title} (skipped because ${PID_FILE} names no API server to kill)`, () =>
      undefined);
  } else {
    it(
      title,
      async () => {
        await watch({ retryFirst: 100, retryLongest: 1000 });
        const server = new ApiServer(pidFile);
        for (let round = 0; round < 2; round += 1) {
          const changing = churn(round).catch(() => undefined);
          await sleep(30);
          const restart = server.kill();
          await eventually(() => {
            expect(list.health.state).toBe('retrying');
          });
          expect(list.health.problem?.code).toMatch(/^cluster-/);
          restart();
          await changing;
          await eventually(() => real.admin.discovery.serverVersion(), 60_000);
          // Changes while nobody watches yet.
          await eventually(
            () => change(`m${499 - round}`, `after restart ${round}`),
            60_000
          );
          await eventually(() => {
            expect(list.health.state).toBe('live');
          }, 60_000);
          await churn(round + 5);
        }
        await sameAsServer();
      },
      180_000
    );
  }
});

async function inParallel(
  count: number,
  work: (index: number) => Promise<unknown>
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: 10 }, async () => {
      for (let index = next++; index < count; index = next++) {
        await work(index);
      }
    })
  );
}
