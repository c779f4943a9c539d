import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { pino } from 'pino';

import { Backoff } from '../backoff';
import { CONFIG_MAPS } from '../resource';
import { WatchedList, type IWatchHealth } from '../watched-list';
import { json, status } from './api-double';
import { TestCluster } from './cluster-builder';

const PATH = '/api/v1/namespaces/ml-team/configmaps';

/** A collection of one namespace, whose connections do what a test wants. */
class Collection {
  readonly watches: ServerResponse[] = [];
  /** Called for each new watch; the first argument is its number, from 1. */
  onWatch: (count: number, response: ServerResponse, version: string) => boolean = () =>
    false;

  constructor(private readonly _test: TestCluster) {
    _test.api.answers.set(`GET ${PATH}`, (request, response) => {
      const query = new URL(request.url ?? '', 'http://x').searchParams;
      if (query.get('watch') !== 'true') {
        json(response, 200, {
          metadata: { resourceVersion: String(this._version) },
          items: [...this._objects.values()]
        });
        return;
      }
      this.watches.push(response);
      if (
        this.onWatch(this.watches.length, response, query.get('resourceVersion') ?? '')
      ) {
        return;
      }
      response.writeHead(200, { 'content-type': 'application/json' });
      response.flushHeaders();
    });
  }

  /** Changes an object; told to whoever watches now. */
  put(name: string, tell = true): void {
    const known = this._objects.has(name);
    this._version += 1;
    const object = {
      metadata: {
        name,
        namespace: 'ml-team',
        uid: `uid-${name}`,
        resourceVersion: String(this._version)
      }
    };
    this._objects.set(name, object);
    if (tell) {
      this.write({ type: known ? 'MODIFIED' : 'ADDED', object });
    }
  }

  remove(name: string, tell = true): void {
    const object = this._objects.get(name);
    this._version += 1;
    this._objects.delete(name);
    if (tell) {
      this.write({ type: 'DELETED', object });
    }
  }

  write(event: object): void {
    this.watches.at(-1)?.write(`${JSON.stringify(event)}\n`);
  }

  get lists(): number {
    return this._test.api
      .asksFor(`GET ${PATH}`)
      .filter(asked => !asked.includes('watch=true')).length;
  }

  private readonly _objects = new Map<string, object>();
  private _version = 10;
}

