import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { pino } from 'pino';

import { MlopsError } from '../../../../contract/mlops-error';
import type { ICore } from '../../../core';
import {
  buildCore,
  discardCore,
  temporaryFolder
} from '../../../__tests__/core-builder';
import {
  answerOf,
  Asked,
  body,
  TestCollector
} from '../../collector/__tests__/collector-builder';
import type { Exchange } from '../../collector/exchange';
import { CollectorFollower } from '../collector-follower';
import { Cursors } from '../cursors';
import { ExecDouble } from './exec-double';

const TIMING = { retryFirst: 5, retryLongest: 20, silence: 200 };

describe('exchanges that are read from a collector', () => {
  let core: ICore;
  let folder: string;
  let collector: TestCollector;
  let exec: ExecDouble;
  let follower: CollectorFollower | null;
  /** Ids as they were stored, beside the cursor. */
  let stored: string[];
  let failing: boolean;

  beforeEach(async () => {
    core = buildCore();
    folder = temporaryFolder('mlops-follow-');
    collector = await TestCollector.start(folder);
    exec = new ExecDouble(() => collector.folder);
    stored = [];
    failing = false;
    follower = null;
  });
  afterEach(async () => {
    await follower?.close();
    await collector.close();
    discardCore(core);
    rmSync(folder, { recursive: true, force: true });
  });

  const start = (open = exec.open): CollectorFollower => {
    const { database } = core;
    follower = new CollectorFollower({
      name: 'ml-prod on test',
      open,
      cursors: new Cursors(database),
      store: (exchanges: Exchange[], also) => {
        database.write(() => {
          also();
          if (failing) {
            throw new Error('disk full');
          }
        });
        stored.push(...exchanges.map(({ id }) => id));
      },
      log: pino({ level: 'silent' }),
      timing: TIMING
    });
    return follower;
  };

  const ask = async (from: number, to: number): Promise<void> => {
    for (let number = from; number < to; number++) {
      const asked = new Asked(body([number], { id: `r${number}` }), answerOf([number]));
      await collector.exchange(asked);
    }
  };
  const ids = (to: number): string[] => Array.from({ length: to }, (_, n) => `r${n}`);

  it('are those that were there, and new ones as they come', async () => {
    await ask(0, 5);
    start();
    await until(() => expect(stored).toEqual(ids(5)));
    await ask(5, 8);
    await until(() => expect(stored).toEqual(ids(8)));
    expect(exec.opened).toBe(1);
    await until(() => expect(follower?.following.counts).toMatchObject({ joined: 8 }));
  });

  it('are each stored once over connections that break anywhere', async () => {
    await ask(0, 40);
    exec.breaksAfter = 3_000;
    start();
    let cuts = 0;
    while (stored.length < 40 && cuts < 200) {
      await pause(15);
      exec.cut();
      exec.breaksAfter += 500;
      cuts += 1;
    }
    expect(exec.opened).toBeGreaterThan(2);
    expect(stored).toEqual(ids(40));
  });

  it('are each stored once over restarts of the gateway', async () => {
    await ask(0, 3);
    start();
    await until(() => expect(stored).toEqual(ids(3)));
    await follower?.close();
    await ask(3, 6);
    start();
    await until(() => expect(stored).toEqual(ids(6)));
  });

  it('come again where they could not be stored', async () => {
    await ask(0, 3);
    failing = true;
    start();
    await until(() => expect(exec.opened).toBeGreaterThan(2));
    expect(follower?.following.problem?.cause).toContain('disk full');
    failing = false;
    await until(() => expect(stored).toEqual(ids(3)));
    expect(follower?.following.problem).toBeNull();
  });

  it('begin anew with a collector that lost its storage', async () => {
    await ask(0, 3);
    start();
    await until(() => expect(stored).toEqual(ids(3)));
    await collector.close();
    // The same numbers are given again, for other exchanges.
    collector = await TestCollector.start(join(folder, 'anew'));
    exec.cut();
    await ask(3, 5);
    await until(() => expect(stored).toEqual(ids(5)));
  });

  it('are waited for while nothing can be reached, and why is told', async () => {
    exec.failure = new MlopsError('unavailable', {
      code: 'collector-not-ready',
      message: 'Not yet.'
    });
    start();
    await until(() =>
      expect(follower?.following.problem?.code).toBe('collector-not-ready')
    );
    exec.failure = null;
    await ask(0, 1);
    await until(() => expect(stored).toEqual(ids(1)));
  });

  it('are asked for again where a connection says nothing more', async () => {
    start();
    await until(() => expect(follower?.following.counts).not.toBeNull());
    exec.silent = true;
    await until(() => expect(exec.opened).toBeGreaterThan(1));
    exec.silent = false;
    await ask(0, 1);
    await until(() => expect(stored).toEqual(ids(1)));
  });

  it('leave no command behind when nobody reads any more', async () => {
    start();
    await until(() => expect(exec.running).toBe(1));
    await follower?.close();
    await until(() => expect(exec.running).toBe(0));
  });

  it.each([
    ['no JSON', 'nonsense'],
    ['another protocol', '{"type":"welcome"}'],
    ['a page before it said who it is', '{"type":"page","last":1,"exchanges":[]}'],
    [
      'an exchange that is none',
      '{"type":"page","last":1,"exchanges":[{"secret":"word"}]}'
    ]
  ])('are not taken from what says %s', async (_, line) => {
    start(async () => {
      const stdout = new PassThrough();
      stdout.write(`${line}\n`);
      return { stdout, write: () => undefined, close: () => undefined };
    });
    await until(() =>
      expect(follower?.following.problem?.code).toBe('collector-unexpected')
    );
    expect(JSON.stringify(follower?.following.problem)).not.toContain('secret');
    expect(stored).toEqual([]);
  });
});

describe('a reader that does not say what it has', () => {
  it('gets a few pages, not everything', async () => {
    const folder = temporaryFolder('mlops-pages-');
    const collector = await TestCollector.start(folder);
    const temps = Array.from({ length: 10_000 }, (_, index) => index + 0.123456);
    for (let number = 0; number < 12; number++) {
      await collector.exchange(new Asked(body(temps), answerOf(temps)));
    }
    const exec = new ExecDouble(() => folder, { silence: 400 });
    const stream = await exec.open();
    stream.write(Buffer.from('{"after":0}\n'));
    let pages = 0;
    for await (const chunk of stream.stdout as AsyncIterable<Buffer>) {
      pages += chunk.toString().split('"type":"page"').length - 1;
    }
    expect(pages).toBe(4);
    // It fell silent: so the command has ended by itself.
    expect(exec.running).toBe(0);
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

const pause = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds));

async function until(holds: () => void): Promise<void> {
  for (const end = Date.now() + 5_000; ;) {
    try {
      return holds();
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
      await pause(10);
    }
  }
}
