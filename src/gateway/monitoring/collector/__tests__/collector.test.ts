import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { SENSITIVE } from '../annotations';
import { answerOf, Asked, body, tensor, TestCollector } from './collector-builder';

let folder: string;
let collector: TestCollector;

beforeEach(async () => {
  folder = temporaryFolder('mlops-collector-');
  collector = await TestCollector.start(folder);
});
afterEach(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the halves of an exchange', () => {
  it.each([
    ['in their order', ['request', 'response']],
    ['the answer first', ['response', 'request']],
    ['each of them twice', ['request', 'request', 'response', 'response', 'request']]
  ] as const)('are joined: %s', async (_, halves) => {
    const asked = new Asked(body([1, 2], { id: 'mine' }));
    for (const half of halves) {
      expect((await collector.send(asked, half)).status).toBe(200);
    }
    expect(collector.exchanges).toEqual([
      expect.objectContaining({
        id: 'mine',
        rows: 2,
        environment: 'prod',
        at: '2026-04-01T10:00:00.123Z',
        milliseconds: 40,
        columns: [{ name: 'temp', values: [1, 2] }],
        predictions: [10, 20],
        eventTime: null
      })
    ]);
    expect(collector.counts.repeated ?? 0).toBe(halves.length - 2);
  });

  it('wait for each other while the collector is restarted', async () => {
    const asked = new Asked();
    await collector.send(asked, 'request');
    await collector.restart();
    await collector.send(asked, 'response');
    expect(collector.exchanges).toHaveLength(1);
  });

  it('are not those of another pod with the same id', async () => {
    const asked = new Asked();
    await collector.send(asked, 'request');
    const other = { 'ce-source': 'bike-predictor-2', 'ce-id': asked.id };
    await collector.send(new Asked(body([3]), answerOf([4]), other), 'response');
    expect(collector.exchanges).toEqual([]);
    await collector.send(asked, 'response');
    expect(collector.exchanges).toHaveLength(1);
  });

  it.each([
    ['caller', body([1], { id: 'r1' }), answerOf([2], { id: 'r2' }), 'r1'],
    ['model server', body([1]), answerOf([2], { id: 'r2' }), 'r2'],
    ['event', body([1]), answerOf([2]), null]
  ])('are named by the id of the %s', async (_, request, reply, id) => {
    const asked = await collector.exchange(new Asked(request, reply));
    expect(collector.exchanges[0].id).toBe(id ?? asked.id);
  });

  it.each([
    ['one for all', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z'],
    [
      'one for each',
      ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z'],
      ['2026-03-01T00:00:00Z', '2026-03-02T00:00:00Z']
    ],
    ['too few', ['2026-03-01T00:00:00Z'], null],
    ['none that is one', 'yesterday', null]
  ])('say when the predicted things happen: %s', async (_, event_time, expected) => {
    await collector.exchange(new Asked(body([1, 2], { parameters: { event_time } })));
    expect(collector.exchanges[0].eventTime).toEqual(expected);
  });

  it('are read where they went over the wire packed', async () => {
    const asked = new Asked();
    await collector.send(asked, 'request', gzipSync(JSON.stringify(asked.request)));
    await collector.send(asked, 'response', gzipSync(JSON.stringify(asked.reply)));
    expect(collector.exchanges[0].predictions).toEqual([10, 20]);
  });

  it('are given up where the other one does not come', async () => {
    await collector.close();
    collector = await TestCollector.start(folder, { wait: -1, sweepEvery: 20 });
    const [late, lone] = [new Asked(), new Asked()];
    await collector.send(late, 'request');
    await collector.send(lone, 'response');
    await until(() => {
      expect(collector.counts).toMatchObject({ unanswered: 1, unasked: 1 });
    });
    expect(collector.exchanges).toEqual([]);
  });

  it('do not belong together where the answer has other rows', async () => {
    await collector.exchange(new Asked(body([1, 2]), answerOf([1])));
    expect(collector.exchanges).toEqual([]);
    expect(collector.counts.mismatched).toBe(1);
  });

  it('keep rows whose prediction is none', async () => {
    await collector.exchange(new Asked(body([1, 2]), answerOf([1, null])));
    expect(collector.exchanges[0]).toMatchObject({ rows: 2, predictions: [] });
  });
});

describe('what is no traffic', () => {
  it.each([
    ['a question whether the model is ready', '', ''],
    [
      'a golden request',
      body([1], { id: 'jupyterlab-mlops/probe/1' }),
      answerOf([1], { id: 'jupyterlab-mlops/probe/1' })
    ]
  ])('leaves nothing behind: %s', async (_, request, reply) => {
    const asked = new Asked(request, reply);
    expect((await collector.send(asked, 'request')).body).toEqual({ taken: 'ignored' });
    expect((await collector.send(asked, 'response')).body).toEqual({
      taken: 'ignored'
    });
    expect(collector.exchanges).toEqual([]);
  });
});

describe('sensitive columns', () => {
  it('are never on the disk, not while their request waits either', async () => {
    const secret = 'ab12-very-secret';
    const named = {
      ...body([1]),
      inputs: [tensor('temp', [1]), tensor('hum', [secret])]
    };
    const asked = new Asked(named, answerOf([2]));
    await collector.send(asked, 'request');
    expect(textOnDisk()).not.toContain(secret);
    await collector.send(asked, 'response');
    expect(textOnDisk()).not.toContain(secret);
    // What is looked for would be found.
    expect(textOnDisk()).toContain('"temp"');
  });

  it('are not guessed: an event that does not name them is refused', async () => {
    const annotations = JSON.parse(new Asked().headersOf('request')['ce-annotations']);
    delete annotations[SENSITIVE];
    const asked = new Asked(body([1]), answerOf([1]), {
      'ce-annotations': JSON.stringify(annotations)
    });
    const { status, body: reply } = await collector.send(asked, 'request');
    expect([status, reply.code]).toEqual([422, 'event-origin-missing']);
  });

  function textOnDisk(): string {
    return readdirSync(folder)
      .map(name => readFileSync(join(folder, name), 'latin1'))
      .join('');
  }
});