describe('a watched list', () => {
  let test: TestCluster;
  let collection: Collection;
  let list: WatchedList<string>;
  let told: string[];
  let health: IWatchHealth[];

  beforeEach(async () => {
    test = await TestCluster.start();
    collection = new Collection(test);
    collection.put('a', false);
    told = [];
    health = [];
  });
  afterEach(async () => {
    await list.close();
    await test.close();
  });

  async function open(timing: Partial<WatchedList.ITiming> = {}): Promise<void> {
    list = new WatchedList({
      client: test.open().client,
      watched: { resource: CONFIG_MAPS, namespace: 'ml-team' },
      read: ({ metadata }) => metadata.name,
      onChanges: changes =>
        told.push(...changes.map(({ type, item }) => `${type} ${item}`)),
      onHealth: one => health.push(one),
      log: pino({ level: 'silent' }),
      timing: { batch: 5, retryFirst: 20, retryLongest: 100, ...timing }
    });
    await list.ready;
    await watching(1);
  }

  async function until(what: () => boolean): Promise<void> {
    for (let waited = 0; !what(); waited += 10) {
      if (waited > 10_000) {
        throw new Error(`It did not happen; told: ${told.join(', ')}`);
      }
      await sleep(10);
    }
  }

  const watching = (count: number): Promise<void> =>
    until(() => collection.watches.length >= count);

  it('tells what is there and what changes, in batches', async () => {
    await open({ batch: 60 });
    await until(() => told.includes('added a'));
    collection.put('b');
    collection.put('b');
    collection.remove('a');
    collection.put('c');
    collection.remove('c');
    await until(() => told.includes('added b'));
    await sleep(100);
    expect(told.sort()).toEqual(['added a', 'added b', 'deleted a']);
    expect(list.items).toEqual(['b']);
    expect(list.get('b')).toBe('b');
    expect(list.get('a')).toBeUndefined();
  });

  it('goes on after a connection that drops, from where it was, without a list', async () => {
    await open();
    collection.put('b');
    await until(() => told.includes('added b'));
    const versions: string[] = [];
    collection.onWatch = (_count, _response, version) => {
      versions.push(version);
      return false;
    };
    collection.watches.at(-1)?.destroy();
    await watching(2);
    collection.put('c');
    await until(() => told.includes('added c'));
    expect(told).toEqual(['added a', 'added b', 'added c']);
    expect(versions).toEqual(['12']);
    expect(collection.lists).toBe(1);
  });

  it('does not take a line that was cut off for an object', async () => {
    await open();
    collection.watches
      .at(-1)
      ?.write('{"type":"ADDED","object":{"metadata":{"name":"hal');
    await sleep(30);
    collection.watches.at(-1)?.end();
    await watching(2);
    collection.put('b');
    await until(() => told.includes('added b'));
    expect(told).toEqual(['added a', 'added b']);
  });

  it.each([
    [
      'as a status',
      (response: ServerResponse) =>
        status(response, 410, {
          reason: 'Expired',
          message: 'too old resource version'
        })
    ],
    [
      'as an event',
      (response: ServerResponse) => {
        const object = {
          kind: 'Status',
          code: 410,
          reason: 'Expired',
          message: 'too old'
        };
        response.writeHead(200);
        response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      }
    ]
  ])('lists anew where its version is gone: 410 %s', async (_how, answer) => {
    await open();
    collection.onWatch = (count, response) => {
      if (count === 2) {
        answer(response);
      }
      return count === 2;
    };
    // Nobody is told of these.
    collection.put('b', false);
    collection.remove('a', false);
    collection.watches.at(-1)?.destroy();
    await watching(3);
    await until(() => told.length >= 3);
    expect(told).toEqual(['added a', 'deleted a', 'added b']);
    expect(collection.lists).toBe(2);
  });

  it('takes a connection for dead that says nothing, and opens another', async () => {
    await open({ silence: 300 });
    await watching(2);
    collection.put('b');
    await until(() => told.includes('added b'));
    expect(told).toEqual(['added a', 'added b']);
    expect(collection.lists).toBe(1);
  });

  it('keeps a connection that only has bookmarks, and goes on from them', async () => {
    await open({ silence: 400 });
    for (let count = 0; count < 4; count += 1) {
      await sleep(200);
      collection.write({
        type: 'BOOKMARK',
        object: { metadata: { resourceVersion: '99' } }
      });
    }
    expect(collection.watches).toHaveLength(1);
    let version = '';
    collection.onWatch = (_count, _response, asked) => {
      version = asked;
      return false;
    };
    collection.watches.at(-1)?.destroy();
    await watching(2);
    expect(version).toBe('99');
  });

  it('does not run in circles where each watch ends at once', async () => {
    await open({ retryFirst: 50, retryLongest: 200 });
    collection.onWatch = (_count, response) => {
      response.writeHead(200);
      response.end();
      return true;
    };
    collection.watches.at(-1)?.end();
    await sleep(1000);
    expect(collection.watches.length).toBeGreaterThan(3);
    expect(collection.watches.length).toBeLessThan(20);
  });

  it('says that it is cut off, and why, and that it is back', async () => {
    await open();
    await until(() => health.at(-1)?.state === 'live');
    collection.onWatch = (count, response) => {
      if (count === 2) {
        status(response, 503, { message: 'etcd is down' });
      }
      return count === 2;
    };
    collection.watches.at(-1)?.end();
    await watching(3);
    await until(() => health.at(-1)?.state === 'live' && health.length >= 3);
    const retrying = health.find(({ state }) => state === 'retrying');
    expect(retrying?.problem).toMatchObject({ code: 'cluster-unavailable' });
  });

  it('tells of a missing right, and works as soon as there is one', async () => {
    await open();
    collection.onWatch = (count, response) => {
      if (count === 2) {
        status(response, 403, {
          message: 'User "anna" cannot watch resource "configmaps"'
        });
      }
      return count === 2;
    };
    collection.watches.at(-1)?.end();
    await watching(3);
    expect(health.map(one => one.problem?.message)).toContain(
      'You may not watch configmaps in ml-team.'
    );
  });

  it('waits for a login after its token expired, and goes on at once when told', async () => {
    await open({ retryFirst: 60_000, retryLongest: 60_000 });
    test.api.users.clear();
    collection.watches.at(-1)?.destroy();
    await until(() => health.at(-1)?.state === 'retrying');
    if (health.at(-1)?.problem?.code === 'cluster-unreachable') {
      list.retry();
      await until(() => health.at(-1)?.problem?.code === 'cluster-session-expired');
    }
    collection.put('b', false);
    test.api.users.set('after-login', 'anna');
    test.write({ user: { token: 'after-login' } });
    list.retry();
    await until(() => health.at(-1)?.state === 'live');
    collection.put('c');
    await until(() => told.includes('added c'));
  });

  it('reads a list again now and then, whatever the watch says', async () => {
    await open({ resync: 100, lasts: 1 });
    collection.put('b', false);
    await sleep(150);
    collection.watches.at(-1)?.end();
    await until(() => told.includes('added b'));
    expect(told).toEqual(['added a', 'added b']);
  });

  it('ends when it is closed, with its connection', async () => {
    await open();
    const ended = once(collection.watches[0], 'close');
    collection.put('b');
    await until(() => told.length === 2);
    await list.close();
    await ended;
    expect(list.health.state).toBe('closed');
    expect(collection.watches).toHaveLength(1);
  });
});

it('reads all at once where the pages of a list expired', async () => {
  const test = await TestCluster.start();
  test.api.answers.set(`GET ${PATH}`, (request, response) => {
    const asked = request.url ?? '';
    if (asked.includes('watch=true')) {
      response.writeHead(200).flushHeaders();
    } else if (asked.includes('continue=')) {
      status(response, 410, {
        reason: 'Expired',
        message: 'the continue token is too old'
      });
    } else {
      const items = [{ metadata: { name: 'a' } }, { metadata: { name: 'b' } }];
      const paged = asked.includes('limit=');
      json(response, 200, {
        metadata: { resourceVersion: '1', continue: paged ? 'more' : '' },
        items: paged ? items.slice(0, 1) : items
      });
    }
  });
  const list = new WatchedList({
    client: test.open().client,
    watched: { resource: CONFIG_MAPS, namespace: 'ml-team' },
    read: ({ metadata }) => metadata.name,
    log: pino({ level: 'silent' })
  });
  await list.ready;
  expect(list.items).toEqual(['a', 'b']);
  await list.close();
  await test.close();
});

it('a back-off doubles up to its limit, and begins anew', () => {
  const backoff = new Backoff(100, 1000, () => 1);
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([100, 200, 400, 800, 1000]);
  backoff.reset();
  expect(new Backoff(100, 1000, () => 0).next()).toBe(50);
  expect(backoff.next()).toBe(100);
});