describe('what cannot be taken', () => {
  const huge = 'x'.repeat(8 * 1024 * 1024 + 1);

  it.each<[string, Record<string, string>, unknown, number, string]>([
    [
      'another version of events',
      { 'ce-specversion': '0.3' },
      body([1]),
      400,
      'event-invalid'
    ],
    ['no time', { 'ce-time': 'now' }, body([1]), 400, 'event-invalid'],
    [
      'another type',
      { 'ce-type': 'org.example' },
      body([1]),
      415,
      'event-type-unknown'
    ],
    ['another namespace', { 'ce-namespace': 'x' }, body([1]), 403, 'event-elsewhere'],
    [
      'no annotations',
      { 'ce-annotations': '{' },
      body([1]),
      422,
      'event-origin-missing'
    ],
    ['no JSON', {}, 'nonsense', 422, 'body-unreadable'],
    ['no tensors', {}, { instances: [[1]] }, 422, 'body-unreadable'],
    [
      'a tensor of several columns',
      {},
      { inputs: [tensor('x', [1, 2], [1, 2])] },
      422,
      'body-unreadable'
    ],
    [
      'less data than its shape',
      {},
      { inputs: [tensor('x', [1], [2])] },
      422,
      'body-unreadable'
    ],
    [
      'uneven columns',
      {},
      { inputs: [tensor('a', [1]), tensor('b', [1, 2])] },
      422,
      'body-unreadable'
    ],
    [
      'a column twice',
      {},
      { inputs: [tensor('a', [1]), tensor('a', [1])] },
      422,
      'body-unreadable'
    ],
    [
      'objects in cells',
      {},
      { inputs: [tensor('a', [{ b: 1 }])] },
      422,
      'body-unreadable'
    ],
    ['too many rows', {}, body(new Array(20_001).fill(1)), 413, 'body-too-large'],
    ['too many bytes', {}, huge, 413, 'body-too-large']
  ])(
    'is refused with its reason and counted: %s',
    async (_, headers, request, status, code) => {
      const reply = await collector.send(new Asked(request, {}, headers), 'request');
      expect([reply.status, reply.body.code]).toEqual([status, code]);
      await collector.restart();
      expect(collector.counts).toEqual({ [code]: 1 });
      expect(collector.exchanges).toEqual([]);
    }
  );

  it('is not unpacked without end', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const reply = await collector.send(new Asked(), 'request', bomb);
    expect([reply.status, reply.body.code]).toEqual([422, 'body-unreadable']);
  });

  it('is never quoted', async () => {
    const secret = 'a private word';
    const reply = await collector.send(
      new Asked({ inputs: [tensor('a', [{ [secret]: secret }])] }),
      'request'
    );
    expect(JSON.stringify(reply.body)).not.toContain(secret);
  });

  it('is not held: a body of unknown length ends where it is too large', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        collector.address,
        { method: 'POST', headers: new Asked().headersOf('request') },
        response => {
          resolve(response.statusCode);
          request.destroy();
        }
      );
      request.on('error', reject);
      const piece = Buffer.alloc(1024 * 1024, 'x');
      for (let sent = 0; sent < 10; sent++) {
        request.write(piece);
      }
    });
    expect(status).toBe(413);
  });

  it.each([
    ['GET', '', 405],
    ['GET', 'exchanges', 404],
    ['POST', 'follow', 404],
    ['GET', 'livez', 200],
    ['GET', 'readyz', 200]
  ])('gives no row to the network: %s /%s', async (method, path, status) => {
    await collector.exchange();
    const response = await fetch(collector.address + path, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toContain('temp');
  });
});

describe('what is kept', () => {
  it('goes when it is too old', async () => {
    await collector.exchange();
    await collector.close();
    collector = await TestCollector.start(folder, { keep: -1, sweepEvery: 20 });
    await until(() => expect(collector.exchanges).toEqual([]));
    expect(collector.counts.expired).toBe(1);
  });

  it('goes, the oldest first, when it is too much', async () => {
    await collector.close();
    const bytes = 1_000_000;
    collector = await TestCollector.start(folder, { bytes, sweepEvery: 10_000_000 });
    const temps = Array.from({ length: 2_000 }, (_, index) => index + 0.123456);
    for (let index = 0; index < 60; index++) {
      const asked = new Asked(body(temps, { id: `r${index}` }), answerOf(temps));
      await collector.exchange(asked);
    }
    const newest = collector.read(pages => pages.span().newest);
    await collector.restart();
    // The sweep at the end of the first has made room.
    const span = collector.read(pages => pages.span());
    expect(span.newest).toBe(newest);
    expect(span.oldest).toBeGreaterThan(1);
    expect(span.oldest).toBeLessThan(newest - 5);
    const last = collector.read(pages => pages.after(newest - 1));
    expect(last?.bodies[0]).toContain('"r59"');
  });
});

async function until(holds: () => void): Promise<void> {
  for (const end = Date.now() + 5_000; ;) {
    try {
      return holds();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 20));
    }
  }
}
